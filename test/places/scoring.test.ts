import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { latestVersion, readSnapshot } from "../../io/delta/deltaLog";
import { publishedDates } from "../../io/delta/publish";
import { placeOf } from "../../io/places/place";
import { lockDays } from "../../io/runs/dayLock";
import { lockPath } from "../../io/runs/runFolder";
import { UserError } from "../../model/errors";
import { exportTable } from "../../pipelines/export";
import { prune } from "../../pipelines/prune";
import { scoreDates } from "../../pipelines/score/score";
import { readStatus } from "../../pipelines/status";
import { useTempDir } from "../support/tempDir";
import { writeLog } from "../pipelines/score/project";
import { gcsTestStore, s3TestStore } from "./support/stores";
import { allTableBytes, DATES, scoreElsewhere, storeProject, uploadFolder, type StoreProject } from "./support/storeProject";

const STORES = [
  { name: "S3", open: s3TestStore },
  { name: "Google Cloud Storage", open: gcsTestStore },
] as const;

/** Columns that do not hang on where the logs are: the run's id does, by their names and tags. */
const COLUMNS = ["session_id", "user", "app", "start", "end", "date", "event_count", "category", "confidence", "revenue"];

for (const { name, open } of STORES) {
  describe(`scoring with ${name}`, function () {
    this.timeout(300_000);
    const dir = useTempDir();
    let project: StoreProject;

    beforeEach(async () => (project = await storeProject(await open(), dir())));

    it("gives the bytes of a local run, wherever logs, model and tables are, in threads too", async () => {
      const { bucket, settings, config } = project;
      const here = join(dir(), "output");
      const dates = DATES.slice(0, 2);
      await scoreDates(config(settings({ input: "here", output: here })), dates);
      const elsewhere = config(settings({ input: "here", output: `${bucket}/tables/app`, threads: 2 }));
      await scoreDates(elsewhere, dates);
      const local = await allTableBytes(here);
      expect(Object.keys(local)).to.have.length.greaterThan(10);
      expect(await allTableBytes(elsewhere.output.path)).to.deep.equal(local);

      const inStore = config(settings({ input: "store", output: `${bucket}/tables/own`, threads: 2 }));
      const backHere = config(settings({ input: "store", output: join(dir(), "back") }));
      await scoreDates(inStore, dates);
      await scoreDates(backHere, dates);
      expect(await allTableBytes(inStore.output.path)).to.deep.equal(await allTableBytes(backHere.output.path));
      const file = { table: "sessions", format: "csv", dates: null, version: null, columns: COLUMNS } as const;
      await exportTable(inStore, { ...file, to: `${bucket}/exports/days.csv` });
      await exportTable(config(settings({ input: "here", output: here })), { ...file, to: join(dir(), "days.csv") });
      const exported = Buffer.from(await placeOf(bucket).read(`${bucket}/exports/days.csv`));
      expect(exported.toString()).to.equal(readFileSync(join(dir(), "days.csv"), "utf8"));
      expect(exported.toString().split("\n")).to.have.length.greaterThan(100);
    });

    it("finds its days again: current, stale by a late file, scored again; old files can be pruned", async () => {
      const { bucket, settings, config } = project;
      const own = config(settings({ input: "store", output: `${bucket}/t` }));
      await scoreDates(own, [DATES[0], DATES[1]]);
      const stateOf = async () => (await readStatus(own)).days.slice(0, 2).map(({ state }) => state);
      expect(await stateOf()).to.deep.equal(["current", "current"]);
      expect((await scoreDates(own, [DATES[0]])).days.map(({ kind }) => kind)).to.deep.equal(["unchanged"]);
      writeLog(join(dir(), "late"), "late.jsonl", [{ user: "late", app: "web", ms: 1467363600000, name: "SEARCH" }]);
      await uploadFolder(join(dir(), "late", "logs"), `${bucket}/logs`);
      const [first] = (await scoreDates(own, [DATES[0]])).days;
      expect(first?.kind === "published" && first.manifest.restated?.added).to.equal(1);
      const soon = await prune(own, { keepDays: 30, remove: true, nowMs: Date.now() });
      expect(soon.files).to.deep.equal([]);
      const later = await prune(own, { keepDays: 30, remove: true, nowMs: Date.now() + 31 * 86_400_000 });
      expect(new Set(later.files.map(({ table }) => table))).to.include("sessions");
      expect((await scoreDates(own, [DATES[0]])).days.map(({ kind }) => kind)).to.deep.equal(["unchanged"]);
    });

    it("several publishers of one table at once lose no day and no version", async () => {
      const { bucket, settings } = project;
      const output = `${bucket}/many`;
      const task = { settings: settings({ input: "here", output }), baseDir: dir() };
      const outcomes = await Promise.all(DATES.map((date) => scoreElsewhere({ ...task, dates: [date] })));
      expect(outcomes.map((outcome) => outcome?.error)).to.deep.equal([null, null, null, null]);
      for (const table of ["sessions", "daily", "runs"]) {
        expect(await latestVersion(`${output}/${table}`), table).to.equal(DATES.length - 1);
        expect(publishedDates(await readSnapshot(`${output}/${table}`)), table).to.deep.equal(DATES);
      }
      expect(await placeOf(output).list(`${output}/runs/_work/`)).to.deep.equal([]);
    });

    it("two publishers of one day at once: it is published once", async () => {
      const { bucket, settings } = project;
      const output = `${bucket}/twice`;
      const task = { settings: settings({ input: "here", output }), baseDir: dir(), dates: [DATES[0]] };
      const outcomes = await Promise.all([scoreElsewhere(task), scoreElsewhere(task)]);
      expect(outcomes.filter((outcome) => outcome?.kinds[0] === "published")).to.have.length(1);
      const other = outcomes.find((outcome) => outcome?.kinds[0] !== "published");
      // It came while the first was at work, or after that.
      if (other?.kinds[0] !== "unchanged") expect(other?.error).to.include("is being scored by process");
      expect(await latestVersion(`${output}/sessions`)).to.equal(0);
    });

    it("killed before its commits, a publisher leaves the old version; the next one clears up and publishes", async () => {
      const { bucket, settings, config } = project;
      const clean = `${bucket}/clean`;
      const killed = `${bucket}/killed`;
      await scoreDates(config(settings({ input: "here", output: clean })), [DATES[0]]);
      await scoreDates(config(settings({ input: "here", output: killed })), [DATES[0]]);
      const before = await allTableBytes(killed);
      writeLog(dir(), "late.jsonl", [{ user: "late", app: "web", ms: 1467363600000, name: "SEARCH" }]);
      await scoreDates(config(settings({ input: "here", output: clean })), [DATES[0]]);
      const task = { settings: settings({ input: "here", output: killed }), baseDir: dir(), dates: [DATES[0]] };
      // Before the first commit, and before that of `sessions`, the last.
      for (const dieAtStep of [3, 8]) {
        expect(await scoreElsewhere({ ...task, dieAtStep })).to.equal(null);
        const sessions = Object.entries(await allTableBytes(killed)).filter(([path]) => path.startsWith("/sessions"));
        expect(sessions).to.deep.equal(Object.entries(before).filter(([path]) => path.startsWith("/sessions")));
      }
      expect(await scoreElsewhere(task)).to.deep.equal({ kinds: ["published"], error: null });
      expect(await allTableBytes(killed)).to.deep.equal(await allTableBytes(clean));
      const namesOf = async (output: string) =>
        (await placeOf(output).list(`${output}/`)).map(({ path }) => path.slice(output.length));
      expect((await namesOf(killed)).filter((path) => !path.includes("_delta_log"))).to.deep.equal(
        (await namesOf(clean)).filter((path) => !path.includes("_delta_log")),
      );
    });

    it("a lock of another machine holds until its time is over, is moved on while its owner lives, and is taken over then", async () => {
      const output = `${project.bucket}/locks`;
      const path = lockPath(output, DATES[0]);
      const lock = (until: number) =>
        placeOf(path).write(
          path,
          Buffer.from(
            JSON.stringify({ id: "x", host: "elsewhere", pid: 1, since: "2016-07-01", until: new Date(until).toISOString() }),
          ),
        );
      await lock(Date.now() + 60_000);
      const refused = await lockDays(output, [DATES[0]], Date.now()).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(UserError);
      expect((refused as Error).message).to.include("is being scored by process 1 on elsewhere");
      await lock(Date.now() - 1000);
      const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => lockDays(output, [DATES[0]], Date.now(), 400)));
      const held = attempts.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      expect(held).to.have.length(1);
      const untilOf = async () =>
        Date.parse((JSON.parse(Buffer.from(await placeOf(path).read(path)).toString()) as { until: string }).until);
      const first = await untilOf();
      while ((await untilOf()) === first) await new Promise((resolve) => setTimeout(resolve, 20));
      await held[0]?.assertHeld(DATES[0]);
      await lock(Date.now() + 60_000);
      const lost = await held[0]?.assertHeld(DATES[0]).catch((error: unknown) => error);
      expect((lost as Error).message).to.include("process 1 on elsewhere has taken it over; nothing of this run is shown");
      await held[0]?.release();
      expect((await placeOf(path).stat(path)) === null, "the other's lock stays").to.equal(false);
    });
  });
}
