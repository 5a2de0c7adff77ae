/** `12,345`. */
export const count = (value: number) => (Number.isFinite(value) ? Math.round(value).toLocaleString("en-US") : "–");

/** `12.3 %` of a share 0..1. */
export const percent = (share: number, digits = 1) => (Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : "–");

/** `0.39`; a dash for what is not known. */
export const decimal = (value: number | null | undefined, digits = 2) =>
  value !== null && value !== undefined && Number.isFinite(value) ? value.toFixed(digits) : "–";

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 3 h`. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 100) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const two = (big: number, small: number, bigUnit: string, smallUnit: string) =>
    small > 0 ? `${big} ${bigUnit} ${small} ${smallUnit}` : `${big} ${bigUnit}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? two(hours, minutes % 60, "h", "min") : two(Math.floor(hours / 24), hours % 24, "d", "h");
}
