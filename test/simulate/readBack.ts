import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";

/** A line of the logs as text columns; absent ones are empty. */
export interface LogLine {
  readonly file: string;
  readonly raw: string;
  /** Null when the line is no row at all. */
  readonly row: {
    readonly ts: number;
    readonly received: number;
    readonly user: string;
    readonly app: string;
    readonly event: string;
    readonly agent: string;
  } | null;
}

export interface CutSession {
  readonly user: string;
  readonly app: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly eventCount: number;
}

export function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** One hash over names and bytes of all files under a folder. */
export function hashOf(dir: string): string {
  const hash = createHash("sha256");
  for (const file of filesUnder(dir)) hash.update(relative(dir, file)).update("\0").update(readFileSync(file));
  return hash.digest("hex");
}

/** All lines of all JSONL and CSV files of a folder, read the plain way. */
export function readLogs(logDir: string): LogLine[] {
  const lines: LogLine[] = [];
  for (const file of filesUnder(logDir)) {
    const bytes = readFileSync(file);
    const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    const rows = text.split("\n").slice(0, -1);
    const name = relative(logDir, file);
    if (file.includes(".csv")) {
      const header = (rows.shift() ?? "").split(",");
      for (const raw of rows) lines.push({ file: name, raw, row: fromCsv(raw, header) });
    } else for (const raw of rows) lines.push({ file: name, raw, row: fromJson(raw) });
  }
  return lines;
}

const timeOf = (value: unknown) =>
  typeof value === "number" ? value : /^\d+$/.test(String(value)) ? Number(value) : Date.parse(String(value));

function fromJson(raw: string): LogLine["row"] {
  try {
    const o = JSON.parse(raw) as Record<string, string>;
    return {
      ts: timeOf(o["ts"]),
      received: timeOf(o["received"]),
      user: o["user"] ?? "",
      app: o["app"] ?? "",
      event: o["event"] ?? "",
      agent: o["agent"] ?? "",
    };
  } catch {
    return null;
  }
}

function fromCsv(raw: string, header: readonly string[]): LogLine["row"] {
  const cells = [...raw.matchAll(/("[^"]*"|[^,]*)(,|$)/g)].map((m) => (m[1] ?? "").replace(/^"|"$/g, ""));
  const at = (name: string) => cells[header.indexOf(name)] ?? "";
  if (cells.length < header.length) return null;
  return {
    ts: timeOf(at("ts")),
    received: timeOf(at("received")),
    user: at("user"),
    app: at("app"),
    event: at("event"),
    agent: at("agent"),
  };
}

/** The plain way to sessions: set aside what is flawed, drop duplicates, sort, cut. */
export function cutSessions(
  lines: readonly LogLine[],
  background: ReadonlySet<string>,
  gapMs: Readonly<Record<string, number>>,
): CutSession[] {
  const good = lines.flatMap(({ row }) =>
    row && row.user && row.event && row.ts <= row.received + 3_600_000 && !background.has(row.event) ? [row] : [],
  );
  const distinct = new Map(good.map((row) => [`${row.app} ${row.user} ${row.ts} ${row.event}`, row]));
  const sorted = [...distinct.values()].sort(
    (a, b) => (a.app < b.app ? -1 : a.app > b.app ? 1 : 0) || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0) || a.ts - b.ts,
  );
  const sessions: { user: string; app: string; startMs: number; endMs: number; eventCount: number }[] = [];
  for (const { user, app, ts } of sorted) {
    const last = sessions.at(-1);
    if (last && last.user === user && last.app === app && ts - last.endMs < (gapMs[app] ?? NaN)) {
      last.endMs = ts;
      last.eventCount += 1;
    } else sessions.push({ user, app, startMs: ts, endMs: ts, eventCount: 1 });
  }
  return sessions;
}

export interface TruthRow extends CutSession {
  readonly person: string;
  readonly behaviour: string;
  readonly category: string;
  readonly traffic: string;
  readonly endless: boolean;
  readonly delivered: string;
}

/** All truth rows in the order of `cutSessions`. */
export function readTruth(truthDir: string): TruthRow[] {
  return filesUnder(join(truthDir, "sessions"))
    .flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n").slice(1))
    .map((line) => {
      const [
        user = "",
        person = "",
        app = "",
        start,
        end,
        count,
        behaviour = "",
        category = "",
        traffic = "",
        endless,
        delivered = "",
      ] = line.split(",");
      return {
        user,
        person,
        app,
        startMs: Number(start),
        endMs: Number(end),
        eventCount: Number(count),
        behaviour,
        category,
        traffic,
        endless: endless === "1",
        delivered,
      };
    })
    .sort(
      (a, b) =>
        (a.app < b.app ? -1 : a.app > b.app ? 1 : 0) || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0) || a.startMs - b.startMs,
    );
}
