import { LONG_TAIL, UNKNOWN_EVENT, type ScoringSpace } from "../../ml/noise";
import type { AppModel } from "../../model/bundle";
import { stringAt, stringCount, type SessionBlock } from "../../model/sessionBlock";

/** A bag of events as blocks hold it. */
export type Bags = Pick<SessionBlock, "strings" | "bagOffsets" | "bagEvents" | "bagCounts">;

/** The part of an app's model that turns events into features. */
export type FeatureModel = Pick<AppModel, "vocabulary" | "idf" | "scoring" | "weighting">;

/** Looks event names of blocks up in an app's vocabulary: once per name and block, not per session. */
export class Featurizer {
  private readonly columnOf: ReadonlyMap<string, number>;
  private readonly roles: Int32Array;

  constructor(private readonly model: FeatureModel) {
    this.columnOf = new Map(model.vocabulary.map((event, column) => [event, column]));
    this.roles = new Int32Array(model.vocabulary.length).fill(LONG_TAIL);
    model.scoring.forEach((column, feature) => (this.roles[column] = feature));
  }

  /** Features a row: the scoring events, then the noise feature. */
  get featureCount(): number {
    return this.model.scoring.length + 1;
  }

  /** The model in terms of the block's own strings, for the events of sessions `from..to`. */
  spaceOf(block: Bags, from: number, to: number): ScoringSpace {
    const count = stringCount(block.strings);
    const idf = new Float64Array(count);
    const role = new Int32Array(count).fill(UNKNOWN_EVENT);
    const seen = new Uint8Array(count);
    const end = block.bagOffsets[to] as number;
    for (let i = block.bagOffsets[from] as number; i < end; i++) {
      const event = block.bagEvents[i] as number;
      if (seen[event] === 0) {
        seen[event] = 1;
        const column = this.columnOf.get(stringAt(block.strings, event));
        if (column !== undefined) {
          idf[event] = this.model.idf[column] as number;
          role[event] = this.roles[column] as number;
        }
      }
    }
    return { idf, role, scoringCount: this.model.scoring.length, weighting: this.model.weighting };
  }
}

/** A block's bags as the numbers of `ml` see them: columns are the block's strings. */
export const bagsOf = (block: Bags) => ({ offsets: block.bagOffsets, columns: block.bagEvents, counts: block.bagCounts });

/** Sessions `from..to` of one app. */
export interface AppRun {
  readonly app: string;
  readonly from: number;
  readonly to: number;
}

/** The runs of one app each in a block; sessions are sorted by app. */
export function appRuns(block: Pick<SessionBlock, "strings" | "app" | "sessionCount">): AppRun[] {
  const runs: AppRun[] = [];
  for (let from = 0; from < block.sessionCount;) {
    const app = block.app[from] as number;
    let to = from + 1;
    while (to < block.sessionCount && block.app[to] === app) to += 1;
    runs.push({ app: stringAt(block.strings, app), from, to });
    from = to;
  }
  return runs;
}
