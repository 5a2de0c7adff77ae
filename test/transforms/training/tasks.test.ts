import { expect } from "chai";
import { UserError } from "../../../model/errors";
import { NO_CLUSTER } from "../../../model/labelledSample";

import { countSessions, vocabulary } from "../../../ml/documentFrequency";
import { addOutcomes, noOutcomes } from "../../../ml/evaluation";
import type { NoiseSum } from "../../../ml/noise";
import { encodeNoiseSum } from "../../../transforms/scoring/noiseSumBytes";
import { encodeVocabulary } from "../../../transforms/training/appVocabulary";
import { decodeBinnedRows, decodeTrees } from "../../../transforms/training/forestBytes";
import {
  assembleTrees,
  binChunks,
  decodeTrainedForest,
  growTrees,
  outcomesOfChunk,
} from "../../../transforms/training/forestTasks";
import { proposeScoringEvents } from "../../../transforms/training/proposeTask";
import { withPlace } from "../../../transforms/training/placeInSample";
import { decodeRowChunk } from "../../../transforms/training/rowChunk";
import { decodeChoice, encodeChoice } from "../../../transforms/training/scoringChoice";
import { trainingRows } from "../../../transforms/training/trainingRowsTask";
import { classOf, type AppLabels, type TrainingSpec } from "../../../transforms/training/trainingSpec";
import { labelledBlock, plantedSessions } from "../../pipelines/train/labelledSample";

const LABELS: AppLabels = {
  app: "web",
  classes: ["find", "look", "buy", "noise"],
  classOfCluster: [0, 1, 2, 1, 3],
  noiseClass: 3,
  pinned: [],
  longTail: [],
  residualVariance: {},
};
const SPEC: TrainingSpec = {
  apps: [LABELS],
  weighting: "count",
  minEventShare: 0.05,
  trees: 10,
  leafRule: "nodesize",
  minLeaf: "auto",
  testShare: 1 / 3,
  seed: 1,
  maxCategoryError: 0.15,
  maxScoringEvents: 24,
};

const sessions = plantedSessions("web", 5, 600);
const words = encodeVocabulary(vocabulary(countSessions(sessions.map(({ events }) => Object.keys(events)))));
const blocks = [0, 1, 2].map((b) => withPlace(labelledBlock(sessions.slice(b * 200, b * 200 + 200)), { part: 0, block: b }));
const noise = encodeNoiseSum({ sum: 300n << 24n, sessions: 600 } satisfies NoiseSum);
const choice = encodeChoice({ events: ["SEARCH", "CART"], how: "pinned", reached: null, curve: [], missing: [] });
const rowsOf = (block: Uint8Array, spec = SPEC) =>
  new Map(trainingRows({ app: "web", block, vocabulary: words, choice, noise, spec }).value);

describe("training rows of a block", () => {
  it("hold the scoring events, the same with the noise feature, and all frequent events", () => {
    const [scoring, withNoise, all] = ["scoring", "noise", "all"].map((variant) =>
      decodeRowChunk(rowsOf(blocks[0]!).get(variant as "all")!),
    );
    expect([scoring!.featureCount, withNoise!.featureCount]).to.deep.equal([2, 3]);
    expect(all!.featureCount).to.be.greaterThan(7);
    for (let row = 0; row < 200; row++) {
      const [a, b, n] = withNoise!.features.subarray(row * 3);
      expect([...scoring!.features.subarray(row * 2, row * 2 + 2)]).to.deep.equal([a, b]);
      expect(Math.hypot(a!, b!)).to.satisfy((length: number) => length === 0 || Math.abs(length - 1) < 1e-6);
      expect(n).to.be.within(0, 2);
      const unit = Math.hypot(...all!.features.subarray(row * all!.featureCount, (row + 1) * all!.featureCount));
      expect(unit).to.satisfy((length: number) => length === 0 || Math.abs(length - 1) < 1e-6);
    }
    expect([...withNoise!.classes]).to.deep.equal([...all!.classes]);
  });

  it("hold a user out wholly or not at all, by the seed", () => {
    const heldOut = (seed: number) => decodeRowChunk(rowsOf(blocks[0]!, { ...SPEC, seed }).get("noise")!).heldOut;
    expect(heldOut(1)).to.deep.equal(heldOut(1));
    expect(heldOut(2)).to.not.deep.equal(heldOut(1));
    expect(heldOut(1).reduce((sum, is) => sum + is, 0)).to.be.within(40, 95);
    const sameUser = plantedSessions("web", 5, 30).map((one) => ({ ...one, user: "u1-0" }));
    const block = withPlace(labelledBlock(sameUser), { part: 0, block: 0 });
    expect(new Set(decodeRowChunk(rowsOf(block).get("noise")!).heldOut).size).to.equal(1);
  });

  it("count sessions without a cluster as noise, or leave them out where there is no noise category", () => {
    expect(classOf(LABELS, NO_CLUSTER)).to.equal(3);
    const without = { ...LABELS, noiseClass: -1 };
    expect(classOf(without, NO_CLUSTER)).to.equal(-1);
    const rows = decodeRowChunk(rowsOf(blocks[0]!, { ...SPEC, apps: [without] }).get("noise")!).classes.length;
    expect(rows).to.be.below(200).and.above(150);
  });

  it("refuse a cluster that no category names", () => {
    const hole = { ...SPEC, apps: [{ ...LABELS, classOfCluster: [0, 1, 2, -1, 3] }] };
    expect(() => rowsOf(blocks[0]!, hole)).to.throw(UserError, "cluster 3 of web belongs to no category");
  });
});

describe("forest tasks", () => {
  const chunks = blocks.map((block) => rowsOf(block).get("noise")!);
  const bin = (list: readonly Uint8Array[]) => binChunks({ chunks: list, classCount: 4 }).value;
  const grow = (first: number, count: number) => growTrees({ rows: bin(chunks), first, count, spec: SPEC }).value;

  it("bin the rows that are not held out, in the order of the sample whatever the order of chunks", () => {
    const binned = decodeBinnedRows(bin(chunks));
    const kept = chunks.flatMap((chunk) => [...decodeRowChunk(chunk).heldOut]).filter((is) => is === 0).length;
    expect(binned).to.include({ rowCount: kept, featureCount: 3, classCount: 4 });
    expect(Buffer.compare(bin(chunks.toReversed()), bin(chunks))).to.equal(0);
  });

  it("grow the same forest in any pieces", () => {
    const whole = assembleTrees([grow(0, 10)], bin(chunks));
    const pieces = assembleTrees([grow(7, 3), grow(0, 2), grow(2, 5)], bin(chunks));
    expect(Buffer.compare(pieces, whole)).to.equal(0);
    expect(decodeTrees(grow(2, 5))).to.include({ first: 2 });
    const { forest, importance, trainingRows: rows } = decodeTrainedForest(whole);
    expect(forest.roots).to.have.length(10);
    expect(importance.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-12);
    expect(rows).to.equal(decodeBinnedRows(bin(chunks)).rowCount);
  });

  it("evaluate on the held-out rows only", () => {
    const forest = assembleTrees([grow(0, 10)], bin(chunks));
    const total = chunks.map((chunk) => outcomesOfChunk({ chunk, forest }).value).reduce(addOutcomes, noOutcomes(4));
    const held = chunks.flatMap((chunk) => [...decodeRowChunk(chunk).heldOut]).filter((is) => is === 1).length;
    expect(total.confusion.reduce((sum, count) => sum + count, 0)).to.equal(held);
  });
});

describe("proposal of scoring events", () => {
  const propose = async (spec = SPEC, list = blocks) =>
    decodeChoice((await proposeScoringEvents({ app: "web", blocks: list, vocabulary: words, spec })).value);

  it("finds the events that were planted, and none that every session has", async () => {
    const found = await propose();
    expect(found).to.include({ how: "proposed", reached: true });
    expect(found.events).to.include.members(["SEARCH", "CART"]).and.not.include("OPEN");
    expect(found.curve.map(({ event }) => event).slice(0, found.events.length)).to.deep.equal(found.events);
    expect(await propose(SPEC, blocks.toReversed())).to.deep.equal(found);
  });

  it("lets in no event of the long tail, and stops at the most that may be proposed", async () => {
    const apps = [{ ...LABELS, longTail: ["SEARCH", "RESULT"] }];
    const found = await propose({ ...SPEC, apps, maxScoringEvents: 2 });
    expect(found.events).to.have.length.at.most(2);
    expect(found.events).to.not.include("SEARCH").and.not.include("RESULT");
  });

  it("says so when no event tells anything", async () => {
    const error = await propose({ ...SPEC, minEventShare: 1 }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).message).to.equal("no event of web tells its categories apart");
  });
});
