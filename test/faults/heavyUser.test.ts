import { expect } from "chai";
import { appendFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { scoreDates } from "../../pipelines/score/score";
import { hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, writeLog, type LogLine, type Row } from "../pipelines/score/project";

const DATE = "2016-07-01";
const HEAVY_EVENTS = 300_000;

/** 300 others with three events each, spread over the morning. */
const others = Array.from({ length: 300 }, (_, i) => i).flatMap((i) =>
  ["SEARCH", "CLICK", "VIEW"].map((name, k): LogLine => ({
    user: `user ${i}`,
    app: "web",
    ms: START_MS + hours(7) + minutes(i / 2 + k),
    name,
  })),
);

/** One user with an event every 20 ms, an hour and forty minutes long. */
function writeHeavy(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  for (let from = 0; from < HEAVY_EVENTS; from += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, i) => {
      const ms = START_MS + hours(8) + 20 * (from + i);
      return `{"user":"heavy","app":"web","ms":${ms},"name":"${["SEARCH", "CLICK", "LIKE"][((from + i) % 7) % 3]}"}\n`;
    });
    appendFileSync(path, lines.join(""));
  }
}

describe("a user with far more events than all others together", () => {
  const dir = useTempDir();

  it("is one flagged session, spills to disk and leaves nothing there; the others' sessions are as without it", async function () {
    this.timeout(120_000);
    const settings = (text: string) => text.replace("sessions:", "traffic: { behaviour: { maxEventsPerHour: 3000 } }\nsessions:");
    const withoutFacts = (rows: readonly Row[]) =>
      rows.map(({ run_id: _run, noise_feature: _noise, ...row }) => row).filter(({ user }) => user !== "heavy");
    const score = async (name: string, heavy: boolean) => {
      const home = join(dir(), name);
      writeLog(home, "a.jsonl", others);
      if (heavy) writeHeavy(join(home, "logs", "heavy.jsonl"));
      const config = madeUpProject(home, settings);
      const tempDir = join(home, "temp");
      const input = { ...config.input, splitBytes: 1 << 20 };
      const report = await scoreDates({ ...config, input, runner: { ...config.runner, tempDir, spillMegabytes: 0.1 } }, [DATE]);
      if (heavy) expect(readdirSync(tempDir)).to.deep.equal([]);
      return { rows: await readTable(config, "sessions"), report };
    };
    const alone = await score("alone", false);
    const beside = await score("beside", true);
    const heavy = beside.rows.filter(({ user }) => user === "heavy");
    expect(heavy).to.have.length(1);
    expect(heavy[0]).to.include({ event_count: HEAVY_EVENTS, traffic: "robot", end_reason: "gap" });
    expect(withoutFacts(beside.rows)).to.deep.equal(withoutFacts(alone.rows));
    const [day] = beside.report.days;
    if (day?.kind !== "published") throw new Error("the day was not published");
    expect(day.manifest.job.rows).to.include({
      rowsRead: HEAVY_EVENTS + others.length,
      eventsInSessions: HEAVY_EVENTS + others.length,
    });
  });
});
