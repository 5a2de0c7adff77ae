import { expect } from "chai";
import { busiestHours } from "../../../pipelines/discover/pageOf";

const hours = (counts: Readonly<Record<number, number>>) => Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0);

describe("the busiest hours of a card", () => {
  it("are the four hours in which most sessions begin, over midnight too", () => {
    expect(busiestHours(hours({ 9: 1, 18: 2, 20: 3, 21: 2 }))).to.deep.equal(["88 % begin between 18:00 and 22:00."]);
    expect(busiestHours(hours({ 23: 3, 1: 3, 12: 2 }))).to.deep.equal(["75 % begin between 22:00 and 2:00."]);
  });

  it("say nothing where there is no session", () => {
    expect(busiestHours(hours({}))).to.deep.equal([]);
  });
});
