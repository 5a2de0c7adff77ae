import Table from "cli-table3";
import { barView, lineView, NO_PROGRESS, type ProgressView } from "./progressLines";

export interface ScreenSettings {
  /** Print one JSON object on standard output and nothing else there. */
  readonly json: boolean;
  /** Print only errors (and JSON, where asked for). */
  readonly quiet: boolean;
}

/** Where a command talks: results on standard output, progress and errors on standard error. */
export class Screen {
  constructor(
    private readonly settings: ScreenSettings,
    private readonly out: (text: string) => void = (text) => void process.stdout.write(text),
    private readonly err: NodeJS.WriteStream = process.stderr,
  ) {}

  /** A line of the result, for people. */
  line(text = ""): void {
    if (!this.settings.json && !this.settings.quiet) this.out(`${text}\n`);
  }

  lines(lines: readonly string[]): void {
    lines.forEach((text) => this.line(text));
  }

  /** A small table; columns whose cells are numbers or shares stand right. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    if (rows.length > 0) this.line(tableText(head, rows));
  }

  /** The whole result, for programs. */
  json(value: unknown): void {
    if (this.settings.json) this.out(`${JSON.stringify(value, plainValue, 2)}\n`);
  }

  /** The progress of a job: a bar on a terminal, a line now and then elsewhere. */
  progress(title: string): ProgressView {
    if (this.settings.quiet) return NO_PROGRESS;
    return this.err.isTTY ? barView(title, this.err) : lineView(title, (line) => void this.err.write(`${line}\n`));
  }

  /** A remark that belongs on no result. */
  note(text: string): void {
    if (!this.settings.quiet) this.err.write(`${text}\n`);
  }
}

export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map((_, i) => rows.every((row) => /^[-–+~≤≥<>]?[\d,.]*( ?%| [a-zA-Z]{1,3})?$/.test(row[i] ?? "")));
  const table = new Table({
    head: [...head],
    colAligns: numeric.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
  });
  rows.forEach((row) => table.push([...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Typed arrays, maps and sets as what they hold. */
function plainValue(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value as Map<string, unknown>);
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as Iterable<number>);
  if (typeof value === "bigint") return value.toString();
  return value;
}
