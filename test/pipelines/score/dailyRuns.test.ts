import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../../model/config";
import { dateOfDay, dayNumber, dayStartMs } from "../../../model/localDays";
import { datesOf } from "../../../pipelines/score/plan";
import { scoreDates } from "../../../pipelines/score/score";
import { bruteForceSessions } from "../../oracle/bruteForceSessions";
import { hours, minutes } from "../../support/builders";
import { useTempDir } from "../../support/tempDir";
import { monthLog } from "./monthLog";
import { madeUpProject, readTable, tableBytes, writeLog, type LogLine } from "./project";

const GAP_MINUTES = 30;
/** As in the settings of `madeUpProject`. */
const CAP_HOURS = 4;

interface Zone {
  readonly zone: string;
  /** A day in the middle of the log: with 23 hours, 25 hours, or 24. */
  readonly day: string;
}

const ZONES: readonly Zone[] = [
  { zone: "Europe/Berlin", day: "2026-03-29" },
  { zone: "America/New_York", day: "2026-11-01" },
  { zone: "UTC", day: "2026-06-10" },
];

type Event = LogLine & { readonly sid?: string };

/** Days in a row that a small log spans, the middle one being `day`. */
const daysAround = (day: string) => datesOf(dateOfDay(dayNumber(day) - 1), dateOfDay(dayNumber(day) + 1));

/** One who goes on from the first evening into the morning, with pauses below the gap: longer than the cap. */
const sleepless = (first: number, given: boolean): Event[] =>
  Array.from({ length: 16 }, (_, i) => ({
    user: "sleepless",
    app: "web",
    ms: first + hours(21) + i * minutes(25),
    name: "SEARCH",
    ...(given && { sid: "s1" }),
  }));

/**
 * Logs of a few users, and of one who is always there: some begin late in the evening and go on past midnight; pauses are short, just under the gap, the gap itself or
 * longer, so that chains longer than the cap come up.
 */
const someLog = ({ zone, day }: Zone, given: boolean) => {
  const first = dayStartMs(dayNumber(day) - 1, zone);
  const pause = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: minutes(20) }) },
    { weight: 3, arbitrary: fc.integer({ min: minutes(25), max: minutes(GAP_MINUTES) - 1 }) },
    { weight: 1, arbitrary: fc.constant(minutes(GAP_MINUTES)) },
    { weight: 1, arbitrary: fc.integer({ min: minutes(GAP_MINUTES), max: hours(9) }) },
  );
  const user = fc.record({
    app: fc.constantFrom("web", "iphone"),
    startMs: fc.oneof(fc.integer({ min: hours(20), max: hours(25) }), fc.integer({ min: 0, max: hours(60) })),
    steps: fc.array(fc.tuple(pause, fc.constantFrom("SEARCH", "CLICK"), fc.constantFrom("s1", "s2")), {
      minLength: 1,
      maxLength: 30,
    }),
  });
  return fc.array(user, { minLength: 1, maxLength: 5 }).map((users) => [
    ...sleepless(first, given),
    ...users.flatMap(({ app, startMs, steps }, u) => {
      let ms = first + startMs;
      return steps.map(([after, name, sid]): Event => {
        const event = { user: `u${u}`, app, ms, name, ...(given && { sid }) };
        ms += after;
        return event;
      });
    }),
  ]);
};

/** Sessions of all tables' days as lines that sort; the oracle's as well. */
async function sessionsShown(config: Config): Promise<string[]> {
  const rows = await readTable(config, "sessions");
  return rows
    .map((row) =>
      [
        row["date"],
        row["app"],
        row["user"],
        (row["start"] as Date).getTime(),
        (row["end"] as Date).getTime(),
        row["event_count"],
        row["end_reason"],
      ].join(" "),
    )
    .sort();
}

function sessionsTrue(lines: readonly Event[], zone: string, dates: ReadonlySet<string>): string[] {
  const events = lines.map(({ user, app, ms, name, sid, revenue }) => ({
    app,
    user,
    sessionId: sid ?? null,
    timeMs: ms,
    name,
    attributes: [revenue ?? null],
  }));
  const gapMs = (app: string) => (app === "iphone" ? minutes(10) : minutes(GAP_MINUTES));
  return bruteForceSessions(events, { gapMs, capMs: hours(CAP_HOURS), zone })
    .filter(({ date }) => dates.has(date))
    .map(({ date, app, user, startMs, endMs, eventCount, endReason }) =>
      [date, app, user, startMs, endMs, eventCount, endReason].join(" "),
    )
    .sort();
}

/** One file an hour of UTC, so that runs have files to leave alone. */
function writeHourly(dir: string, lines: readonly Event[]): void {
  const byHour = new Map<string, Event[]>();
  for (const line of lines) {
    const hour = new Date(line.ms).toISOString().slice(0, 13);
    byHour.set(hour, [...(byHour.get(hour) ?? []), line]);
  }
  for (const [hour, own] of byHour) writeLog(dir, `${hour}.jsonl`, own);
}

const settingsOf = (zone: string, given: boolean) => (text: string) =>
  text
    .replace("zone: Europe/Berlin", `zone: ${zone}`)
    .replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}T{HH}.jsonl")
    .replace("  time: ms", `  time: { column: ms, format: epoch_ms, zone: UTC }${given ? "\n  sessionId: sid" : ""}`);

const TABLES = ["sessions", "daily", "transitions", "event_counts"];
const bytesOf = (config: Config) => Promise.all(TABLES.map((table) => tableBytes(config, table)));

async function scoreEach(config: Config, dates: readonly string[]): Promise<void> {
  for (const date of dates) await scoreDates(config, [date]);
}

describe("N daily runs", function () {
  this.timeout(180_000);
  const dir = useTempDir();

  for (const zone of ZONES) {
    for (const given of [false, true]) {
      it(`are one long run: ${zone.zone}, ${given ? "given session ids" : "sessions cut by the gap"}`, async () => {
        const dates = daysAround(zone.day);
        const endings = new Set<unknown>();
        await fc.assert(
          fc.asyncProperty(someLog(zone, given), async (lines) => {
            const home = mkdtempSync(join(tmpdir(), "sessionary-daily-"));
            try {
              writeHourly(home, lines);
              const config = madeUpProject(home, settingsOf(zone.zone, given));
              // A day whose every event lies outside of all files has nothing to read.
              const own = dates.filter((date) => hasFiles(lines, zone.zone, date));
              await scoreEach(config, own);
              const daily = await bytesOf(config);
              expect(await sessionsShown(config)).to.deep.equal(sessionsTrue(lines, zone.zone, new Set(own)));
              for (const row of await readTable(config, "sessions")) endings.add(row["end_reason"]);
              rmSync(config.output.path, { recursive: true });
              madeUpProject(home);
              await scoreDates(config, own);
              expect(await bytesOf(config)).to.deep.equal(daily);
            } finally {
              rmSync(home, { recursive: true });
            }
          }),
          { numRuns: 4, seed: 7 + dayNumber(zone.day) },
        );
        expect([...endings]).to.include.members(given ? ["given", "cap"] : ["gap", "cap"]);
      });
    }
  }

  it("are one long run over a month of people awake at midnight, with the hour that comes twice; and read only files near each day", async () => {
    const zone = "Europe/Berlin";
    const log = monthLog({ from: "2026-10-05", days: 30, visits: 24, zone, seed: 3 });
    const lines = [...log.values()].flat();
    for (const [date, own] of log) writeLog(dir(), `${date}.jsonl`, own);
    const settings = (text: string) => text.replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}.jsonl");
    const config = madeUpProject(dir(), settings);
    const dates = [...log.keys()];
    for (const date of dates) {
      const [day] = (await scoreDates(config, [date])).days;
      if (day?.kind !== "published") throw new Error("not published");
      const near = [-1, 0, 1].map((step) => `logs/${dateOfDay(dayNumber(date) + step)}.jsonl`);
      expect(day.manifest.inputs.filter(({ read }) => read).map(({ path }) => path)).to.deep.equal(
        near.filter((path) => log.has(path.slice(5, 15))),
      );
      expect(day.manifest.changes).to.deep.equal([]);
    }
    const daily = await bytesOf(config);
    expect(await sessionsShown(config)).to.deep.equal(sessionsTrue(lines, zone, new Set(dates)));
    rmSync(config.output.path, { recursive: true });
    madeUpProject(dir(), settings);
    await scoreDates(config, dates);
    expect(await bytesOf(config)).to.deep.equal(daily);
  });
});

/** Whether any file by the hour may hold rows that a day hangs on. */
function hasFiles(lines: readonly Event[], zone: string, date: string): boolean {
  const from = dayStartMs(dayNumber(date), zone) - hours(CAP_HOURS) - minutes(GAP_MINUTES);
  const to = dayStartMs(dayNumber(date) + 1, zone) + hours(CAP_HOURS) + minutes(GAP_MINUTES);
  return lines.some(({ ms }) => ms >= from && ms < to);
}
