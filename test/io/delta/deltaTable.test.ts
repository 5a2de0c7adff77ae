import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PublishConflict, columnsOf, publishDay, publishedDates, publishedDay, type DayPublish } from "../../../io/delta/publish";
import { checkpointPath, commitPath, latestVersion, readHistory, readSnapshot } from "../../../io/delta/deltaLog";
import { writeParquet } from "../../../io/parquet/writeParquet";
import { placeOf } from "../../../io/places/place";
import type { TableSchema } from "../../../model/tables/tableSchema";
import { toStringTable } from "../../../model/sessionBlock";
import { runPython } from "../../../tools/python/environment";
import { useTempDir } from "../../support/tempDir";

const SCHEMA: TableSchema = {
  name: "daily",
  about: "sessions per category",
  columns: [
    { name: "date", type: "date", about: "local day" },
    { name: "category", type: "string", about: "category id" },
    { name: "sessions", type: "long", about: "how many" },
    { name: "first", type: "timestamp", about: "UTC" },
  ],
};

const FIRST_MS = Date.UTC(2016, 6, 1, 10, 30, 0, 250);

/** Writes the part file of a day with `counts` sessions a category and returns what publishes it. */
async function preparedDay(
  root: string,
  date: string,
  counts: Record<string, number>,
  more: Partial<DayPublish> = {},
): Promise<DayPublish> {
  const fingerprint = more.fingerprint ?? JSON.stringify(counts).replaceAll(/\W/g, "");
  const path = `date=${date}/part-00000-${fingerprint}.parquet`;
  const bytes = writeParquet([
    { name: "category", type: "string", strings: toStringTable(Object.keys(counts)) },
    { name: "sessions", type: "long", numbers: Float64Array.from(Object.values(counts)) },
    { name: "first", type: "timestamp", numbers: new Float64Array(Object.keys(counts).length).fill(FIRST_MS) },
  ]);
  await placeOf(root).write(`${root}/${path}`, bytes);
  return {
    root,
    schema: SCHEMA,
    date,
    files: [{ path, bytes: bytes.length, rows: Object.keys(counts).length }],
    fingerprint,
    runId: `${date}-${fingerprint}`,
    tags: { sessions: String(Object.values(counts).reduce((a, b) => a + b, 0)) },
    seen: null,
    facts: { model: "m1" },
    engineInfo: "sessionary/test",
    nowMs: Date.UTC(2016, 6, 3),
    ...more,
  };
}

interface ReadTable {
  readonly version: number;
  readonly types: Record<string, string>;
  readonly rows: { readonly date: string; readonly category: string; readonly sessions: number; readonly first: string }[];
  readonly history: string[];
}

const counts = ({ rows }: ReadTable) =>
  Object.fromEntries(rows.map(({ date, category, sessions }) => [`${date} ${category}`, sessions]));

describe("a table", () => {
  const root = useTempDir();

  it("is read by the deltalake package, newest and older versions", async function () {
    this.timeout(300_000);
    const table = root();
    await publishDay(await preparedDay(table, "2016-07-01", { search: 5, buy: 2 }));
    await publishDay(await preparedDay(table, "2016-07-02", { search: 7 }));
    const seen = publishedDay(await readSnapshot(table), "2016-07-01")?.fingerprint ?? null;
    await publishDay(await preparedDay(table, "2016-07-01", { search: 6 }, { seen }));
    const newest = await runPython<ReadTable>("read_delta.py", [table]);
    expect(newest.version).to.equal(2);
    expect(newest.types).to.deep.equal({
      date: "date32[day]",
      category: "string",
      sessions: "int64",
      first: "timestamp[us, tz=UTC]",
    });
    expect(counts(newest)).to.deep.equal({ "2016-07-01 search": 6, "2016-07-02 search": 7 });
    expect(newest.rows[0]?.first).to.equal("2016-07-01 10:30:00.250000+00:00");
    expect(JSON.parse(newest.history[0] ?? "")).to.deep.include({ date: "2016-07-01", facts: { model: "m1" } });
    expect(counts(await runPython<ReadTable>("read_delta.py", [table, "0"]))).to.deep.equal({
      "2016-07-01 search": 5,
      "2016-07-01 buy": 2,
    });
  });

  it("commits nothing for the same content, and stops for other content of the same day", async () => {
    const table = root();
    expect(await publishDay(await preparedDay(table, "2016-07-01", { search: 5 }))).to.deep.equal({
      kind: "published",
      version: 0,
    });
    expect(await publishDay(await preparedDay(table, "2016-07-01", { search: 5 }))).to.deep.equal({
      kind: "unchanged",
      version: 0,
    });
    let refusal: unknown;
    await publishDay(await preparedDay(table, "2016-07-01", { search: 9 })).catch((error: unknown) => (refusal = error));
    expect(refusal).to.be.instanceOf(PublishConflict);
    expect((refusal as Error).message).to.include("published by another run (2016-07-01-search5)");
    expect(await latestVersion(table)).to.equal(0);
  });

  it("takes days of many publishers at once, each exactly once", async () => {
    const table = root();
    const dates = Array.from({ length: 12 }, (_, i) => `2016-07-${String(i + 1).padStart(2, "0")}`);
    const prepared = await Promise.all(dates.map((date, i) => preparedDay(table, date, { search: i })));
    // Every day twice: one of the two publishes, the other finds nothing left to do.
    const outcomes = await Promise.all([...prepared, ...prepared].map(publishDay));
    expect(outcomes.filter(({ kind }) => kind === "published")).to.have.length(12);
    expect(publishedDates(await readSnapshot(table))).to.deep.equal(dates);
    expect(await latestVersion(table)).to.equal(11);
  });

  it("keeps older versions readable and is the same through a checkpoint", async function () {
    this.timeout(300_000);
    const table = root();
    for (let i = 0; i <= 41; i++) {
      const date = `2016-0${1 + Math.floor(i / 28)}-${String(1 + (i % 28)).padStart(2, "0")}`;
      await publishDay(await preparedDay(table, date, { search: i }));
    }
    const full = await readSnapshot(table);
    expect(await placeOf(table).stat(checkpointPath(table, 20))).to.not.equal(null);
    for (let version = 0; version <= 40; version++) await placeOf(table).remove(commitPath(table, version));
    const short = await readSnapshot(table);
    expect({ ...short, files: [...short.files.keys()] }).to.deep.equal({ ...full, files: [...full.files.keys()] });
    expect(publishedDay(short, "2016-01-01")?.tags).to.deep.equal(publishedDay(full, "2016-01-01")?.tags);
    const read = await runPython<ReadTable>("read_delta.py", [table]);
    expect(read.version).to.equal(41);
    expect(read.rows.map(({ sessions }) => sessions).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 42 }, (_, i) => i),
    );
    let refusal: unknown;
    await readSnapshot(table, 30).catch((error: unknown) => (refusal = error));
    expect((refusal as Error).message).to.include("lacks version 21");
  });

  it("gains columns, keeps dropped ones, and refuses a changed type", async () => {
    const table = root();
    await publishDay(await preparedDay(table, "2016-07-01", { search: 1 }));
    const wider: TableSchema = {
      ...SCHEMA,
      columns: [...SCHEMA.columns.slice(0, 3), { name: "revenue", type: "double", about: "EUR" }],
    };
    await publishDay(await preparedDay(table, "2016-07-02", { search: 1 }, { schema: wider }));
    const { metaData } = await readSnapshot(table);
    expect(columnsOf(metaData!).map(({ name }) => name)).to.deep.equal(["date", "category", "sessions", "first", "revenue"]);
    const changed: TableSchema = { ...SCHEMA, columns: [{ name: "sessions", type: "string", about: "" }] };
    let refusal: unknown;
    await publishDay(await preparedDay(table, "2016-07-03", { search: 1 }, { schema: changed })).catch(
      (e: unknown) => (refusal = e),
    );
    expect((refusal as Error).message).to.equal("column sessions of the table daily is long, this run writes string");
  });

  it("names a damaged commit, a version that is not there, and a newer protocol", async () => {
    const table = root();
    await publishDay(await preparedDay(table, "2016-07-01", { search: 1 }));
    const messageOf = async (version?: number) => {
      try {
        await readSnapshot(table, version);
        return "read";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(await messageOf(7)).to.include("has no version 7; its newest is 0");
    writeFileSync(
      join(table, "_delta_log", `${"1".padStart(20, "0")}.json`),
      '{"protocol":{"minReaderVersion":3,"minWriterVersion":7}}\n',
    );
    expect(await messageOf()).to.include("needs Delta reader 3, writer 7");
    writeFileSync(join(table, "_delta_log", `${"1".padStart(20, "0")}.json`), '{"add":');
    expect(await messageOf()).to.include("is damaged");
    expect(await messageOf(0)).to.equal("read");
  });

  it("has a history of who published what", async () => {
    const table = root();
    await publishDay(await preparedDay(table, "2016-07-01", { search: 1 }));
    const history = await readHistory(table);
    expect(history.map(({ actions }) => actions.map((action) => Object.keys(action)[0]))).to.deep.equal([
      ["commitInfo", "protocol", "metaData", "add"],
    ]);
  });
});
