import { expect } from "chai";
import { deltaJars } from "../../tools/engine/fetchEngine";
import { runPython } from "../../tools/python/environment";
import { expectedDays, LONG_DAYS, LONG_VERSIONS, longTable } from "../pipelines/longTable";
import { readTable } from "../pipelines/score/project";
import { useTempDir } from "../support/tempDir";

interface SparkRead {
  readonly read: Readonly<
    Record<
      string,
      { readonly byDay: Readonly<Record<string, number>>; readonly rows: readonly Readonly<Record<string, unknown>>[] }
    >
  >;
  readonly schema: Readonly<Record<string, string>>;
  readonly history: readonly { readonly version: number; readonly operation: string }[];
}

describe("the session table in Spark with Delta", () => {
  const dir = useTempDir();

  it("is read newest and by version, through a checkpoint, with every type and its history", async function () {
    this.timeout(900_000);
    const config = await longTable(dir());
    const root = `${config.output.path}/sessions`;
    const { read, schema, history } = await runPython<SparkRead>(
      "read_delta_spark.py",
      [deltaJars(), root, ...LONG_VERSIONS],
      "peers-requirements.txt",
    );
    for (const version of LONG_VERSIONS) {
      expect(read[version]?.byDay, version).to.deep.equal(expectedDays(version));
      const ours = await readTable(config, "sessions", version === "latest" ? undefined : Number(version));
      const key = ({ session_id, user, category_id, event_count, date }: Readonly<Record<string, unknown>>) =>
        [session_id, user, category_id, event_count, date].join(" ");
      expect(read[version]?.rows.map(key).sort(), version).to.deep.equal(ours.map(key).sort());
    }
    expect(schema).to.include({
      session_id: "string",
      start: "timestamp",
      date: "date",
      event_count: "int",
      confidence: "double",
      unsure: "boolean",
      revenue: "double",
    });
    expect(history.map(({ version }) => version)).to.deep.equal(Array.from({ length: LONG_DAYS + 1 }, (_, i) => LONG_DAYS - i));
  });
});
