/** Numbers as people read them; no line breaks before the per cent sign. */
export const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)}\u00a0%`;
export const decimal = (value: number | null | undefined, digits = 2) =>
  value === null || value === undefined ? "–" : value.toFixed(digits);
export const count = (value: number) => value.toLocaleString("en-US");

/** `45 s`, `12 min`, `3 h 20 min`. */
export function span(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
