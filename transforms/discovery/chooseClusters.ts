import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { composite, groupByKey, spread, stage, union } from "../../beam/stages";
import { defineTask, runTask, shared } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { chooseK, type KProposal } from "../../ml/chooseK";
import { judgeStructure, type NullVerdict, type StructureMeasure } from "../../ml/nullStructure";
import { decodeJson, encodeJson } from "../../model/json";
import type { EvaluatedK } from "./evaluatedK";
import { chosenK, parseWorkKey, workKey } from "./keys";
import type { NullTaskInput } from "./nullTask";
import { decodeMatrix } from "./sampleMatrix";

export interface ChooseOptions {
  /** k that a person chose (`chosenK`). */
  readonly k: Readonly<Record<string, number>>;
  readonly nullRuns: number;
  /** Rows and subsets of each measurement against the null. */
  readonly nullRows: number;
  readonly nullSubsets: number;
  readonly seed: number;
  /** Verdicts of earlier discoveries of the same sessions, by work key (app, k): their twins are not measured again. */
  readonly knownVerdicts: Readonly<Record<string, StructureVerdict>>;
}

/** One app's k report: all k, the one proposed, the one taken, and whether there is structure at all. */
export interface KChoice {
  readonly app: string;
  readonly candidates: readonly EvaluatedK[];
  readonly proposal: KProposal;
  /** What `proposal` says, unless a person chose. */
  readonly k: number;
  readonly chosenByPerson: boolean;
}

const chosen = new WeakMap<Uint8Array, EvaluatedK>();

/** The clustering taken by an encoded `KChoice`; decoded once for each object that holds the bytes. */
export function chosenClustering(bytes: Uint8Array): EvaluatedK {
  const known = chosen.get(bytes);
  if (known !== undefined) return known;
  const choice = decodeJson(bytes) as KChoice;
  const clustering = choice.candidates.find(({ k }) => k === choice.k)!;
  chosen.set(bytes, clustering);
  return clustering;
}

/** The verdict, with what was compared. */
export interface StructureVerdict extends NullVerdict {
  /** The real sessions, measured as the twins were: on the same number of rows, with components of their own. */
  readonly observed: StructureMeasure;
  readonly twins: number;
  /** Sessions measured. */
  readonly rows: number;
}

/**
 * The k of each app, and the verdict on structure at that k against twins without structure: as many with shuffled columns as with
 * their events dealt anew.
 *
 *     KV<app, EvaluatedK>, matrices  →  choices KV<app, KChoice>, verdicts KV<app, StructureVerdict>
 */
export function chooseClusters(matrices: PCollection<KeyedBytes>, options: ChooseOptions) {
  return composite("ChooseClusters", (evaluated: PCollection<KeyedBytes>) => {
    const choices = evaluated.apply(groupByKey("GroupByApp")).apply(stage("ChooseK", new ChooseKFn(options)));
    const known = choices.apply(stage("KeepVerdicts", new KeepVerdictsFn(options.knownVerdicts)));
    const judged = choices
      .apply(stage("PlanTwins", new PlanTwinsFn(options)))
      .apply(spread("SpreadTwins"))
      .apply(stage("MeasureTwin", new MeasureTwinFn(options), { matrices }))
      .apply(groupByKey("GroupTwins"))
      .apply(stage("JudgeStructure", new JudgeStructureFn()));
    return { choices, verdicts: union("OldAndNewVerdicts", [known, judged]) };
  });
}

export class ChooseKFn extends BlockFn<Grouped> {
  constructor(private readonly options: ChooseOptions) {
    super();
  }

  override process({ key, value }: Grouped): KeyedBytes[] {
    const candidates = Array.from(value, (bytes) => decodeJson(bytes) as EvaluatedK).sort((a, b) => a.k - b.k);
    const proposal = chooseK(
      candidates.map(({ k, silhouette, stability, noise, sizes }) => ({
        k,
        silhouette: silhouette.mean,
        stability,
        noiseShare: noise.share,
        smallestShare: Math.min(...sizes) / sizes.reduce((sum, size) => sum + size, 0),
      })),
    );
    const wanted = chosenK(this.options.k, key);
    const chosenByPerson = wanted !== undefined && candidates.some(({ k }) => k === wanted);
    const choice: KChoice = { app: key, candidates, proposal, k: chosenByPerson ? wanted : proposal.k, chosenByPerson };
    return [{ key, value: encodeJson(choice) }];
  }
}

export class PlanTwinsFn extends BlockFn {
  constructor(private readonly options: ChooseOptions) {
    super();
  }

  override *process({ key, value }: KeyedBytes) {
    if (this.options.nullRuns === 0) return;
    const { k } = decodeJson(value) as KChoice;
    if (this.options.knownVerdicts[workKey(key, k)] !== undefined) return;
    addProgress("twins planned", 2 * this.options.nullRuns + 1);
    // Twin 0 is the data itself, measured like its twins.
    for (let twin = 0; twin <= 2 * this.options.nullRuns; twin++) yield { key: workKey(key, k, twin), value: new Uint8Array(0) };
  }
}

/** KV<app, KChoice> → the verdict at its k, where an earlier discovery has reached it. */
export class KeepVerdictsFn extends BlockFn {
  constructor(private readonly knownVerdicts: ChooseOptions["knownVerdicts"]) {
    super();
  }

  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    const verdict = this.knownVerdicts[workKey(key, (decodeJson(value) as KChoice).k)];
    return verdict === undefined ? [] : [{ key, value: encodeJson(verdict) }];
  }
}

const MEASURE = defineTask<NullTaskInput, StructureMeasure>(join(__dirname, "nullTask"), "nullTask");

export class MeasureTwinFn extends BlockFn {
  constructor(private readonly options: ChooseOptions) {
    super();
  }

  override async process({ key }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const { app, numbers } = parseWorkKey(key, 2);
    const [k, twin] = numbers as [number, number];
    const bytes = side.all("matrices").get(app)!;
    const { points, weights } = decodeMatrix(bytes);
    const components = points.dimensions;
    const { nullRows: rows, nullSubsets: subsets, seed } = this.options;
    const measure = await runTask(MEASURE, { matrix: shared(bytes), app, k, twin, rows, subsets, components, seed });
    addProgress("twins", 1);
    return [{ key: app, value: encodeJson({ twin, measure, rows: Math.min(rows, weights.rowCount) }) }];
  }
}

export class JudgeStructureFn extends BlockFn<Grouped> {
  override process({ key, value }: Grouped): KeyedBytes[] {
    const measured = Array.from(value, (bytes) => decodeJson(bytes) as { twin: number; measure: StructureMeasure; rows: number });
    measured.sort((a, b) => a.twin - b.twin);
    const [observed, ...twins] = measured.map(({ measure }) => measure) as [StructureMeasure, ...StructureMeasure[]];
    const verdict: StructureVerdict = {
      ...judgeStructure(observed, twins),
      observed,
      twins: twins.length,
      rows: measured[0]!.rows,
    };
    return [{ key, value: encodeJson(verdict) }];
  }
}

registered("transforms/discovery/chooseClusters", { ChooseKFn, PlanTwinsFn, KeepVerdictsFn, MeasureTwinFn, JudgeStructureFn });
