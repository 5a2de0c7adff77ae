import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { KeyedBytes } from "../../beam/types";
import { decodeSums, encodeSums, extractCovariance, mergeSums, type CovarianceSums } from "../../ml/covariance";
import { decodeCounts, vocabulary } from "../../ml/documentFrequency";
import { fitPca } from "../../ml/pca";
import type { TermWeighting } from "../../ml/tfidf";
import { FoldCombineFn } from "../counts/foldCombineFn";
import { documentFrequencyPerApp } from "../features/documentFrequencyPerApp";
import { decodeSpace, encodeSpace } from "./discoverySpace";
import type { CovarianceTaskInput } from "./sumCovarianceTask";

export interface SpaceOptions {
  readonly minEventShare: number;
  readonly weighting: TermWeighting;
  readonly minVariance: number;
  readonly components: number | null;
}

/** Components of more take minutes a twin, and gigabytes; so long a tail is noise to distances anyway. */
export const MAX_EVENTS = 1000;
/** Fewer events with weight, or fewer sessions with any of them, cannot be told apart. */
const MIN_EVENTS = 3;
/** So many names, nearly all of them rare, hold ids as a rule. */
export const MANY_NAMES = 200;
const MIN_SESSIONS = 50;

/**
 * Vocabulary, IDF and principal components of each app's sample (paper §4.2, steps 2–5).
 *
 *     KV<app, session block>  →  KV<app, DiscoverySpace>
 */
export function learnSpace(options: SpaceOptions) {
  return composite("LearnSpace", (sample: PCollection<KeyedBytes>) => {
    const vocabularies = sample.apply(documentFrequencyPerApp()).apply(stage("Vocabulary", new VocabularyFn(options)));
    const sums = sample
      .apply(stage("Covariance", new CovarianceFn(), { vocabularies }))
      .apply(combinePerKey("SumCovariance", new CovarianceCombineFn()));
    return vocabularies.apply(stage("FitPca", new FitPcaFn(options), { sums }));
  });
}

/** Document frequencies → a space without components. */
export class VocabularyFn extends BlockFn {
  constructor(private readonly options: SpaceOptions) {
    super();
  }

  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    const counts = decodeCounts(value);
    const { sessionCount, events, idf, sessionShare } = vocabulary(counts, this.options.minEventShare, MAX_EVENTS);
    const space = {
      app: key,
      sessionCount,
      eventCount: counts.sessionsByEvent.size,
      weighting: this.options.weighting,
      events,
      idf,
      sessionShare,
      weightedSessions: 0,
      pca: null,
      tooLittle: null,
    };
    return [{ key, value: encodeSpace(space) }];
  }
}

const SUM_COVARIANCE = defineTask<CovarianceTaskInput, Uint8Array>(join(__dirname, "sumCovarianceTask"), "sumCovarianceTask");

/** Covariance sums of one block's unit rows. */
export class CovarianceFn extends BlockFn {
  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const block = new Uint8Array(value);
    const input = { block, space: side.all("vocabularies").get(key)! };
    return [{ key, value: await runTask(SUM_COVARIANCE, input, [block.buffer]) }];
  }
}

/** Exact in any order and grouping: sums are whole numbers (`ml/covariance.ts`). */
export class CovarianceCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    let sums: CovarianceSums | null = null;
    for (const input of inputs) {
      if (input.length === 0) continue;
      if (sums === null) sums = decodeSums(input);
      else mergeSums(sums, decodeSums(input));
    }
    return sums === null ? new Uint8Array(0) : encodeSums(sums);
  }
}

/** A space without components → one with them, or with the reason why there are none. */
export class FitPcaFn extends BlockFn {
  constructor(private readonly options: SpaceOptions) {
    super();
  }

  override process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const space = decodeSpace(value);
    const bytes = side.all("sums").get(key);
    const covariance = bytes === undefined || bytes.length === 0 ? null : extractCovariance(decodeSums(bytes));
    const weightedSessions = covariance?.rowCount ?? 0;
    const withWeight = space.idf.filter((idf) => idf > 0).length;
    const tooLittle =
      withWeight < MIN_EVENTS
        ? `${withWeight === 0 ? "none" : `only ${withWeight}`} of ${space.eventCount} event names can tell sessions apart (in at least ` +
          `${this.options.minEventShare * 100} % of sessions, but not in all); ` +
          (space.eventCount >= MANY_NAMES && space.events.length === 0
            ? "names that hold ids or whole addresses are to be shortened (input.event.address), or taken from another column"
            : "add columns to input.event, or lower discovery.minEventShare")
        : weightedSessions < MIN_SESSIONS
          ? `only ${weightedSessions} sessions to learn from; read more days, or lower sessions.minEvents`
          : null;
    const pca = tooLittle === null && covariance !== null ? fitPca(covariance, this.options) : null;
    return [{ key, value: encodeSpace({ ...space, weightedSessions, pca, tooLittle }) }];
  }
}

registered("transforms/discovery/learnSpace", { VocabularyFn, CovarianceFn, CovarianceCombineFn, FitPcaFn });
