import { expect } from "chai";
import { createRequire } from "node:module";
import { assertSdkVersion, SDK_VERSION } from "../../beam/sdkVersion";
import { BlockFn } from "../../beam/blockFn";
import { addProgress, type ProgressSnapshot } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { runPipeline } from "../../beam/run";
import { create, stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { kv, SETTINGS } from "./collect";

class CountLaterFn extends BlockFn {
  override concurrency = 1;
  override async process(_element: KeyedBytes) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    addProgress("seen", 1);
    addProgress("__proto__", 2);
  }
}
registered("test/beam/run.test", { CountLaterFn });

const counting = (onProgress?: (progress: ProgressSnapshot) => void) =>
  runPipeline(
    "count",
    (root) => void root.apply(create("In", [kv("a"), kv("b"), kv("c")])).apply(stage("Count", new CountLaterFn())),
    SETTINGS,
    onProgress,
  );

describe("runPipeline", () => {
  it("reports progress while it runs, and starts from zero each time", async () => {
    for (let run = 0; run < 2; run++) {
      const snapshots: ProgressSnapshot[] = [];
      const report = await counting((progress) => snapshots.push(progress));
      expect(snapshots.length).to.be.greaterThan(1);
      expect(snapshots.map(({ stage }) => stage)).to.include("Count");
      expect(snapshots.at(-1)?.counters["seen"]).to.equal(3);
      expect(snapshots[0]?.counters["seen"] ?? 0).to.be.below(3);
      expect(report.counters["seen"]).to.equal(3);
      expect(Object.entries(report.counters)).to.deep.include(["__proto__", 6]);
      expect(report.wallMs).to.be.greaterThan(400);
      expect(report.peakRssBytes).to.be.greaterThan(1e7);
    }
  });

  /* eslint-disable no-console -- the console is what this test is about */
  it("keeps the SDK from printing, and nobody else", () => {
    const lines: unknown[][] = [];
    const stock = console.debug;
    const { quietConsole } = freshQuietConsole();
    console.debug = (...args: unknown[]) => void lines.push(args);
    try {
      quietConsole();
      console.debug("Processing ", "x", "for", "bundle_id");
      console.debug("Processing of something else");
    } finally {
      console.debug = stock;
    }
    expect(lines).to.deep.equal([["Processing of something else"]]);
  });

  /* eslint-enable no-console */

  it("refuses another SDK in one clear line", () => {
    expect(() => assertSdkVersion("2.50.0")).to.throw(
      `needs apache-beam ${SDK_VERSION}, found 2.50.0: run "npm install apache-beam@2.49.0"`,
    );
  });
});

/** The module as a new process would load it. */
function freshQuietConsole(): typeof import("../../beam/quietConsole") {
  const load = createRequire(__filename);
  const path = load.resolve("../../beam/quietConsole");
  delete load.cache[path];
  return load(path) as typeof import("../../beam/quietConsole");
}
