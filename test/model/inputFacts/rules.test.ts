import { expect } from "chai";
import { stepUp, type DayShare } from "../../../model/inputFacts/shareRule";
import { dateOfDay, dayNumber } from "../../../model/localDays";
import { seeded } from "../../ml/forest/madeUp";

const FIRST = dayNumber("2026-01-05");
const date = (day: number) => dateOfDay(FIRST + day);
const isWeekend = (day: number) => day % 7 >= 5;

/** Shares of `rows` rows on days in a row, drawn around what `usual` says. */
function drawn(days: number, rows: number, usual: (day: number) => number, random: () => number): DayShare[] {
  return Array.from({ length: days }, (_, day) => {
    let hits = 0;
    for (let i = 0; i < rows; i++) if (random() < usual(day)) hits++;
    return { date: date(day), share: hits / rows, rows };
  });
}

/** Days on which a step is found, each compared with all days before it. */
const found = (shares: readonly DayShare[]) =>
  shares.flatMap((day, i) => {
    const step = stepUp(day, shares.slice(0, i));
    return step === null ? [] : [{ on: day.date, since: step.since }];
  });

describe("the rule of shares", () => {
  it("finds nothing where nothing changes, whatever is usual, with and without quiet weekends", () => {
    const random = seeded(1);
    for (const share of [0, 0.001, 0.02, 0.2, 0.7, 1]) {
      for (const rows of [30, 300, 3000]) {
        for (let run = 0; run < 8; run++) {
          const flat = drawn(40, rows, () => share, random);
          expect(found(flat), `${share} of ${rows}`).to.deep.equal([]);
        }
      }
    }
  });

  it("takes weekends that differ for what they are from the second one on", () => {
    const random = seeded(2);
    for (const rows of [300, 3000]) {
      const weekly = drawn(40, rows, (day) => (isWeekend(day) ? 0.35 : 0.05), random);
      expect(found(weekly).filter(({ on }) => on >= date(7))).to.deep.equal([]);
    }
  });

  it("finds a step on its first day, and on the days after it with that date, until it is usual", () => {
    const random = seeded(3);
    const steps = found(drawn(40, 1000, (day) => (day < 20 ? 0.01 : 0.1), random));
    expect(steps.map(({ on }) => on)).to.deep.equal([20, 21, 22, 23, 24, 25, 26].map(date));
    expect(new Set(steps.map(({ since }) => since))).to.deep.equal(new Set([date(20)]));
  });

  it("with few days before knows only shares that turn over, and nothing from few rows", () => {
    const day = (n: number, share: number, rows = 100): DayShare => ({ date: date(n), share, rows });
    expect(stepUp(day(1, 0.5), [day(0, 0)])).to.equal(null);
    expect(stepUp(day(1, 1), [day(0, 0)])).to.deep.equal({ since: date(1), usual: 0 });
    expect(stepUp(day(1, 1, 19), [day(0, 0)])).to.equal(null);
    expect(stepUp(day(1, 1), [])).to.equal(null);
  });
});
