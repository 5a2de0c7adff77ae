import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { runPipeline } from "../../beam/run";
import type { Config } from "../../model/config";
import { splitBlocksOfFile } from "../support/sessionFiles";
import { planRead } from "../../pipelines/readPlan";
import { runSettingsOf } from "../../pipelines/runSettings";
import { WriteSessionsFn } from "../support/sessionFiles";
import { stage } from "../../beam/stages";
import { cutOptionsOf } from "../../transforms/sessions/cutOptions";
import { frontHalf } from "../../transforms/sessions/frontHalf";
import { random } from "../../ml/random";
import { bruteForceSessions, type OracleSession } from "../oracle/bruteForceSessions";
import { hours, minutes } from "../support/builders";
import { projectConfig, writeLog, type LogRow } from "../support/project";
import { sessionRows } from "../support/sessionRows";
import { useTempDir, withTempDir } from "../support/tempDir";

const GAPS = "sessions: { gapSeconds: { default: 1800, phone: 600 }, shards: 7 }";
const START_MS = Date.UTC(2016, 10, 4, 12);

/** A log over the night in which New York puts its clocks back, with exact-gap pauses and duplicates, in random order. */
function log(seed: number, count: number, given = false): LogRow[] {
  const draw = random(seed);
  const pick = <T>(of: readonly T[]) => of[Math.floor(draw() * of.length)]!;
  const rows: LogRow[] = [];
  for (let user = 0; rows.length < count; user++) {
    let ts = START_MS + Math.floor(draw() * hours(40));
    const app = pick(["web", "phone"]);
    const gap = app === "web" ? minutes(30) : minutes(10);
    const events = 1 + Math.floor(draw() * 40);
    for (let i = 0; i < events; i++) {
      const row = { user: pick([`u${user}`, `ü${user}`]), ts, event: pick(["A", "B", "C", "Ä", "web"]), app };
      const withId = given ? { ...row, sid: `s${user}-${Math.floor(draw() * 3)}` } : row;
      rows.push(withId);
      if (draw() < 0.2) rows.push(withId);
      ts += pick([0, 1, 1000, minutes(3), gap - 1, gap, gap + 1, Math.floor(draw() * hours(2))]);
    }
  }
  return rows
    .map((row) => ({ row, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);
}

async function sessionsOf(config: Config, dir: string): Promise<OracleSession[]> {
  const cut = cutOptionsOf(config, null);
  const plan = await planRead(config, null);
  const out = join(dir, "sessions");
  await runPipeline(
    "sessions",
    (root) => frontHalf(root, plan.files, plan.settings, cut).sessions.apply(stage("WriteSessions", new WriteSessionsFn(out))),
    runSettingsOf(config),
  );
  const files = readdirSync(dir).includes("sessions") ? readdirSync(out) : [];
  const rows = sessionRows(files.flatMap((file) => splitBlocksOfFile(readFileSync(join(out, file)))));
  const key = (row: OracleSession) => [row.app, row.user, row.sessionId ?? ""].join("\0");
  return rows.sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))) || a.startMs - b.startMs);
}

function oracle(rows: readonly LogRow[], zone: string): OracleSession[] {
  const events = rows.map(({ user, ts, event, app, sid }) => ({
    user,
    timeMs: ts,
    name: event,
    app,
    sessionId: (sid as string) ?? null,
  }));
  const gapMs = (app: string) => (app === "phone" ? minutes(10) : minutes(30));
  const sessions = bruteForceSessions(events, { gapMs, capMs: hours(12), zone });
  const key = (row: OracleSession) => [row.app, row.user, row.sessionId ?? ""].join("\0");
  return sessions.sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))) || a.startMs - b.startMs);
}

describe("from files to sessions", () => {
  const dir = useTempDir();

  for (const zone of ["UTC", "America/New_York"]) {
    for (const files of [1, 3, 50]) {
      it(`gives the sessions of brute force, ${zone}, ${files} files`, async () => {
        const rows = log(files, 4000);
        writeLog(dir(), rows, files);
        expect(await sessionsOf(projectConfig(dir(), `zone: ${zone}\n${GAPS}`), dir())).to.deep.equal(oracle(rows, zone));
      });
    }
  }

  it("gives the sessions of brute force for given ids that overlap in time", async () => {
    const rows = log(7, 3000, true);
    writeLog(dir(), rows, 4);
    const config = projectConfig(dir(), `  sessionId: sid\n${GAPS}`);
    expect(await sessionsOf(config, dir())).to.deep.equal(oracle(rows, "UTC"));
  });

  it("gives the same with threads, tiny splits and a forced spill", async () => {
    const rows = log(11, 6000);
    writeLog(dir(), rows, 2);
    const small = projectConfig(dir(), GAPS, "runner: { threads: 3, spillMegabytes: 0.01 }");
    const config = { ...small, input: { ...small.input, splitBytes: 5000 } };
    expect(await sessionsOf(config, dir())).to.deep.equal(oracle(rows, "UTC"));
  });

  it("gives one session for one event, and none for an empty file", async () => {
    const [one] = log(3, 1);
    writeLog(dir(), [one!]);
    expect(await sessionsOf(projectConfig(dir(), GAPS), dir())).to.have.length(1);
    await withTempDir(async (empty) => {
      writeLog(empty, []);
      expect(await sessionsOf(projectConfig(empty, GAPS), empty)).to.deep.equal([]);
    });
  });
});
