import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { composite, groupByKey, spread, stage, union } from "../../beam/stages";
import { defineTask, runTask, shared } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { chainStart } from "../../ml/kmedoids/chain";
import { runsFor, type ClaraRun } from "../../ml/kmedoids/clara";
import { aggregateStability, type SubsetStability } from "../../ml/stability";
import { decodeJson, encodeJson } from "../../model/json";
import type { AssignTo, ChainTaskInput, Compared, FinishTaskInput, SubsetTaskInput } from "./clusterTask";
import { decodeClustering, encodeClustering, type Clustering } from "./clustering";
import type { EvaluatedK } from "./evaluatedK";
import { chosenK, parseWorkKey, workKey } from "./keys";
import { decodeMatrix } from "./sampleMatrix";

export interface ClusterOptions {
  readonly kMin: number;
  readonly kMax: number;
  /** Further k per app (`chosenK`), outside of the range too. */
  readonly extraK: Readonly<Record<string, number>>;
  /** Work keys (app, k) whose evaluation is known already. */
  readonly done: readonly string[];
  readonly sampleSize: number;
  readonly claraRuns: number;
  readonly stabilitySubsets: number;
  readonly assignTo: AssignTo;
  readonly seed: number;
}

/**
 * Every k of the range, each with its stability (paper Table 2). Work is shared out so that what costs most, a matrix of distances, is
 * made once for many k: (app, chain of k, CLARA subsample), then (app, k) for polish and measures, then (app, half-subset) for all k.
 *
 *     KV<app, SampleMatrix>  →  KV<app, EvaluatedK>
 */
export function clusterByK(options: ClusterOptions) {
  return composite("ClusterByK", (matrices: PCollection<KeyedBytes>) => {
    const clusterings = matrices
      .apply(stage("PlanChains", new PlanChainsFn(options)))
      .apply(spread("SpreadChains"))
      .apply(stage("ClusterChain", new ClusterChainFn(options), { matrices }))
      .apply(groupByKey("GroupRuns"))
      .apply(stage("FinishClustering", new FinishClusteringFn(options), { matrices }));
    const subsets = clusterings
      .apply(stage("KeyByApp", new KeyByAppFn()))
      .apply(groupByKey("GroupClusterings"))
      .apply(stage("PlanSubsets", new PlanSubsetsFn(options)))
      .apply(spread("SpreadSubsets"))
      .apply(stage("ClusterSubset", new ClusterSubsetFn(options), { matrices }));
    return union("ClusteringsAndSubsets", [clusterings, subsets])
      .apply(groupByKey("GroupByAppAndK"))
      .apply(stage("EvaluateK", new EvaluateKFn()));
  });
}

/** KV<app, matrix> → the k wanted of each chain, once for each subsample. */
export class PlanChainsFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override *process({ key, value }: KeyedBytes) {
    const { count } = decodeMatrix(value).points;
    const wanted = this.wanted(key, count);
    addProgress("clusterings planned", wanted.length);
    // Large k first: they take longest, and work begun last should be short.
    for (const start of new Set(wanted.map(chainStart).reverse())) {
      const ks = wanted.filter((k) => chainStart(k) === start);
      for (let run = 0; run < runsFor(count, { ...this.options, runs: this.options.claraRuns }); run++) {
        yield { key: workKey(key, start, run), value: encodeJson(ks) };
      }
    }
  }

  private wanted(app: string, count: number): number[] {
    const { kMin, kMax, extraK, sampleSize, done } = this.options;
    // A half-subset must hold more sessions than clusters.
    const most = Math.floor((Math.min(count, sampleSize) - 1) / 2);
    const ks = new Set<number>();
    for (let k = kMin; k <= Math.min(kMax, most); k++) ks.add(k);
    const extra = chosenK(extraK, app);
    if (extra !== undefined && extra <= most) ks.add(extra);
    const known = new Set(done);
    return [...ks].filter((k) => !known.has(workKey(app, k))).sort((a, b) => a - b);
  }
}

const CHAIN = defineTask<ChainTaskInput, ClaraRun[]>(join(__dirname, "clusterTask"), "chainTask");
const FINISH = defineTask<FinishTaskInput, Clustering>(join(__dirname, "clusterTask"), "finishTask");
const SUBSET = defineTask<SubsetTaskInput, SubsetStability[]>(join(__dirname, "clusterTask"), "subsetTask");

export class ClusterChainFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const { app, numbers } = parseWorkKey(key, 2);
    const { sampleSize, seed } = this.options;
    const matrix = shared(side.all("matrices").get(app)!);
    const ks = decodeJson(value) as number[];
    const runs = await runTask(CHAIN, { matrix, app, ks, run: numbers[1]!, sampleSize, seed });
    return runs.map((run) => ({ key: workKey(app, run.k), value: encodeJson({ ...run, medoids: [...run.medoids] }) }));
  }
}

export class FinishClusteringFn extends BlockFn<Grouped> {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override async process({ key, value }: Grouped, side: SideInputs): Promise<KeyedBytes[]> {
    const { app, numbers } = parseWorkKey(key, 1);
    const { sampleSize, seed, assignTo } = this.options;
    const matrix = shared(side.all("matrices").get(app)!);
    const runs = Array.from(value, (bytes) => decodeJson(bytes) as Omit<ClaraRun, "medoids"> & { medoids: number[] });
    const input = { matrix, app, k: numbers[0]!, sampleSize, seed, assignTo };
    const clustering = await runTask(FINISH, {
      ...input,
      runs: runs.map((run) => ({ ...run, medoids: Uint32Array.from(run.medoids) })),
    });
    addProgress("clusterings", 1);
    return [{ key, value: encodeClustering(clustering) }];
  }
}

/** KV<(app, k), Clustering> → KV<app, what its subsets need>. */
export class KeyByAppFn extends BlockFn {
  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    const { k, centers, medoidPoints, dimensions } = decodeClustering(value);
    const compared: Compared = { k, ...(centers && { centers }), medoidPoints, dimensions };
    return [{ key: parseWorkKey(key, 1).app, value: encodeJson(compared) }];
  }
}

export class PlanSubsetsFn extends BlockFn<Grouped> {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override *process({ key, value }: Grouped) {
    const clusterings = Array.from(value, (bytes) => decodeJson(bytes) as Compared).sort((a, b) => a.k - b.k);
    const bytes = encodeJson(clusterings);
    addProgress("subsets planned", this.options.stabilitySubsets);
    for (let subset = 0; subset < this.options.stabilitySubsets; subset++) yield { key: workKey(key, subset), value: bytes };
  }
}

export class ClusterSubsetFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const { app, numbers } = parseWorkKey(key, 1);
    const matrix = shared(side.all("matrices").get(app)!);
    const { sampleSize, seed, assignTo } = this.options;
    const clusterings = decodeJson(value) as Compared[];
    const found = await runTask(SUBSET, { matrix, app, clusterings, assignTo, subset: numbers[0]!, sampleSize, seed });
    addProgress("subsets", 1);
    return found.map(({ k, subset, jaccard }) => ({
      key: workKey(app, k),
      value: encodeJson({ subset, jaccard: [...jaccard] }),
    }));
  }
}

/** A clustering and its subsets, in any order → the clustering with its stability. */
export class EvaluateKFn extends BlockFn<Grouped> {
  override process({ value }: Grouped): KeyedBytes[] {
    const parts = Array.from(value, (bytes) => decodeJson(bytes) as Clustering | { subset: number; jaccard: number[] });
    const clustering = parts.find((part): part is Clustering => "medoids" in part)!;
    const subsets = parts.flatMap((part) =>
      "subset" in part ? [{ subset: part.subset, jaccard: Float64Array.from(part.jaccard) }] : [],
    );
    const stability = subsets.length === 0 ? null : aggregateStability(subsets, clustering.sizes);
    const evaluated: EvaluatedK = {
      ...clustering,
      stability: stability && {
        ...stability,
        perCluster: [...stability.perCluster],
        recovered: [...stability.recovered],
        dissolved: [...stability.dissolved],
      },
    };
    return [{ key: clustering.app, value: encodeJson(evaluated) }];
  }
}

registered("transforms/discovery/clusterByK", {
  PlanChainsFn,
  ClusterChainFn,
  FinishClusteringFn,
  KeyByAppFn,
  PlanSubsetsFn,
  ClusterSubsetFn,
  EvaluateKFn,
});
