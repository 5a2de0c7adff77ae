import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { create, stage } from "../../beam/stages";
import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import { placeOf } from "../../io/places/place";
import { decodeJson } from "../../model/json";
import type { Clustering } from "./clustering";
import { parseWorkKey, workKey } from "./keys";

/** A clustering with its stability over half-subsets. */
export interface EvaluatedK extends Clustering {
  readonly stability: {
    readonly mean: number;
    readonly standardError: number;
    readonly weightedMean: number;
    readonly perCluster: readonly number[];
    readonly recovered: readonly number[];
    readonly dissolved: readonly number[];
    readonly shareAtLeast70: number;
    readonly shareAtLeast75: number;
    readonly subsets: number;
  } | null;
}

/**
 * Evaluations that an earlier discovery of the same sessions left behind, read from files.
 *
 *     paths  →  KV<app, EvaluatedK>
 */
export function readEvaluated(root: Root, paths: readonly string[]): PCollection<KeyedBytes> {
  const elements = paths.map((path) => ({ key: path, value: new Uint8Array(0) }));
  return root.apply(create("KnownEvaluations", elements)).apply(stage("ReadEvaluated", new ReadEvaluatedFn()));
}

export class ReadEvaluatedFn extends BlockFn {
  override async process({ key: path }: KeyedBytes): Promise<KeyedBytes[]> {
    const value = await placeOf(path).read(path);
    return [{ key: (decodeJson(value) as EvaluatedK).app, value }];
  }
}

/** KV<app, EvaluatedK> → the same under the key (app, k), so that each can be a file of its own. */
export class KeyByKFn extends BlockFn {
  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    return [{ key: workKey(key, (decodeJson(value) as EvaluatedK).k), value }];
  }
}

const FILE = /^evaluated-(.+)\.json$/;

/** Work key (app, k) of the file that keeps an evaluation, or null for other files. */
export function workOfEvaluatedFile(name: string): { readonly key: string; readonly app: string; readonly k: number } | null {
  const match = FILE.exec(name);
  if (match === null) return null;
  const key = decodeURIComponent(match[1]!);
  const { app, numbers } = parseWorkKey(key, 1);
  return { key, app, k: numbers[0]! };
}

registered("transforms/discovery/evaluatedK", { ReadEvaluatedFn, KeyByKFn });
