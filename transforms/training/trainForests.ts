import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, groupByKey, spread, stage } from "../../beam/stages";
import { defineTask, runTask, shared } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import type { Outcomes } from "../../ml/evaluation";
import { assembleTrees, type BinInput, type GrowInput, type OutcomesInput } from "./forestTasks";
import { encodeOutcomes, OutcomesCombineFn } from "./outcomes";
import { labelsOf, parseVariantKey, variantKey, type TrainingSpec } from "./trainingSpec";
import type { TrainingRowsInput, TrainingRowsOutput } from "./trainingRowsTask";

const TASKS = join(__dirname, "forestTasks");
const TRAINING_ROWS = defineTask<TrainingRowsInput, TrainingRowsOutput>(join(__dirname, "trainingRowsTask"), "trainingRows");
const BIN = defineTask<BinInput, Uint8Array>(TASKS, "binChunks");
const GROW = defineTask<GrowInput, Uint8Array>(TASKS, "growTrees");
const OUTCOMES = defineTask<OutcomesInput, Outcomes>(TASKS, "outcomesOfChunk");

/** Trees grown by one task. */
const TREES_A_TASK = 5;

/** What an app's features are made from. */
export interface FeatureSides {
  /** KV<app, vocabulary> */
  readonly vocabularies: PCollection<KeyedBytes>;
  /** KV<app, scoring choice> */
  readonly choices: PCollection<KeyedBytes>;
  /** KV<app, noise sum> over all sessions of the sample */
  readonly noise: PCollection<KeyedBytes>;
}

/** A type, not an interface: Beam takes records of collections as outputs. */
export type TrainedForests = {
  /** KV<variant:app, trained forest> */
  readonly forests: PCollection<KeyedBytes>;
  /** KV<variant:app, outcomes on held-out rows> */
  readonly outcomes: PCollection<KeyedBytes>;
};

/**
 * A forest for each app and variant, and how it does on the sessions of users it was not trained on.
 *
 *     KV<app, labelled block>  →  { forests, outcomes }
 *
 * Trees are elements: any number of workers grows the same forest.
 */
export function trainForests(spec: TrainingSpec, sides: FeatureSides) {
  return composite("TrainForests", (sample: PCollection<KeyedBytes>): TrainedForests => {
    const rows: PCollection<KeyedBytes> = sample.apply(stage("TrainingRows", new TrainingRowsFn(spec), { ...sides }));
    const binned = rows.apply(groupByKey("GroupRows")).apply(stage("Bin", new BinFn(spec)));
    const forests = binned
      .apply(stage("ListTrees", new ListTreesFn(spec.trees)))
      .apply(spread("SpreadTrees"))
      .apply(stage("GrowTrees", new GrowTreesFn(spec), { binned }))
      .apply(groupByKey("GroupTrees"))
      .apply(stage("AssembleForest", new AssembleForestFn(), { binned }));
    const outcomes = rows
      .apply(stage("Evaluate", new EvaluateFn(), { forests }))
      .apply(combinePerKey("SumOutcomes", new OutcomesCombineFn()));
    return { forests, outcomes };
  });
}

/** KV<app, labelled block> → KV<variant:app, row chunk>, one for each variant */
export class TrainingRowsFn extends BlockFn {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  async process({ key: app, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const of = (name: string) => shared(side.all(name).get(app) as Uint8Array);
    const input = {
      app,
      block: value,
      vocabulary: of("vocabularies"),
      choice: of("choices"),
      noise: of("noise"),
      spec: this.spec,
    };
    const chunks = await runTask(TRAINING_ROWS, input);
    return chunks.map(([variant, chunk]) => ({ key: variantKey(variant, app), value: chunk }));
  }
}

/** All chunks of a variant → its binned training rows */
export class BinFn extends BlockFn<Grouped> {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  async process({ key, value }: Grouped): Promise<KeyedBytes[]> {
    const { classes } = labelsOf(this.spec, parseVariantKey(key).app);
    return [{ key, value: await runTask(BIN, { chunks: Array.from(value, shared), classCount: classes.length }) }];
  }
}

/** A ticket for every few trees: KV<first tree # variant:app, nothing> */
export class ListTreesFn extends BlockFn {
  constructor(private readonly trees: number) {
    super();
  }

  *process({ key }: KeyedBytes): Iterable<KeyedBytes> {
    addProgress("trees_grown planned", this.trees);
    for (let first = 0; first < this.trees; first += TREES_A_TASK) {
      yield { key: `${first}#${key}`, value: new Uint8Array(0) };
    }
  }
}

/** KV<first tree # variant:app, nothing> → KV<variant:app, trees> */
export class GrowTreesFn extends BlockFn {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  async process({ key: ticket }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const first = Number.parseInt(ticket, 10);
    const key = ticket.slice(ticket.indexOf("#") + 1);
    const rows = shared(side.all("binned").get(key) as Uint8Array);
    const { trees, seed, leafRule, minLeaf } = this.spec;
    const count = Math.min(TREES_A_TASK, trees - first);
    return [{ key, value: await runTask(GROW, { rows, first, count, spec: { seed, leafRule, minLeaf } }) }];
  }
}

/** All trees of a variant → its forest */
export class AssembleForestFn extends BlockFn<Grouped> {
  process({ key, value }: Grouped, side: SideInputs): KeyedBytes[] {
    return [{ key, value: assembleTrees([...value], side.all("binned").get(key) as Uint8Array) }];
  }
}

/** KV<variant:app, row chunk> → KV<variant:app, outcomes> */
export class EvaluateFn extends BlockFn {
  async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const forest = shared(side.all("forests").get(key) as Uint8Array);
    return [{ key, value: encodeOutcomes(await runTask(OUTCOMES, { chunk: value, forest })) }];
  }
}

registered("transforms/training/trainForests", {
  TrainingRowsFn,
  BinFn,
  ListTreesFn,
  GrowTreesFn,
  AssembleForestFn,
  EvaluateFn,
});
