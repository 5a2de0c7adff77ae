import { expect } from "chai";
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
});
