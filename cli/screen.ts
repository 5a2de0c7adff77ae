import Table from "cli-table3";
import type { CommandRun } from "./commandRun";
import { logView } from "./logs/logView";
import type { LogFields } from "./logs/runLog";
import { barView, lineView, NO_PROGRESS, type ProgressView } from "./progressLines";

export interface ScreenSettings {
  /** Print one JSON object on standard output and nothing else there. */
  readonly json: boolean;
  /** Print only errors (and JSON, where asked for). */
  readonly quiet: boolean;
  /** Stands in the JSON object. */
  readonly command: string;
}

/** Version of the JSON objects that commands print: it changes when a field named in `docs/reports.md` goes or means something else. */
export const REPORT_SCHEMA_VERSION = 1;

/** Where a command talks: results on standard output, progress and errors on standard error. */
export class Screen {
  constructor(
    private readonly settings: ScreenSettings,
    private readonly run: CommandRun | null = null,
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
    if (this.settings.json) printJson(value, this.settings.command, this.out);
  }

  /** The progress of a job: a bar on a terminal, a line now and then elsewhere. */
  progress(title: string): ProgressView {
    if (this.settings.quiet) return NO_PROGRESS;
    if (this.run?.log) return logView(title, this.run.log);
    return this.err.isTTY ? barView(title, this.err) : lineView(title, (line) => void this.err.write(`${line}\n`));
  }

  /** A remark that belongs on no result. */
  note(text: string): void {
    if (this.run?.log) this.run.log.warn("note", { message: text });
    else if (!this.settings.quiet) this.err.write(`${text}\n`);
  }

  /** A step of a job, for the log and for the seconds by stage. */
  step(step: string): void {
    this.run?.step(step);
  }

  /** Something that happened, for the log. */
  event(name: string, fields: LogFields): void {
    this.run?.log?.info(name, fields);
  }

  /** Which project and model the run is about, for the metrics. */
  about(project: string, model: string): void {
    this.run?.about(project, model);
  }
}

/** Prints a report as the one JSON object of a command; `value` is an object. */
export function printJson(
  value: unknown,
  command: string,
  out: (text: string) => void = (text) => void process.stdout.write(text),
): void {
  out(`${JSON.stringify({ schemaVersion: REPORT_SCHEMA_VERSION, command, ...(value as object) }, plainValue, 2)}\n`);
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
