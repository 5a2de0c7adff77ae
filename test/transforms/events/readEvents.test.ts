import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlockFn } from "../../../beam/blockFn";
import { registered } from "../../../beam/registered";
import { runPipeline } from "../../../beam/run";
import { stage, union } from "../../../beam/stages";
import type { KeyedBytes } from "../../../beam/types";
import { decodeDeadLetters } from "../../../model/deadLetter";
import { listInputFiles } from "../../../io/inputs/listFiles";
import { decodeReadCounts } from "../../../transforms/events/readCounts";
import { readEvents } from "../../../transforms/events/readEvents";
import { inOrder, readBlock } from "./blocks";
import { settingsWith } from "./harness";

const collected: KeyedBytes[] = [];

class CollectEventsFn extends BlockFn {
  process(element: KeyedBytes): void {
    collected.push(element);
  }
}
registered("test/transforms/events/readEvents.test", { CollectEventsFn });

describe("readEvents", () => {
  it("reads all splits of all files in a pipeline, in threads and in process, and sums the counts exactly", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sessionary-events-"));
    try {
      const row = (i: number) => JSON.stringify({ user: `u${i % 13}`, ts: 1e12 + i, event: `e${i % 4}`, app: "web" });
      for (const file of [0, 1, 2]) {
        const rows = Array.from({ length: 100 }, (_, i) => row(file * 100 + i));
        writeFileSync(join(folder, `${file}.jsonl`), [...rows, "broken", ""].join("\n"));
      }
      const settings = settingsWith({ input: { paths: [folder], splitBytes: 1000 } });
      const files = await listInputFiles(settings.input, null);
      const results: unknown[] = [];
      for (const threads of [0, 2]) {
        collected.length = 0;
        const run = { kind: "direct" as const, threads, spillBytes: 1 << 20, tempDir: folder };
        await runPipeline(
          "read",
          (root) => {
            const { blocks, deadLetters, counts } = readEvents(root, files, settings);
            union("All", [blocks, deadLetters, counts]).apply(stage("Collect", new CollectEventsFn()));
          },
          run,
        );
        const of = (prefix: string) => collected.filter(({ key }) => key.startsWith(prefix)).map(({ value }) => value);
        const [sum, ...more] = of("counts").map(decodeReadCounts);
        expect(more).to.deep.equal([]);
        expect([sum?.rowsRead, sum?.eventsPacked, sum?.setAside]).to.deep.equal([303, 300, { malformed: 3 }]);
        expect(Object.values(sum?.files ?? {}).map(({ rowsRead }) => rowsRead)).to.deep.equal([101, 101, 101]);
        expect(
          of("dead")
            .flatMap(decodeDeadLetters)
            .map(({ raw }) => raw),
        ).to.deep.equal(["broken", "broken", "broken"]);
        results.push(inOrder(of("shard-").flatMap(readBlock)));
      }
      expect(results[0]).to.have.length(300);
      expect(results[1]).to.deep.equal(results[0]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
