import { expect } from "chai";
import fc from "fast-check";
import {
  blockExamples,
  EXAMPLES_PER_CLUSTER,
  lengthClass,
  nearestExamples,
  typicalExamples,
} from "../../../transforms/discovery/examples";
import { hours, session, sessionBlock, START_MS } from "../../support/builders";

const CLUSTERS = 3;

interface Clustered {
  readonly user: string;
  readonly hour: number;
  readonly events: number;
  readonly cluster: number;
  readonly distance: number;
}

const clustered: fc.Arbitrary<Clustered[]> = fc.array(
  fc.record({
    user: fc.constantFrom("ana", "bo", "cy", "dee", "eve"),
    hour: fc.nat({ max: 3 }),
    // Three classes of length.
    events: fc.integer({ min: 1, max: 8 }),
    cluster: fc.nat({ max: CLUSTERS - 1 }),
    // Few distances, so that ties are common: sessions with the same events lie on one point.
    distance: fc.constantFrom(0, 0.25, 0.5),
  }),
  { maxLength: 40 },
);

const examplesOf = (sessions: readonly Clustered[]) => {
  const block = sessionBlock(sessions.map(({ user, hour, events }) => session(user, { OPEN: events }, at(hour))));
  // The builder sorts by user and start, and so do we, ties in the order given.
  const rows = [...sessions].sort((a, b) => (a.user < b.user ? -1 : a.user > b.user ? 1 : a.hour - b.hour));
  return blockExamples(
    block,
    { rows: rows.map((_, row) => row), labels: rows.map(({ cluster }) => cluster), distances: rows.map((one) => one.distance) },
    CLUSTERS,
    "salt",
  );
};

const at = (hour: number) => ({ startMs: START_MS + hours(hour) });

describe("the examples of a cluster", () => {
  it("are the same whether a block's sessions are weighed together, in two blocks or one by one", () => {
    fc.assert(
      fc.property(clustered, fc.nat({ max: 40 }), (sessions, cut) => {
        const distinct = [...new Map(sessions.map((one) => [`${one.user} ${one.hour}`, one])).values()];
        const oneByOne = nearestExamples(distinct.flatMap((one) => examplesOf([one])));
        const inTwo = [...examplesOf(distinct.slice(0, cut)), ...examplesOf(distinct.slice(cut))];
        expect(nearestExamples(examplesOf(distinct))).to.deep.equal(oneByOne);
        expect(nearestExamples(inTwo)).to.deep.equal(oneByOne);
        expect(examplesOf(distinct).length).to.be.at.most(CLUSTERS * 3 * EXAMPLES_PER_CLUSTER);
      }),
    );
  });

  it("shown are about as long as most, the nearest of those first, and others only where there are none", () => {
    const one = (user: string, events: number, distance: number) => ({ user, hour: 0, events, cluster: 0, distance });
    const all = examplesOf([one("ana", 1, 0), one("bo", 4, 0), one("cy", 12, 0.5), one("dee", 20, 0.25), one("eve", 100, 0)]);
    const shown = (medianEvents: number) => typicalExamples(all, medianEvents).map(({ eventCount }) => eventCount);
    expect(shown(14)).to.deep.equal([20, 12, 4]);
    expect(shown(1)).to.deep.equal([4, 1, 20]);
    expect(shown(500)).to.deep.equal([100, 20, 12]);
  });

  it("are of five classes of length", () => {
    expect([1, 2, 3, 7, 8, 23, 24, 71, 72, 5000].map(lengthClass)).to.deep.equal([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("show users as salted hashes", () => {
    const [example] = examplesOf([{ user: "ana", hour: 0, events: 3, cluster: 0, distance: 0 }]);
    expect(example!.user).to.match(/^[0-9a-f]{10}$/);
  });
});
