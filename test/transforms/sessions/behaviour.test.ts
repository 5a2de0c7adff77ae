import { expect } from "chai";
import { measureDay } from "../../../transforms/sessions/behaviour";
import { hours, minutes, seconds } from "../../support/builders";

const measure = (timeMs: readonly number[]) =>
  measureDay(
    timeMs,
    timeMs.map(() => 0),
    0,
    timeMs.length,
    0,
  );

describe("what behaviour rules measure", () => {
  it("calls a timer regular, also one that misses beats, and no person", () => {
    const timer = Array.from({ length: 24 }, (_, i) => hours(i) + seconds(i % 3));
    expect(measure(timer).pauseVariation).to.be.lessThan(0.01);
    expect(measure(timer.filter((_, i) => i !== 7 && i !== 15)).pauseVariation).to.be.lessThan(0.01);
    const person = Array.from({ length: 24 }, (_, i) => minutes(i * i) + seconds((i * 37) % 50));
    expect(measure(person).pauseVariation).to.be.greaterThan(0.5);
  });

  it("does not call a page that loads regular, though its events are all one second apart", () => {
    expect(measure(Array.from({ length: 40 }, (_, i) => seconds(i))).pauseVariation).to.be.NaN;
    expect(measure([0, seconds(9)]).pauseVariation).to.be.NaN;
  });
});
