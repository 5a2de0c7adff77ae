import "../../../beam/stages";
import { expect } from "chai";
import fc from "fast-check";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlockFn } from "../../../beam/blockFn";
import { registered } from "../../../beam/registered";
import { runPipeline } from "../../../beam/run";
import { create, groupByKey, onlyKeys, stage } from "../../../beam/stages";
import type { Grouped } from "../../../beam/types";
import { UserError } from "../../../model/errors";
import type { CutOptions } from "../../../transforms/sessions/cutOptions";
import { cutShard } from "../../../transforms/sessions/cutShard";
import { sessionizeByWindows } from "../../../transforms/sessions/sessionizeByWindows";
import { event, eventBlock, hours, minutes, type TestEvent } from "../../support/builders";
import { sessionRows } from "../../support/sessionRows";
import { withTempDir } from "../../support/tempDir";

const OPTIONS: CutOptions = {
  gapMs: { default: minutes(30), phone: minutes(10) },
  capMs: hours(12),
  given: false,
  attributes: [],
  zone: "UTC",
  ownedDays: null,
  completeUntilMs: null,
  sequenceEvents: 0,
  behaviour: null,
};

/** Writes the blocks of the shard, base64 by line. */
export class KeepBlocksFn extends BlockFn<Grouped> {
  constructor(private readonly path: string) {
    super();
  }

  process({ value }: Grouped): void {
    writeFileSync(this.path, Array.from(value, (bytes) => Buffer.from(bytes).toString("base64")).join("\n"));
  }
}
registered("test/transforms/sessions/sessionizeByWindows.test", { KeepBlocksFn });

/** Sessions of the splits' events, sorted. */
function byWindows(splits: readonly (readonly TestEvent[])[]): Promise<string[]> {
  return withTempDir(async (dir) => {
    const path = join(dir, "blocks");
    const blocks = splits
      .filter((events) => events.length > 0)
      .map((events) => ({ key: "shard-00000", value: eventBlock(events) }));
    const settings = { kind: "direct", threads: 0, spillBytes: 1 << 28, tempDir: tmpdir() } as const;
    await runPipeline(
      "windows",
      (root) =>
        void root
          .apply(create("Blocks", blocks))
          .apply(sessionizeByWindows(OPTIONS) as never)
          .apply(onlyKeys("Sessions", "shard-"))
          .apply(groupByKey("All"))
          .apply(stage("Keep", new KeepBlocksFn(path))),
      settings,
    );
    return rowsOf(
      readFileSync(path, "utf8")
        .split("\n")
        .map((line) => Buffer.from(line, "base64")),
    );
  });
}

function byCut(splits: readonly (readonly TestEvent[])[]): string[] {
  return rowsOf(cutShard(splits.filter((events) => events.length > 0).map(eventBlock), OPTIONS).blocks);
}

function rowsOf(blocks: readonly Uint8Array[]): string[] {
  return sessionRows(blocks)
    .map((row) => JSON.stringify(row))
    .sort();
}

const someEvent = fc
  .record({
    user: fc.constantFrom("ana", "bo", "ü😀"),
    name: fc.constantFrom("A", "B", "C"),
    // Multiples of ten minutes, one millisecond less or more: pauses equal to the gaps and just beside them.
    at: fc.tuple(fc.nat(200), fc.constantFrom(-1, 0, 1)).map(([tens, off]) => minutes(10) * (tens + 1) + off),
    app: fc.constantFrom("web", "phone"),
  })
  .map(({ user, name, at, app }) => event(user, name, at, { app }));

describe("sessions by the engine's own windows", () => {
  it("are those of the cut, however the events are split", async () => {
    const splits = fc.array(fc.array(someEvent, { maxLength: 30 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(splits, async (events) => {
        fc.pre(events.some((split) => split.length > 0));
        expect(await byWindows(events)).to.deep.equal(byCut(events));
      }),
      { numRuns: 40 },
    );
  });

  it("cannot apply behaviour rules, and say so", () => {
    const behaviour = {
      maxEventsPerHour: 10,
      maxHoursAwakePerDay: null,
      minPauseVariation: null,
      maxOneEventShare: null,
      minEventsForRules: 1,
    };
    expect(() => sessionizeByWindows({ ...OPTIONS, behaviour })).to.throw(UserError, "traffic.behaviour");
  });
});
