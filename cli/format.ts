/** `12,345`. */
export const count = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** `12.3 %` of a share 0..1. */
export const percent = (share: number, digits = 1) => (Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : "–");

/** `850 ms`, `4.2 s`, `3 min 20 s`, `1 h 02 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  return seconds < 3_600
    ? `${minutes} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** `512 B`, `3.4 MB`, in powers of 1,000. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1_000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** A bar of `width` characters for a share 0..1, in eighths of a character. */
export function bar(share: number, width = 20): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const rest = eighths % 8;
  const full = "█".repeat(Math.floor(eighths / 8));
  return full + (rest > 0 ? String.fromCodePoint(0x2590 - rest) : "");
}
