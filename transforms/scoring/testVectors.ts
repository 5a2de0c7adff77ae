import { noiseShares, scoringFeatures } from "../../ml/noise";
import { voterOf } from "../../ml/forest/vote";
import type { AppModel, ModelBundle } from "../../model/bundle";
import { UserError } from "../../model/errors";
import { decodeJson, encodeJson } from "../../model/json";
import { toStringTable } from "../../model/sessionBlock";
import { bagsOf, Featurizer, type Bags } from "../features/scoringFeatures";

/** File of a bundle that holds its test vectors. */
export const VECTORS_FILE = "test-vectors.json";

/** A session and what the model made of it when it was trained, with the model's own mean η. */
export interface TestVector {
  /** Event counts of the session. */
  readonly events: Readonly<Record<string, number>>;
  readonly features: readonly number[];
  readonly category: string;
  readonly votes: number;
}

export type EventCounts = ReadonlyMap<string, number>;

/** What the model makes of sessions now. */
export function testVectors(model: AppModel, sessions: readonly EventCounts[]): TestVector[] {
  const block = bagsOfCounts(sessions);
  const featurizer = new Featurizer(model);
  const space = featurizer.spaceOf(block, 0, sessions.length);
  const shares = noiseShares(bagsOf(block), space, 0, sessions.length);
  const rows = sessions.map((_, i) => i);
  const features = scoringFeatures(bagsOf(block), space, rows, shares, model.meanNoise);
  const { label, votes } = voterOf(model.forest).vote(features, sessions.length);
  const width = featurizer.featureCount;
  return sessions.map((events, i) => ({
    events: Object.fromEntries(events),
    features: Array.from(features.subarray(i * width, (i + 1) * width)),
    category: model.classes[label[i] as number] as string,
    votes: votes[i] as number,
  }));
}

export type VectorsByApp = readonly { readonly app: string; readonly vectors: readonly TestVector[] }[];

export const encodeVectors = (vectors: VectorsByApp) => encodeJson(vectors);

/**
 * Makes every test vector anew and compares.
 * @throws UserError for the first that differs: this program would score otherwise than the one that trained the model
 */
export function checkTestVectors(bundle: ModelBundle, encoded: Uint8Array): void {
  for (const { app, vectors } of decodeJson(encoded) as VectorsByApp) {
    const model = bundle.apps.find((candidate) => candidate.app === app);
    const now = model
      ? testVectors(
          model,
          vectors.map(({ events }) => new Map(Object.entries(events))),
        )
      : [];
    vectors.forEach((expected, i) => {
      if (JSON.stringify(now[i]) !== JSON.stringify(expected)) {
        throw new UserError(
          `model ${bundle.id} gives other results here than where it was trained: test session ${i + 1} of ${app}`,
          [
            `expected ${expected.category} with ${expected.votes} votes, got ${now[i]?.category ?? "nothing"} with ${now[i]?.votes ?? 0}`,
            "train again with this version, or score with the version that trained it",
          ],
        );
      }
    });
  }
}

/** Bags of a few sessions, as in a session block. */
function bagsOfCounts(sessions: readonly EventCounts[]): Bags {
  const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const strings = [...new Set(sessions.flatMap((events) => [...events.keys()]))].sort(compare);
  const code = new Map(strings.map((text, i) => [text, i]));
  const bags = sessions.map((events) => [...events].map(([event, count]) => [code.get(event) as number, count] as const));
  const entries = bags.map((bag) => bag.sort(([a], [b]) => a - b));
  const bagOffsets = new Uint32Array(sessions.length + 1);
  entries.forEach((bag, i) => (bagOffsets[i + 1] = (bagOffsets[i] as number) + bag.length));
  return {
    strings: toStringTable(strings),
    bagOffsets,
    bagEvents: Uint32Array.from(entries.flat(), ([event]) => event),
    bagCounts: Uint32Array.from(entries.flat(), ([, count]) => count),
  };
}
