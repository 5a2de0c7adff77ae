import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { composite, groupByKey, spread, stage, union } from "../../beam/stages";
import { defineTask, runTask, shared } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { aggregateStability, type SubsetStability } from "../../ml/stability";
import { decodeJson, encodeJson } from "../../model/json";
import type { ClusterTaskInput, StabilityTaskInput } from "./clusterTask";
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
  readonly seed: number;
}

/**
 * Every k of the range, each with its stability (paper Table 2). The work is spread as (app, k) and then (app, k, subset).
 *
 *     KV<app, SampleMatrix>  →  KV<app, EvaluatedK>
 */
export function clusterByK(options: ClusterOptions) {
  return composite("ClusterByK", (matrices: PCollection<KeyedBytes>) => {
    const clusterings = matrices
      .apply(stage("PlanClusterings", new PlanClusteringsFn(options)))
      .apply(spread("SpreadClusterings"))
      .apply(stage("Cluster", new ClusterFn(options), { matrices }));
    const subsets = clusterings
      .apply(stage("PlanSubsets", new PlanSubsetsFn(options)))
      .apply(spread("SpreadSubsets"))
      .apply(stage("ClusterSubset", new ClusterSubsetFn(options), { matrices }));
    return union("ClusteringsAndSubsets", [clusterings, subsets])
      .apply(groupByKey("GroupByAppAndK"))
      .apply(stage("EvaluateK", new EvaluateKFn()));
  });
}

export class PlanClusteringsFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    const { count } = decodeMatrix(value).points;
    const { kMin, kMax, extraK, sampleSize, done } = this.options;
    // A half-subset must hold more sessions than clusters.
    const most = Math.floor((Math.min(count, sampleSize) - 1) / 2);
    const ks = new Set<number>();
    for (let k = kMin; k <= Math.min(kMax, most); k++) ks.add(k);
    const extra = chosenK(extraK, key);
    if (extra !== undefined && extra <= most) ks.add(extra);
    const known = new Set(done);
    return [...ks]
      .map((k) => workKey(key, k))
      .filter((work) => !known.has(work))
      .map((work) => ({ key: work, value: new Uint8Array(0) }));
  }
}

const CLUSTER = defineTask<ClusterTaskInput, Clustering>(join(__dirname, "clusterTask"), "clusterTask");
const CLUSTER_SUBSET = defineTask<StabilityTaskInput, SubsetStability>(join(__dirname, "clusterTask"), "stabilityTask");

export class ClusterFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override async process({ key }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const { app, numbers } = parseWorkKey(key, 1);
    const { sampleSize, claraRuns: runs, seed } = this.options;
    const matrix = shared(side.all("matrices").get(app)!);
    const clustering = await runTask(CLUSTER, { matrix, app, k: numbers[0]!, sampleSize, runs, seed });
    addProgress("clusterings", 1);
    return [{ key, value: encodeClustering(clustering) }];
  }
}

export class PlanSubsetsFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override *process({ key, value }: KeyedBytes) {
    const { app, numbers } = parseWorkKey(key, 1);
    for (let subset = 0; subset < this.options.stabilitySubsets; subset++) {
      yield { key: workKey(app, numbers[0]!, subset), value };
    }
  }
}

export class ClusterSubsetFn extends BlockFn {
  constructor(private readonly options: ClusterOptions) {
    super();
  }

  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const { app, numbers } = parseWorkKey(key, 2);
    const [k, subset] = numbers as [number, number];
    const matrix = shared(side.all("matrices").get(app)!);
    const { sampleSize, seed } = this.options;
    const { jaccard } = await runTask(CLUSTER_SUBSET, { matrix, clustering: decodeClustering(value), subset, sampleSize, seed });
    addProgress("subsets", 1);
    return [{ key: workKey(app, k), value: encodeJson({ subset, jaccard: [...jaccard] }) }];
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

registered("transforms/discovery/clusterByK", { PlanClusteringsFn, ClusterFn, PlanSubsetsFn, ClusterSubsetFn, EvaluateKFn });
