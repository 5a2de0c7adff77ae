import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Config } from "../../model/config";
import { UserError } from "../../model/errors";
import { lockPath } from "../../io/runs/runFolder";
import { scoreDates } from "../../pipelines/score/score";
import { hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, tableBytes, writeFile, writeLog, type LogLine } from "../pipelines/score/project";

const DATE = "2016-07-01";
/** Steps of a job of one day: run, check, manifest, six commits, clean up. */
const STEPS = 10;

const at = (user: string, minute: number, name = "SEARCH"): LogLine => ({
  user,
  app: "web",
  ms: START_MS + hours(9) + minutes(minute),
  name,
});

const OLD = [at("ana", 0), at("ana", 1, "CLICK"), at("ben", 5)];
const LATE = [at("ana", 3), at("cleo", 7)];

/** Every file of the output but the logs of Delta tables, whose times differ. */
function filesOf(config: Config): string[] {
  const names = readdirSync(config.output.path, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("_delta_log"))
    .map((entry) => join(entry.parentPath, entry.name).slice(config.output.path.length))
    .sort();
}

const scoreAndDie = (dir: string, step: number) =>
  spawnSync(process.execPath, [join(__dirname, "scoreAndDie.js"), dir, DATE, String(step)], { encoding: "utf8" });

const TABLES = ["sessions", "daily", "transitions", "event_counts", "dead_letters", "runs"];
const everything = async (config: Config) => Promise.all(TABLES.map((table) => tableBytes(config, table)));

describe("scoring and faults", () => {
  const dir = useTempDir();

  it("killed at any step: readers see the old day or the new one, and the next run ends as one that was never killed", async function () {
    this.timeout(300_000);
    const build = async (name: string) => {
      const home = join(dir(), name, "p");
      writeLog(home, "a.jsonl", OLD);
      const config = madeUpProject(home);
      await scoreDates(config, [DATE]);
      writeLog(home, "b.jsonl", LATE);
      return { home, config };
    };
    const clean = await build("clean");
    const before = await readTable(clean.config, "sessions");
    await scoreDates(clean.config, [DATE]);
    const after = await readTable(clean.config, "sessions");
    expect(after.map(({ user }) => user)).to.deep.equal(["ana", "ben", "cleo"]);
    for (let step = 0; step < STEPS; step++) {
      const { home, config } = await build(`killed-${step}`);
      expect(scoreAndDie(home, step).signal, `step ${step}`).to.equal("SIGKILL");
      // Commits are steps 3 to 8, sessions the last: it is shown once the clean-up has begun.
      expect(await readTable(config, "sessions")).to.deep.equal(step === STEPS - 1 ? after : before);
      await scoreDates(config, [DATE]);
      expect(await everything(config), `step ${step}`).to.deep.equal(await everything(clean.config));
      expect(filesOf(config), `step ${step}`).to.deep.equal(filesOf(clean.config));
      rmSync(join(dir(), `killed-${step}`), { recursive: true });
    }
    expect(scoreAndDie((await build("whole")).home, STEPS).status).to.equal(0);
  });

  it("a day that another process works on is refused with its name; a dead one's lock is taken over", async () => {
    writeLog(dir(), "a.jsonl", OLD);
    const config = madeUpProject(dir());
    const lock = (pid: number) =>
      writeFile(lockPath(config.output.path, DATE), JSON.stringify({ host: hostname(), pid, since: "x", id: "other" }));
    lock(process.pid);
    let refusal: unknown;
    await scoreDates(config, [DATE]).catch((error: unknown) => (refusal = error));
    expect(refusal).to.be.instanceOf(UserError);
    expect((refusal as Error).message).to.include(`2016-07-01 is being scored by process ${process.pid}`);
    lock(deadPid());
    const report = await scoreDates(config, [DATE]);
    expect(report.days.map(({ kind }) => kind)).to.deep.equal(["published"]);
    expect(readdirSync(join(config.output.path, "runs", "_locks"))).to.deep.equal([]);
  });

  it("two runs of one day at once: one publishes, the other says why not or finds it done", async () => {
    writeLog(dir(), "a.jsonl", OLD);
    const config = madeUpProject(dir());
    const outcomes = await Promise.allSettled([scoreDates(config, [DATE]), scoreDates(config, [DATE])]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect((refused?.reason as Error).message).to.include("is being scored by process");
    expect((await readTable(config, "sessions")).map(({ user }) => user)).to.deep.equal(["ana", "ben"]);
  });

  it("an output that cannot be written fails with the cause, shows nothing, and works once it can", async () => {
    writeLog(dir(), "a.jsonl", OLD);
    const config = madeUpProject(dir());
    mkdirSync(config.output.path, { recursive: true });
    // A file where a folder should be: nobody, not even root, can write there.
    writeFileSync(join(config.output.path, "daily"), "");
    let failure: unknown;
    await scoreDates(config, [DATE]).catch((error: unknown) => (failure = error));
    expect(String((failure as Error).message)).to.match(/ENOTDIR|EEXIST/);
    expect(await readTable(config, "sessions")).to.deep.equal([]);
    rmSync(join(config.output.path, "daily"));
    await scoreDates(config, [DATE]);
    expect((await readTable(config, "sessions")).map(({ user }) => user)).to.deep.equal(["ana", "ben"]);
  });

  it("a model that is missing, changed or of another format is refused before anything is read", async () => {
    writeLog(dir(), "a.jsonl", OLD);
    const config = madeUpProject(dir());
    const messageOf = async (change: Partial<Config["scoring"]>) => {
      try {
        await scoreDates({ ...config, scoring: { ...config.scoring, ...change } }, [DATE]);
        return "published";
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    expect(await messageOf({ model: join(dir(), "nowhere") })).to.match(/^UserError: there is no model in .*nowhere/);
    const models = join(config.output.path, "models");
    const [id] = readdirSync(models) as [string];
    writeFile(join(models, id, "vocabulary.jsonl"), "[]\n");
    expect(await messageOf({})).to.match(/^UserError: the model in .* was changed after training: vocabulary.jsonl/);
    writeFile(join(models, id, "manifest.json"), JSON.stringify({ kind: "sessionary-model", format: 99, id, files: {} }));
    expect(await messageOf({})).to.match(/^UserError: the model in .* has format 99/);
    expect(await readTable(config, "sessions")).to.deep.equal([]);
  });
});

/** A process id that was used and is free again. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}
