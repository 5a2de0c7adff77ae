import { expect } from "chai";
import { rankCandidates, selectScoringEvents, type ScoringCandidate } from "../../ml/scoringEvents";

const candidate = (event: string, importance: number, residualVariance: number | null = null): ScoringCandidate => ({
  event,
  importance,
  residualVariance,
});
const names = (list: readonly ScoringCandidate[]) => list.map(({ event }) => event);

describe("ranking of scoring events", () => {
  it("puts the most telling first where daily counts are not known, names deciding ties", () => {
    expect(names(rankCandidates([candidate("b", 0.2), candidate("c", 0.5), candidate("a", 0.2)]))).to.deep.equal(["c", "a", "b"]);
  });

  it("leaves out what tells nothing", () => {
    expect(
      names(rankCandidates([candidate("a", 0.6), candidate("b", 0), candidate("c", 0.01), candidate("d", 0.39)])),
    ).to.deep.equal(["a", "d"]);
    expect(rankCandidates([])).to.deep.equal([]);
  });

  it("lets steady events in before unsteady ones, however telling those are", () => {
    const ranked = rankCandidates([
      candidate("wild", 0.4, 0.9),
      candidate("steady", 0.1, 0.01),
      candidate("steadier", 0.15, 0.02),
      candidate("middling", 0.2, 0.1),
      candidate("unknown", 0.1),
      candidate("wilder", 0.05, 2),
      candidate("mild", 0.1, 0.2),
    ]);
    expect(names(ranked)).to.deep.equal(["steadier", "steady", "middling", "mild", "unknown", "wild", "wilder"]);
  });
});

describe("choice of scoring events", () => {
  const ranked = ["a", "b", "c", "d", "e"].map((event) => candidate(event, 0.2));
  const options = { maxClassError: 0.15, maxEvents: 5, minEvents: 1 };
  /** Errors by number of events. */
  const table = (rows: (number | null)[][]) => async (events: readonly string[]) => {
    const classErrors = rows[events.length - 1]!;
    const known = classErrors.filter((error) => error !== null);
    return { classErrors, totalError: known.reduce((sum, error) => sum + error, 0) / known.length };
  };

  it("stops as soon as every class is accurate enough and asks for no more", async () => {
    const asked: string[] = [];
    const errors = table([
      [0.5, 0.1],
      [0.2, 0.1],
      [0.15, 0.1],
      [0, 0],
    ]);
    const selection = await selectScoringEvents(ranked, (events) => (asked.push(events.join("")), errors(events)), options);
    expect(selection.events).to.deep.equal(["a", "b", "c"]);
    expect(selection.reached).to.equal(true);
    expect(asked).to.deep.equal(["a", "ab", "abc"]);
    expect(selection.curve.map(({ event }) => event)).to.deep.equal(["a", "b", "c"]);
  });

  it("takes the shortest list as good as the best where the target is never reached", async () => {
    const errors = table([[0.6], [0.3], [0.259], [0.25], [0.251]]);
    const selection = await selectScoringEvents(ranked, errors, options);
    expect(selection).to.deep.include({ events: ["a", "b", "c"], reached: false });
    expect(selection.curve).to.have.length(5);
  });

  it("obeys the smallest and largest number of events, and needs no row of every class", async () => {
    const errors = table([
      [0.1, null],
      [0.1, null],
      [0.1, null],
      [0.1, null],
      [0.1, null],
    ]);
    expect((await selectScoringEvents(ranked, errors, { ...options, minEvents: 3 })).events).to.have.length(3);
    expect((await selectScoringEvents(ranked, table([[0.9], [0.5]]), { ...options, maxEvents: 2 })).events).to.deep.equal([
      "a",
      "b",
    ]);
    expect((await selectScoringEvents(ranked.slice(0, 1), errors, { ...options, minEvents: 3 })).events).to.deep.equal(["a"]);
    expect((await selectScoringEvents([], errors, options)).events).to.deep.equal([]);
  });
});
