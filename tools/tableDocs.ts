import { deltaSchema } from "../model/tables/tableSchema";
import { allTables } from "../model/tables/tables";

/** Columns that carried attributes add, shown by an example. */
const EXAMPLE = [
  { name: "revenue", type: "number", take: "sum" },
  { name: "country", type: "string", take: "first" },
] as const;

/** `resources/schema/tables/*.json`: the schemas of the tables as Delta Lake's log holds them, without carried attributes. */
export function tableSchemas(): [path: string, text: string][] {
  return allTables([]).map((schema) => [
    `resources/schema/tables/${schema.name}.json`,
    `${JSON.stringify(deltaSchema(schema.columns), null, 2)}\n`,
  ]);
}

const READING = `# Tables

The output folder holds Delta Lake tables (reader version 1, writer version 2), partitioned by \`date\`: read them with what you have. A
publish replaces days as a whole; \`sessions\` is committed last. Older versions stay readable until \`sessionary prune\`.

Python, with \`pip install deltalake\` (pandas or polars beside it):

\`\`\`python
from deltalake import DeltaTable

newest = DeltaTable("output/sessions").to_pandas(partitions=[("date", "=", "2026-03-02")])
before = DeltaTable("output/sessions", version=41).to_pandas()
\`\`\`

\`\`\`python
import polars as pl

pl.scan_delta("output/sessions").group_by("date", "category").len().collect()
pl.read_delta("output/sessions", version=41)
\`\`\`

Spark, with \`--packages io.delta:delta-spark_2.12:3.3.0\` and the two settings that Delta's own documentation names:

\`\`\`sql
SELECT date, category, count(*) FROM delta.\`/data/output/sessions\` GROUP BY date, category;
SELECT * FROM delta.\`/data/output/sessions\` VERSION AS OF 41;
DESCRIBE HISTORY delta.\`/data/output/sessions\`;
\`\`\`

DuckDB, with its delta extension: \`SELECT * FROM delta_scan('output/sessions')\`. Without the extension, ask for the current files:

\`\`\`sh
sessionary status --json | jq -r '.tables[] | select(.name == "sessions") | .files[]'
\`\`\`

\`\`\`sql
SELECT * FROM read_parquet(['output/sessions/date=2026-03-02/part-00000-….parquet'], hive_partitioning = true);
\`\`\`

Tests read the newest and older versions, before and after a checkpoint of a log of 25 commits, with deltalake 1.6.6, pandas 3.1, polars 2.1,
DuckDB (by its files) and Spark 3.5.9 with delta-spark 3.3.0. Not tried: DuckDB's delta extension, Trino, Flink.

People without any of these: \`sessionary export --out sessions.csv\`.

\`runs\` also holds, under \`_manifests\`, a manifest for every run: inputs, settings, where every row went, what has changed in the input, sessions that were restated; with an identity map also \`users.bin\`, who was there, as hashes (salted as the tables are when users are pseudonymized).
`;

/** `docs/tables.md`: every table and column, and how to read them. */
export function tableDocs(): string {
  const tables = allTables(EXAMPLE).map(({ name, about, columns }) => {
    const rows = columns.map((column) => `| \`${column.name}\` | ${column.type} | ${column.about.replaceAll("|", "\\|")} |`);
    return [
      `## ${name}`,
      "",
      `${about[0]?.toUpperCase()}${about.slice(1)}.`,
      "",
      "| column | type | |",
      "| --- | --- | --- |",
      ...rows,
      "",
    ];
  });
  const note = "Columns of carried attributes are shown for `revenue` (number, sum) and `country` (string, first).";
  return [READING, note, "", ...tables.flat()].join("\n");
}
