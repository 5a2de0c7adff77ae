import { expect } from "chai";
import { progressListener } from "../../cli/command";
import { describe as inWords, lineView, timeLeft, type Progress } from "../../cli/progressLines";

const progress = (more: Partial<Progress>): Progress => ({
  stage: null,
  rows: 0,
  done: null,
  total: null,
  elapsedMs: 0,
  ...more,
});

describe("progress", () => {
  it("tells rows, rate, stage and time left", () => {
    expect(inWords(progress({ stage: "ReadAndPack", rows: 30_000, done: 25, total: 100, elapsedMs: 2_000 }))).to.equal(
      "30,000 rows · 15,000 rows/s · ReadAndPack · 6.0 s left",
    );
  });

  it("tells no time left before there is a rate, and none at the end", () => {
    expect(timeLeft(progress({ done: 1, total: 100, elapsedMs: 100 }))).to.equal("");
    expect(timeLeft(progress({ done: 100, total: 100, elapsedMs: 9_000 }))).to.equal("");
    expect(timeLeft(progress({ rows: 5, elapsedMs: 9_000 }))).to.equal("");
  });

  it("away from a terminal is a line now and then", () => {
    const lines: string[] = [];
    const view = lineView("score", (line) => lines.push(line), 5_000);
    for (const elapsedMs of [200, 4_999, 5_000, 6_000, 9_999, 10_000])
      view.update(progress({ rows: 10, done: 1, total: 4, elapsedMs }));
    view.stop();
    expect(lines).to.have.length(2);
    expect(lines[0]).to.equal("score: 25 % · 10 rows · 2 rows/s · 15.0 s left");
  });

  it("away from a terminal repeats a line that says nothing new after a minute only", () => {
    const lines: string[] = [];
    const view = lineView("discover", (line) => lines.push(line), 5_000);
    for (let second = 5; second <= 125; second += 5)
      view.update(progress({ stage: "MeasureTwin", detail: "twins: 1", elapsedMs: second * 1_000 }));
    expect(lines).to.deep.equal(Array(3).fill("discover: MeasureTwin · twins: 1"));
  });

  it("goes by what a run foresees once all is read, with the time left of that alone", () => {
    const shown: string[] = [];
    const listen = progressListener({
      update: (at) => void shown.push(`${at.done} of ${at.total} · ${inWords(at)}`),
      stop: () => {},
    });
    const read = { "rows read": 500, splits: 2 };
    listen({ stage: "ReadAndPack", counters: { ...read, "splits read": 1 }, elapsedMs: 1_000 });
    const sampled = { ...read, "splits read": 2, "twins planned": 4 };
    listen({ stage: "Sample", counters: { ...sampled, sampled: 90 }, elapsedMs: 2_000 });
    listen({ stage: "Twins/MeasureTwin", counters: { ...sampled, sampled: 90, twins: 1 }, elapsedMs: 3_000 });
    listen({ stage: "Twins/MeasureTwin", counters: { ...sampled, sampled: 90, twins: 2 }, elapsedMs: 5_000 });
    expect(shown).to.deep.equal([
      "1 of 2 · 500 rows · 500 rows/s · ReadAndPack · 1.0 s left",
      "2 of 2 · 500 rows · Sample · sampled: 90",
      "1 of 4 · 500 rows · MeasureTwin · twins: 1 of 4",
      "2 of 4 · 500 rows · MeasureTwin · twins: 2 of 4 · 2.0 s left",
    ]);
  });
});
