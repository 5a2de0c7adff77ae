import pino from "pino";
import type { LogFormat } from "./logFormat";

export interface LogFields {
  readonly [name: string]: string | number | boolean | null | readonly string[] | undefined;
}

/** The log of one command's run: one line an event, on standard error. */
export interface RunLog {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface LogSettings {
  readonly format: LogFormat;
  /** Only errors. */
  readonly quiet: boolean;
  /** Stand in every line. */
  readonly run: string;
  readonly command: string;
}

/** @param write gets whole lines, at once: a line must not be lost when the process ends */
export function openLog({ format, quiet, run, command }: LogSettings, write: (line: string) => void): RunLog {
  const logger = pino(
    {
      level: quiet ? "error" : "info",
      base: { run, command },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    { write: format === "json" ? write : (line) => write(textLine(JSON.parse(line) as LogFields)) },
  );
  return {
    info: (event, fields = {}) => logger.info({ event, ...fields }),
    warn: (event, fields = {}) => logger.warn({ event, ...fields }),
    error: (event, fields = {}) => logger.error({ event, ...fields }),
  };
}

/** `2026-03-02T03:00:00.123Z info  day_published command=score day=2026-03-01 …`. */
function textLine({ time, level, event, run, ...fields }: LogFields): string {
  const pairs = Object.entries({ ...fields, run }).map(([name, value]) => `${name}=${textValue(value)}`);
  return `${String(time)} ${String(level).padEnd(5)} ${String(event)} ${pairs.join(" ")}\n`;
}

/** Values that would break the line apart stand in quotes. */
function textValue(value: LogFields[string]): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
