import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { composite, groupByKey, stage, union } from "../../beam/stages";
import { defineTask, runTask, shared } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { UserError } from "../../model/errors";
import { hashBytes, mixHash } from "../../model/eventBlock";
import { decodeLabelledBlock, encodeLabelledBlock } from "../../model/labelledSample";
import { selectSessions } from "../../model/selectSessions";
import { encodeSessionBlock } from "../../model/sessionBlock";
import { decodeVocabulary } from "./appVocabulary";
import type { ProposeInput } from "./proposeTask";
import { placeInSample, withPlace } from "./placeInSample";
import { encodeChoice } from "./scoringChoice";
import { labelsOf, type TrainingSpec } from "./trainingSpec";

/** Sessions of an app that lists of scoring events are tried on, about. */
const TRIAL_SESSIONS = 12_000;

const PROPOSE = defineTask<ProposeInput, Uint8Array>(join(__dirname, "proposeTask"), "proposeScoringEvents");

/**
 * Scoring events of each app: those pinned in the catalogue, else the fewest that tell the categories well enough.
 *
 *     KV<app, labelled block>  →  KV<app, scoring choice>
 *
 * @param vocabularies KV<app, vocabulary>
 */
export function chooseScoringEvents(spec: TrainingSpec, vocabularies: PCollection<KeyedBytes>) {
  return composite("ChooseScoringEvents", (sample: PCollection<KeyedBytes>) => {
    const pinned = vocabularies.apply(stage("TakePinned", new TakePinnedFn(spec)));
    const proposed = sample
      .apply(stage("KeepForTrials", new KeepForTrialsFn(spec), { vocabularies }))
      .apply(groupByKey("GroupTrialSample"))
      .apply(stage("Propose", new ProposeFn(spec), { vocabularies }));
    return union("PinnedAndProposed", [pinned, proposed]);
  });
}

/** Choices of apps whose scoring events are pinned. */
export class TakePinnedFn extends BlockFn {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  process({ key, value }: KeyedBytes): KeyedBytes[] {
    const { pinned } = labelsOf(this.spec, key);
    if (pinned.length === 0) return [];
    const known = new Set(decodeVocabulary(value).events);
    const events = pinned.filter((event) => known.has(event));
    if (events.length === 0) {
      throw new UserError(`none of the scoring events pinned in the catalogue occurs in ${key}`, [
        `pinned: ${pinned.join(", ")}`,
      ]);
    }
    const missing = pinned.filter((event) => !known.has(event));
    return [{ key, value: encodeChoice({ events, how: "pinned", reached: null, curve: [], missing }) }];
  }
}

/** A part of the sample of apps without pinned events, by a hash of the session. */
export class KeepForTrialsFn extends BlockFn {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    if (labelsOf(this.spec, key).pinned.length > 0) return [];
    const { sessionCount } = decodeVocabulary(side.all("vocabularies").get(key) as Uint8Array);
    if (sessionCount <= TRIAL_SESSIONS) return [{ key, value }];
    const block = decodeLabelledBlock(value);
    const { users, startMs } = block;
    const limit = (TRIAL_SESSIONS / sessionCount) * 2 ** 32;
    const kept = Uint32Array.from(startMs, (_, row) => row).filter((row) => {
      const userHash = hashBytes(users.bytes, users.offsets[row] as number, users.offsets[row + 1] as number);
      return mixHash(mixHash(userHash) ^ ((startMs[row] as number) | 0) ^ this.spec.seed) < limit;
    });
    const cluster = Uint16Array.from(kept, (row) => block.cluster[row] as number);
    const thinned = encodeLabelledBlock(encodeSessionBlock(selectSessions(block, kept)), cluster);
    return [{ key, value: withPlace(thinned, placeInSample(value)) }];
  }
}

/** All trial blocks of an app → its choice. */
export class ProposeFn extends BlockFn<Grouped> {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  async process({ key, value }: Grouped, side: SideInputs): Promise<KeyedBytes[]> {
    const blocks = Array.from(value, shared);
    const vocabulary = side.all("vocabularies").get(key) as Uint8Array;
    return [{ key, value: await runTask(PROPOSE, { app: key, blocks, vocabulary, spec: this.spec }) }];
  }
}

registered("transforms/training/chooseScoring", { TakePinnedFn, KeepForTrialsFn, ProposeFn });
