import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { readSnapshot } from "../../../io/delta/deltaLog";
import { tableFiles } from "../../../io/tables/tableFiles";
import { bundleFiles } from "../../../model/bundleFiles";
import type { ModelBundle } from "../../../model/bundle";
import type { Config } from "../../../model/config";
import { parseConfig } from "../../../model/config/load";
import { encodeVectors, testVectors, VECTORS_FILE } from "../../../transforms/scoring/testVectors";
import { madeUpApp, madeUpBundle } from "../../transforms/scoring/madeUpModel";

/** One line of a made-up log. */
export interface LogLine {
  readonly user: string;
  readonly app: string;
  readonly ms: number;
  readonly name: string;
  readonly revenue?: number;
}

const SETTINGS = `
project: test
zone: Europe/Berlin
input:
  paths: logs/**/*.jsonl
  user: user
  time: ms
  event: name
  app: { column: app }
  attributes:
    - { name: revenue, column: revenue, type: number, take: sum }
sessions:
  gapSeconds: { default: 1800, iphone: 600 }
  maxHours: 4
  minEvents: 2
scoring: { minBatchSessions: 3, maxUnknownEventShare: 1 }
`;

/** A project in `dir` with a made-up model; `settings` replaces lines of the config. */
export function madeUpProject(dir: string, change: (settings: string) => string = (text) => text): Config {
  writeModel(join(dir, "output", "models"), madeUpBundle([madeUpApp("iphone", 2), madeUpApp("web", 3)]));
  const config = parseConfig(change(SETTINGS), { file: "sessionary.yaml", baseDir: dir });
  // In this thread: tests of tasks in threads are elsewhere.
  return { ...config, runner: { ...config.runner, threads: 0 } };
}

export function writeModel(models: string, bundle: ModelBundle): string {
  const vectors = bundle.apps.map((model) => ({
    app: model.app,
    vectors: testVectors(model, [new Map([["SEARCH", 2]]), new Map([["CLICK", 1]])]),
  }));
  for (const [name, bytes] of bundleFiles(bundle, { [VECTORS_FILE]: encodeVectors(vectors) })) {
    writeFile(join(models, bundle.id, name), bytes);
  }
  return join(models, bundle.id);
}

export function writeFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  // The time follows from the content: the same log written again is the same file.
  const seconds = 1_500_000_000 + (createHash("sha256").update(content).digest().readUInt32LE(0) % 1_000_000);
  utimesSync(path, seconds, seconds);
}

export const writeLog = (dir: string, name: string, lines: readonly LogLine[]) =>
  writeFile(join(dir, "logs", name), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

export type Row = Readonly<Record<string, unknown>>;

/** Rows of a table as readers see them, files by path; with the date of their partition. */
export async function readTable(config: Config, table: string, version?: number): Promise<Row[]> {
  const root = join(config.output.path, table);
  const rows: Row[] = [];
  for (const path of tableFiles(await readSnapshot(root, version), root)) {
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const date = /date=([0-9-]+)/.exec(path)?.[1];
    for (const row of await parquetReadObjects({ file })) {
      const plain = Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]);
      rows.push({ date, ...Object.fromEntries(plain) });
    }
  }
  return rows;
}

/** Current files of a table with their bytes. */
export async function tableBytes(config: Config, table: string): Promise<[string, string][]> {
  const root = join(config.output.path, table);
  return tableFiles(await readSnapshot(root), root).map((path) => [
    path.slice(root.length),
    readFileSync(path).toString("base64"),
  ]);
}
