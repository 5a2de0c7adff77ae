import { expect } from "chai";
import type { NoiseSum } from "../../../ml/noise";
import { addNoise, NO_NOISE } from "../../../ml/noise";
import { voteByWalking } from "../../../ml/forest/walk";
import { decodeScoredBlock, NO_MODEL, SCORE_FLAGS, SHORT, type ScoredBlock } from "../../../model/scoredBlock";
import { stringAt } from "../../../model/sessionBlock";
import { encodeBundle } from "../../../model/bundleFiles";
import type { ModelBundle } from "../../../model/bundle";
import { noiseShare, score } from "../../../transforms/scoring/scoreBlock";
import { session, sessionBlockBytes, type TestSession } from "../../support/builders";
import { madeUpApp, madeUpBundle, madeUpSessions } from "./madeUpModel";

const OPTIONS = { minEvents: 3, minConfidence: 0.5, minBatchSessions: 10 };

/** One session scored from its definition in the paper, with no code of the product but the walk of a tree. */
function plainly(one: TestSession, bundle: ModelBundle, meanOf: (app: string) => number) {
  const model = bundle.apps.find(({ app }) => app === one.app);
  const events = Object.entries(one.events);
  const total = events.reduce((sum, [, count]) => sum + count, 0);
  const unknown = model ? events.filter(([event]) => !model.vocabulary.includes(event)).reduce((sum, [, n]) => sum + n, 0) : 0;
  if (total < OPTIONS.minEvents) return { category: SHORT, unknown };
  if (!model) return { category: NO_MODEL, unknown };
  const weightOf = (event: string) => (one.events[event] ?? 0) * (model.idf[model.vocabulary.indexOf(event)] ?? 0);
  const weights = Array.from(model.scoring, (column) => weightOf(model.vocabulary[column]!));
  const norm = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0)) || 1;
  const share = noiseShareOf(one, model);
  const feature = Math.fround((share || 0) / meanOf(one.app));
  const row = Float32Array.from([...weights.map((w) => w / norm), feature]);
  const { label, votes } = voteByWalking(model.forest, row, 1);
  const confidence = Math.fround(votes[0]! / model.forest.roots.length);
  return { category: model.classes[label[0]!]!, unknown, confidence, feature, known: !Number.isNaN(share) };
}

function noiseShareOf(one: TestSession, model: ModelBundle["apps"][number]): number {
  const sum = (events: readonly string[]) =>
    events.reduce((all, event) => all + (one.events[event] ?? 0) * model.idf[model.vocabulary.indexOf(event)]!, 0);
  return sum(Array.from(model.scoring, (column) => model.vocabulary[column]!).sort()) / sum(model.vocabulary);
}

function rowsOf({ scores, users, app, strings, sessionCount }: ScoredBlock) {
  return Array.from({ length: sessionCount }, (_, i) => ({
    user: stringAt(users, i),
    app: stringAt(strings, app[i]!),
    category: scores.categoryIds[scores.category[i]!]!,
    name: scores.categoryNames[scores.category[i]!]!,
    confidence: scores.confidence[i]!,
    unsure: scores.unsure[i]!,
    feature: scores.noiseFeature[i]!,
    unknown: scores.unknownEvents[i]!,
    flags: scores.flags[i]!,
  }));
}

function scoreAll(blocks: readonly (readonly TestSession[])[], bundle: ModelBundle, options = OPTIONS) {
  const model = encodeBundle(bundle);
  const noise = new Map<string, NoiseSum>();
  for (const sessions of blocks) {
    const { value } = noiseShare({ block: sessionBlockBytes(sessions), model, minEvents: options.minEvents });
    for (const [app, sum] of value) noise.set(app, addNoise(noise.get(app) ?? NO_NOISE, sum));
  }
  const rows = blocks.flatMap((sessions) =>
    rowsOf(decodeScoredBlock(score({ block: sessionBlockBytes(sessions), model, noise, options }).value)),
  );
  return { noise, rows: new Map(rows.map((row) => [row.user, row])) };
}

describe("scoring a block", () => {
  const bundle = madeUpBundle();
  const sessions = madeUpSessions(1, 700);

  it("gives every session what the paper's definitions give it", () => {
    const { rows, noise } = scoreAll([sessions.slice(0, 300), sessions.slice(300)], bundle);
    const counted = (app: string) =>
      sessions.filter((s) => s.app === app && s.traffic === "human" && Object.values(s.events).reduce((a, b) => a + b, 0) >= 3);
    const meanOf = (app: string) => {
      const shares = counted(app).map(
        (s) =>
          noiseShareOf(
            s,
            bundle.apps.find((model) => model.app === app)!,
          ) || 0,
      );
      expect(noise.get(app)!.sessions).to.equal(shares.length);
      return shares.reduce((sum, share) => sum + Math.round(share * 2 ** 24), 0) / 2 ** 24 / shares.length;
    };
    const means = { web: meanOf("web"), iphone: meanOf("iphone") } as Record<string, number>;
    expect([...noise.keys()].sort()).to.deep.equal(["iphone", "web"]);
    for (const one of sessions) {
      const row = rows.get(one.user)!;
      const expected = plainly(one, bundle, (app) => means[app]!);
      expect(row.category).to.equal(expected.category);
      expect(row.unknown).to.equal(expected.unknown);
      if (expected.confidence === undefined) {
        expect(row).to.include({ unsure: 0, flags: 0 });
        expect([row.confidence, row.feature]).to.deep.equal([NaN, NaN]);
      } else {
        expect(row.confidence).to.equal(expected.confidence);
        expect(row.unsure).to.equal(expected.confidence < 0.5 ? 1 : 0);
        expect(row.feature).to.be.closeTo(expected.feature, 1e-6);
        expect(row.flags).to.equal(expected.known ? 0 : SCORE_FLAGS.noKnownEvent);
      }
    }
    expect(new Set([...rows.values()].map((row) => row.category)).size).to.equal(5);
  });

  it("does not depend on how sessions were put into blocks", () => {
    const whole = scoreAll([sessions], bundle);
    const pieces = scoreAll(
      Array.from({ length: 70 }, (_, i) => sessions.slice(i * 10, i * 10 + 10)),
      bundle,
    );
    expect(pieces).to.deep.equal({ noise: whole.noise, rows: pieces.rows });
    expect([...pieces.rows].sort()).to.deep.equal([...whole.rows].sort());
  });

  it("takes the model's mean where the batch is small, and says so", () => {
    const few = sessions.filter((s) => s.app === "iphone").slice(0, 9);
    const { rows } = scoreAll([few], bundle);
    for (const one of few) {
      const row = rows.get(one.user)!;
      const expected = plainly(one, bundle, () => 0.7);
      expect(row.category).to.equal(expected.category);
      if (expected.confidence !== undefined) expect(row.flags & SCORE_FLAGS.modelMean).to.equal(SCORE_FLAGS.modelMean);
    }
  });

  it("gives sessions without a known event an η of 0 and a flag, and never divides by 0", () => {
    const strange = [session("a", { NEW: 5 }), session("b", { ALWAYS: 5 }), session("c", { NEW: 3, TWEAK_A: 1 })];
    for (const minBatchSessions of [0, 100]) {
      const { rows } = scoreAll([strange], bundle, { ...OPTIONS, minBatchSessions });
      expect([...rows.values()].map(({ feature, unknown, flags }) => [feature, unknown, flags & 1])).to.deep.equal([
        [0, 5, 1],
        [0, 0, 1],
        [0, 3, 0],
      ]);
    }
  });

  it("keeps the sessions as they were", () => {
    const block = sessionBlockBytes(sessions.slice(0, 50));
    const { value } = score({ block, model: encodeBundle(bundle), noise: new Map(), options: OPTIONS });
    const { scores, ...kept } = decodeScoredBlock(value);
    const { sessionCount } = kept;
    expect(sessionCount).to.equal(50);
    expect(scores.category).to.have.length(50);
    const again = score({ block: value, model: encodeBundle(bundle), noise: new Map(), options: OPTIONS });
    expect(Buffer.compare(again.value, value)).to.equal(0);
  });

  it("scores an empty block", () => {
    const { rows } = scoreAll([[]], bundle);
    expect(rows.size).to.equal(0);
  });

  it("weighs events as the model was trained: counts, logarithms or presence", () => {
    const one = session("a", { SEARCH: 9, TWEAK_A: 1 });
    const featureOf = (weighting: "count" | "log" | "binary") => {
      const app = madeUpApp("web", 3, { weighting, idf: new Float64Array(8).fill(1), meanNoise: 1 });
      return scoreAll([[one]], madeUpBundle([app])).rows.get("a")!.feature;
    };
    expect(featureOf("count")).to.be.closeTo(9 / 10, 1e-6);
    expect(featureOf("log")).to.be.closeTo((1 + Math.log(9)) / (2 + Math.log(9)), 1e-6);
    expect(featureOf("binary")).to.be.closeTo(1 / 2, 1e-6);
  });
});
