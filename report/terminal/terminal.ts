import pc from "picocolors";

/** How much a terminal can show. */
export interface TerminalSettings {
  /** Characters a line holds. */
  readonly width: number;
  /** False leaves colours out. */
  readonly color: boolean;
}

/** What standard output can show: its width up to 100, colours only on a terminal that wants them (NO_COLOR is heeded). */
export function terminalSettings(
  out: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
): TerminalSettings {
  const tty = out.isTTY === true;
  return { width: Math.max(40, Math.min(100, tty ? (out.columns ?? 80) : 80)), color: tty && pc.isColorSupported };
}

/** Text in the 24-bit colour `#rrggbb`; as it is where there are no colours. */
export function inColor(text: string, hex: string, { color }: TerminalSettings): string {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!color || parts === null) return text;
  const [r, g, b] = parts.slice(1).map((part) => parseInt(part, 16));
  return `\u001b[38;2;${r};${g};${b}m${text}\u001b[39m`;
}

/** Cut to `width` characters, the last one an ellipsis where something is missing. */
export const fitted = (text: string, width: number) =>
  text.length <= width ? text : width < 1 ? "" : `${text.slice(0, width - 1)}…`;
