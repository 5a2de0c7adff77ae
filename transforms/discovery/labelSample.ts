import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, groupByKey, onlyKeys, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { decodeJson, encodeJson } from "../../model/json";
import { joinBlocks, sampleFileName } from "../../model/labelledSample";
import { SumCountsCombineFn } from "../counts/sumCountsCombineFn";
import { chosenClustering } from "./chooseClusters";
import { spaceOf } from "./discoverySpace";
import { nearestExamples, type ExampleSession } from "./examples";
import type { LabelTaskInput, LabelTaskOutput } from "./labelTask";

export interface LabelOptions {
  readonly zone: string;
  /** Salt of the user hashes shown with examples. */
  readonly salt: string;
}

/**
 * Labels the sample and counts what the cards show.
 *
 *     KV<app, session block>, spaces, choices
 *       →  files KV<file name, labelled blocks>, counts KV<app, counts>, examples KV<app, examples JSON>
 */
export function labelSample(spaces: PCollection<KeyedBytes>, choices: PCollection<KeyedBytes>, options: LabelOptions) {
  return composite("LabelSample", (sample: PCollection<KeyedBytes>) => {
    const parts = sample.apply(stage("LabelSessions", new LabelSessionsFn(options), { spaces, choices }));
    const of = (name: string, prefix: string) =>
      parts.apply(onlyKeys(`${name}Only`, prefix)).apply(stage(`${name}ByApp`, new WithoutPrefixFn(prefix)));
    return {
      files: of("Labelled", LABELLED).apply(groupByKey("GroupByApp")).apply(stage("JoinBlocks", new JoinBlocksFn())),
      counts: of("Counts", COUNTS).apply(combinePerKey("SumCardCounts", new SumCountsCombineFn())),
      examples: of("Examples", EXAMPLES)
        .apply(groupByKey("GroupExamples"))
        .apply(stage("NearestExamples", new NearestExamplesFn())),
    };
  });
}

const LABELLED = "labelled:";
const COUNTS = "counts:";
const EXAMPLES = "examples:";

const LABEL = defineTask<LabelTaskInput, LabelTaskOutput>(join(__dirname, "labelTask"), "labelTask");

export class LabelSessionsFn extends BlockFn {
  constructor(private readonly options: LabelOptions) {
    super();
  }

  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const space = side.all("spaces").get(key)!;
    const choice = side.all("choices").get(key);
    if (spaceOf(space).pca === null || choice === undefined) return [];
    const clustering = chosenClustering(choice);
    const block = new Uint8Array(value);
    const { labelled, counts, examples } = await runTask(LABEL, { block, space, clustering, ...this.options }, [block.buffer]);
    return [
      { key: LABELLED + key, value: labelled },
      { key: COUNTS + key, value: counts },
      { key: EXAMPLES + key, value: examples },
    ];
  }
}

export class WithoutPrefixFn extends BlockFn {
  constructor(private readonly prefix: string) {
    super();
  }

  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    return [{ key: key.slice(this.prefix.length), value }];
  }
}

/** Size from which a sample is written as another file. */
const FILE_BYTES = 64 << 20;

/** All labelled blocks of an app, in the order of their bytes, as sample files. */
export class JoinBlocksFn extends BlockFn<Grouped> {
  override *process({ key, value }: Grouped) {
    const blocks = [...value].sort((a, b) => Buffer.compare(a, b));
    for (let start = 0, part = 0; start < blocks.length; part++) {
      let end = start;
      for (let bytes = 0; end < blocks.length && (end === start || bytes < FILE_BYTES); end++) bytes += blocks[end]!.length;
      yield { key: sampleFileName(key, part), value: joinBlocks(blocks.slice(start, end)) };
      start = end;
    }
  }
}

export class NearestExamplesFn extends BlockFn<Grouped> {
  override process({ key, value }: Grouped): KeyedBytes[] {
    return [{ key, value: encodeJson(nearestExamples([...value].flatMap((bytes) => decodeJson(bytes) as ExampleSession[]))) }];
  }
}

registered("transforms/discovery/labelSample", { LabelSessionsFn, WithoutPrefixFn, JoinBlocksFn, NearestExamplesFn });
