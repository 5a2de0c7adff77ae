import { expect } from "chai";
import fc from "fast-check";
import { create, onlyKeys, stage, union } from "../../../beam/stages";
import { BlockFn } from "../../../beam/blockFn";
import { registered } from "../../../beam/registered";
import type { KeyedBytes } from "../../../beam/types";
import { meanNoise } from "../../../ml/noise";
import { encodeBundle } from "../../../model/bundleFiles";
import { decodeScoredBlock } from "../../../model/scoredBlock";
import { decodeNoiseSum, encodeNoiseSum } from "../../../transforms/scoring/noiseSumBytes";
import { MeanNoiseCombineFn } from "../../../transforms/scoring/noiseSums";
import { scoreSessions } from "../../../transforms/scoring/scoreSessions";
import { collect } from "../../beam/collect";
import { obeysCombineLaws } from "../../support/combineLaws";
import { sessionBlockBytes } from "../../support/builders";
import { madeUpBundle, madeUpSessions } from "./madeUpModel";

class NameNoiseFn extends BlockFn {
  process({ key, value }: KeyedBytes) {
    return [{ key: `noise:${key}`, value }];
  }
}
registered("test/transforms/scoring/scoreSessions.test", { NameNoiseFn });

describe("ScoreSessions", () => {
  const sessions = madeUpSessions(4, 600);
  const blocksOf = (size: number) =>
    Array.from({ length: Math.ceil(sessions.length / size) }, (_, i) =>
      sessionBlockBytes(sessions.slice(i * size, i * size + size)),
    );

  async function run(size: number, threads: number) {
    const { elements } = await collect(
      (root) => {
        const model = root.apply(create("Model", [{ key: "model", value: encodeBundle(madeUpBundle()) }]));
        const blocks = root.apply(
          create(
            "Blocks",
            blocksOf(size).map((value, i) => ({ key: `shard-${i}`, value })),
          ),
        );
        const { scored, noise } = blocks.apply(scoreSessions(model, { minEvents: 2, minConfidence: 0.4, minBatchSessions: 1 }));
        return union("All", [scored.apply(onlyKeys("Scored", "shard-")), noise.apply(stage("NameNoise", new NameNoiseFn()))]);
      },
      { threads },
    );
    const noise = elements.filter(({ key }) => key.startsWith("noise:"));
    const labels = elements
      .filter(({ key }) => key.startsWith("shard-"))
      .flatMap(({ value }) => {
        const { scores, startMs } = decodeScoredBlock(value);
        return Array.from(startMs, (start, i) => [start, scores.category[i], scores.confidence[i], scores.noiseFeature[i]]);
      });
    return {
      noise: Object.fromEntries(noise.map(({ key, value }) => [key, decodeNoiseSum(value)])),
      labels: labels.sort((a, b) => a[0]! - b[0]!),
    };
  }

  it("labels every session once and gives the batch's noise sums, the same for any blocks and threads", async () => {
    const whole = await run(600, 0);
    expect(whole.labels).to.have.length(600);
    expect(Object.keys(whole.noise).sort()).to.deep.equal(["noise:iphone", "noise:web"]);
    expect(meanNoise(whole.noise["noise:web"]!)).to.be.within(0.05, 1);
    expect(await run(7, 0)).to.deep.equal(whole);
    expect(await run(50, 2)).to.deep.equal(whole);
  });
});

describe("MeanNoiseCombineFn", () => {
  const inputs = fc
    .record({ sum: fc.bigInt({ min: 0n, max: 2n ** 50n }), sessions: fc.nat() })
    .map(({ sum, sessions }) => encodeNoiseSum({ sum, sessions }));
  obeysCombineLaws(() => new MeanNoiseCombineFn(), { inputs });
});
