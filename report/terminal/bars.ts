import { fitted, inColor, type TerminalSettings } from "./terminal";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

export interface TerminalBar {
  readonly label: string;
  /** ≥ 0; what is not finite has no bar. */
  readonly value: number;
  /** Written after the bar. */
  readonly text: string;
  /** `#rrggbb`. */
  readonly color?: string;
}

/** Horizontal bars to one scale, a line each: label, bar in eighths of a character, text. Labels are cut so that lines fit. */
export function barLines(bars: readonly TerminalBar[], settings: TerminalSettings): string[] {
  const longestText = Math.max(0, ...bars.map((bar) => bar.text.length));
  const labelWidth = Math.min(Math.max(0, ...bars.map((bar) => bar.label.length)), Math.floor(settings.width * 0.45));
  const room = Math.max(4, settings.width - labelWidth - longestText - 4);
  const most = Math.max(...bars.map((bar) => (Number.isFinite(bar.value) ? bar.value : 0)), 0);
  return bars.map(({ label, value, text, color }) => {
    const eighths = most > 0 && Number.isFinite(value) ? Math.round((Math.max(0, value) / most) * room * 8) : 0;
    const drawn = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
    return `  ${fitted(label, labelWidth).padEnd(labelWidth)} ${color === undefined ? drawn : inColor(drawn, color, settings)} ${text}`;
  });
}

/** Values as characters of rising height from 0 to the largest; a gap for what is not finite. */
export function sparkline(values: readonly number[], range: { readonly from?: number; readonly to?: number } = {}): string {
  const finite = values.filter(Number.isFinite);
  const from = range.from ?? 0;
  const to = range.to ?? Math.max(...finite, from);
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return " ";
      const level = to > from ? Math.round(((Math.min(to, Math.max(from, value)) - from) / (to - from)) * 7) : 0;
      return HEIGHTS[level] as string;
    })
    .join("");
}

/** Shares that sum to about 1 as one line of coloured blocks; letters stand for colours where there are none. */
export function stackedLine(
  parts: readonly { readonly share: number; readonly color: string; readonly letter: string }[],
  settings: TerminalSettings,
  width = 50,
): string {
  let used = 0;
  let sum = 0;
  return parts
    .map(({ share, color, letter }) => {
      sum += Number.isFinite(share) ? share : 0;
      const length = Math.max(0, Math.round(Math.min(1, sum) * width) - used);
      used += length;
      return settings.color ? inColor("█".repeat(length), color, settings) : letter.repeat(length);
    })
    .join("");
}
