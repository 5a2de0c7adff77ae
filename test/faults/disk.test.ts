import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { presentError, type PresentedError } from "../../cli/errors";
import type { Config } from "../../model/config";
import { scoreDates } from "../../pipelines/score/score";
import { hours, minutes, START_MS } from "../support/builders";
import { breakDisk, sizeOf, type BadDisk } from "../support/badDisk";
import { useTempDir } from "../support/tempDir";
import { MAIN, scoredProject, SETTINGS } from "../cli/cliProject";
import { madeUpProject, readTable, tableBytes, writeLog, type LogLine, type Row } from "../pipelines/score/project";

const DATE = "2016-07-01";
const TABLES = ["sessions", "daily", "transitions", "event_counts", "dead_letters", "runs"];

const visits = (users: readonly string[]): LogLine[] =>
  users.flatMap((user, i) =>
    ["SEARCH", "CLICK"].map((name, k) => ({ user, app: "web", ms: START_MS + hours(9) + minutes(i + k), name })),
  );
const OLD = visits(["ana", "ben"]);
const LATE = visits(Array.from({ length: 40 }, (_, i) => `late ${i}`));

interface Broken {
  readonly presented: PresentedError;
  /** What a reader of the session table saw at every step of the run. */
  readonly seen: readonly (readonly Row[])[];
}

describe("scoring on a disk that fails", () => {
  const dir = useTempDir();

  /** A project whose first day is published, with a late file that makes it stale; the same for every name. */
  async function published(name: string): Promise<Config> {
    const home = join(dir(), name, "p");
    writeLog(home, "a.jsonl", OLD);
    const config = madeUpProject(home);
    await scoreDates(config, [DATE]);
    writeLog(home, "b.jsonl", LATE);
    return config;
  }

  /** Scores the day on a bad disk. @returns null when that went well after all */
  async function scoreOn(config: Config, disk: BadDisk): Promise<Broken | null> {
    const reads: Promise<Row[]>[] = [];
    const mend = breakDisk(disk);
    try {
      await scoreDates(config, [DATE], { onStep: () => void reads.push(readTable(config, "sessions")) });
      return null;
    } catch (error) {
      return { presented: presentError(error), seen: await Promise.all(reads) };
    } finally {
      mend();
    }
  }

  const everything = (config: Config) => Promise.all(TABLES.map((table) => tableBytes(config, table)));
  const filesOf = (config: Config) =>
    readdirSync(config.output.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("_delta_log"))
      .map((entry) => join(entry.parentPath, entry.name).slice(config.output.path.length))
      .sort();

  /** After the fault: one more run on a good disk ends as a run that never met one, to the file. */
  async function expectMended(config: Config, clean: Config): Promise<void> {
    await scoreDates(config, [DATE]);
    expect(await everything(config)).to.deep.equal(await everything(clean));
    expect(filesOf(config)).to.deep.equal(filesOf(clean));
  }

  it("a full output disk, wherever it is full: the cause in one line, code 1; readers see the day as it was before and after", async function () {
    this.timeout(300_000);
    const clean = await published("clean");
    const before = await readTable(clean, "sessions");
    const usedBefore = sizeOf(clean.output.path);
    await scoreDates(clean, [DATE]);
    const after = await readTable(clean, "sessions");
    // Both versions stay on the disk, and something is written beside what stays.
    const needed = sizeOf(clean.output.path) - usedBefore;
    const CASES = 16;
    let failed = 0;
    for (let i = 0; i < CASES; i++) {
      const config = await published(`full-${i}`);
      const capacityBytes = sizeOf(config.output.path) + Math.round((needed * 1.2 * i) / (CASES - 1));
      const broken = await scoreOn(config, { folder: config.output.path, capacityBytes, code: "ENOSPC" });
      if (broken === null) {
        expect(await readTable(config, "sessions")).to.deep.equal(after);
        continue;
      }
      failed++;
      const { presented, seen } = broken;
      expect(presented.kind, presented.message).to.equal("system");
      expect(presented.exitCode).to.equal(1);
      expect(presented.message).to.match(/^\S.*p\/output\/.*: no space left on the disk \(ENOSPC\)$/);
      expect(presented.hints.at(-1)).to.equal("nothing was published");
      for (const rows of seen) expect(rows).to.deep.equal(before);
      expect(await readTable(config, "sessions")).to.deep.equal(before);
      await expectMended(config, clean);
    }
    expect(failed).to.be.within(CASES / 2, CASES - 1);
  });

  it("an output that may not be written: permission denied with the path, code 1; readers see the day as before", async () => {
    const clean = await published("clean");
    await scoreDates(clean, [DATE]);
    for (const table of ["", "runs", "sessions", "daily/_delta_log"]) {
      const config = await published(`denied-${table.replace("/", "-")}`);
      const before = await readTable(config, "sessions");
      const folder = join(config.output.path, table);
      const { presented, seen } = (await scoreOn(config, { folder, capacityBytes: 0, code: "EACCES" })) as Broken;
      expect(presented, table).to.include({ kind: "system", exitCode: 1 });
      expect(presented.message)
        .to.match(/^\S.*p\/output\/.*: permission denied \(EACCES\)$/)
        .and.include(folder);
      for (const rows of seen) expect(rows).to.deep.equal(before);
      await expectMended(config, clean);
    }
  });

  for (const [what, code, capacityBytes, words] of [
    ["full", "ENOSPC", 2_000, "ENOSPC"],
    ["not to be written", "EACCES", 0, "EACCES"],
  ] as const) {
    it(`a temporary folder that is ${what}: the folder and what to do, code 2; readers see the day as before, nothing stays`, async () => {
      const config = await published("p");
      const before = await readTable(config, "sessions");
      const tempDir = join(dir(), "temp");
      mkdirSync(tempDir);
      const tight = { ...config, runner: { ...config.runner, tempDir, spillMegabytes: 0.0001 } };
      const { presented } = (await scoreOn(tight, { folder: tempDir, capacityBytes, code })) as Broken;
      expect(presented).to.include({ kind: "user", exitCode: 2 });
      expect(presented.message)
        .to.match(/^cannot write temporary files in /)
        .and.include(tempDir)
        .and.include(words);
      expect(presented.hints[0]).to.equal("set runner.tempDir to a folder with room that you may write to");
      expect(readdirSync(tempDir)).to.deep.equal([]);
      expect(await readTable(config, "sessions")).to.deep.equal(before);
      await scoreDates(tight, [DATE]);
      expect(await readTable(config, "sessions")).to.have.length(before.length + 40);
      expect(readdirSync(tempDir)).to.deep.equal([]);
    });
  }

  it("the system's own limit on the size of a file, met by threads of the program: one line, code 1, nothing published", () => {
    scoredProject(dir(), 1, SETTINGS);
    const command = `ulimit -f 2; exec "$0" "$@"`;
    const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, MAIN, "score", "--date", DATE, "--quiet"], {
      cwd: dir(),
      encoding: "utf8",
    });
    expect(status).to.equal(1);
    const lines = stderr.trimEnd().split("\n");
    expect(lines[0]).to.match(/^error: .*output\/sessions\/.*a file would be larger than the system allows \(EFBIG\)$/);
    expect(lines.slice(1).every((line) => /^ {2}(in stage|nothing was published)/.test(line))).to.equal(true);
    expect(readdirSync(join(dir(), "output"))).to.not.include("daily");
    const failure = JSON.parse(readFileSync(join(dir(), "output", "runs", "_failures", `${DATE}.json`), "utf8")) as {
      message: string;
    };
    expect(failure.message).to.include("EFBIG");
    writeFileSync(join(dir(), "run-again"), "");
    const again = spawnSync(process.execPath, [MAIN, "score", "--date", DATE, "--quiet"], { cwd: dir(), encoding: "utf8" });
    expect(again.status, again.stderr).to.equal(0);
  });
});
