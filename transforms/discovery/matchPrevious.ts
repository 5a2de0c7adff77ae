import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { KeyedBytes } from "../../beam/types";
import { SumCountsCombineFn } from "../counts/sumCountsCombineFn";
import { chosenClustering } from "./chooseClusters";
import type { MatchTaskInput } from "./matchTask";

/** What discoveries learned, by app: this one's and an earlier one's. */
export interface MatchSides {
  readonly [name: string]: PCollection<KeyedBytes>;
  readonly spaces: PCollection<KeyedBytes>;
  readonly choices: PCollection<KeyedBytes>;
  readonly oldSpaces: PCollection<KeyedBytes>;
  readonly oldChoices: PCollection<KeyedBytes>;
}

/**
 * Sampled sessions by cluster of an earlier discovery and of this one; apps that either lacks are left out.
 *
 *     KV<app, session block>, sides  →  KV<app, counts { old: { now: sessions } }>
 */
export function matchPrevious(sides: MatchSides) {
  return composite("MatchPrevious", (sample: PCollection<KeyedBytes>) =>
    sample.apply(stage("LabelTwice", new LabelTwiceFn(), sides)).apply(combinePerKey("SumMatches", new SumCountsCombineFn())),
  );
}

const MATCH = defineTask<MatchTaskInput, Uint8Array>(join(__dirname, "matchTask"), "matchTask");

export class LabelTwiceFn extends BlockFn {
  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const [space, oldSpace] = [side.all("spaces").get(key), side.all("oldSpaces").get(key)];
    const [choice, oldChoice] = [side.all("choices").get(key), side.all("oldChoices").get(key)];
    if (space === undefined || oldSpace === undefined || choice === undefined || oldChoice === undefined) return [];
    const block = new Uint8Array(value);
    const input = { block, space, clustering: chosenClustering(choice), oldSpace, oldClustering: chosenClustering(oldChoice) };
    return [{ key, value: await runTask(MATCH, input, [block.buffer]) }];
  }
}

registered("transforms/discovery/matchPrevious", { LabelTwiceFn });
