import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
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

registered("transforms/discovery/evaluatedK", { KeyByKFn });
