import type { PCollection } from "apache-beam";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { runPipeline } from "../../beam/run";
import { stage } from "../../beam/stages";
import type { Grouped, KeyedBytes, Root, RunReport, RunSettings } from "../../beam/types";
import { tmpdir } from "node:os";
import { join } from "node:path";

const collected = new Map<number, KeyedBytes[]>();

/** Keeps what it sees; embedded runs only. A group becomes one element a value. */
export class CollectFn extends BlockFn<KeyedBytes | Grouped> {
  override concurrency = 1;

  constructor(private readonly id: number) {
    super();
  }

  process({ key, value }: KeyedBytes | Grouped): void {
    const values = value instanceof Uint8Array ? [value] : value;
    for (const bytes of values) {
      collected.get(this.id)?.push({ key, value: bytes });
    }
  }
}

registered("test/beam/collect", { CollectFn });

export const SETTINGS: RunSettings = {
  kind: "direct",
  threads: 0,
  spillBytes: 1 << 30,
  tempDir: join(tmpdir(), `sessionary-test-${process.pid}`),
};

let nextId = 0;

export interface Collected {
  readonly report: RunReport;
  /** In the order they came out. */
  readonly elements: readonly KeyedBytes[];
}

/** Runs a pipeline embedded and gives back what its last collection held. */
export async function collect(
  build: (root: Root) => PCollection<KeyedBytes> | PCollection<Grouped>,
  settings: Partial<RunSettings> = {},
): Promise<Collected> {
  const id = nextId++;
  const elements: KeyedBytes[] = [];
  collected.set(id, elements);
  try {
    const report = await runPipeline(
      "test",
      (root) => void (build(root) as PCollection<KeyedBytes>).apply(stage("Collect", new CollectFn(id))),
      { ...SETTINGS, ...settings },
    );
    return { report, elements };
  } finally {
    collected.delete(id);
  }
}

export const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
export const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
export const kv = (key: string, value = ""): KeyedBytes => ({ key, value: utf8(value) });
