import { expect } from "chai";
import fc from "fast-check";
import { countSessions, decodeCounts, encodeCounts, mergeCounts, NO_SESSIONS, vocabulary } from "../../ml/documentFrequency";
import { describeEstimator } from "./contract";
import { reordered } from "./samples";

const session = fc.array(fc.constantFrom("a", "b", "c", "é", "𝄞", "ﬀ"), { maxLength: 6 });

describe("document frequency", () => {
  it("counts a session once per event however often the event repeats", () => {
    const counts = countSessions([["SEARCH", "CLICK", "SEARCH"], ["CLICK"], []]);
    expect(counts.sessionCount).to.equal(3);
    expect(counts.sessionsByEvent).to.deep.equal(
      new Map([
        ["SEARCH", 1],
        ["CLICK", 2],
      ]),
    );
  });

  it("is the same for any split and order of the sessions, byte for byte", () => {
    fc.assert(
      fc.property(fc.array(session, { maxLength: 20 }), fc.nat(20), fc.nat(), (sessions, cut, seed) => {
        const parts = reordered([sessions.slice(0, cut), sessions.slice(cut)], seed).map(countSessions);
        expect(encodeCounts(mergeCounts(parts))).to.deep.equal(encodeCounts(countSessions(sessions)));
      }),
    );
  });

  it("survives its bytes", () => {
    fc.assert(
      fc.property(fc.array(session, { maxLength: 20 }), (sessions) => {
        const counts = countSessions(sessions);
        expect(decodeCounts(encodeCounts(counts))).to.deep.equal(counts);
      }),
    );
  });
});

describe("vocabulary", () => {
  it("weighs events by ln(N / df) and leaves out the rare", () => {
    const counts = countSessions([["a", "b"], ["a"], ["a", "c"], ["a", "b"]]);
    const { events, idf, sessionShare } = vocabulary(counts, 0.5);
    expect(events).to.deep.equal(["a", "b"]);
    expect(Array.from(idf)).to.deep.equal([0, Math.log(2)]);
    expect(Array.from(sessionShare)).to.deep.equal([1, 0.5]);
  });

  it("keeps the most frequent where there are too many, ties by UTF-8 bytes", () => {
    const counts = countSessions([["d", "b", "a"], ["d", "c", "z"], ["d"]]);
    expect(vocabulary(counts, 0, 3).events).to.deep.equal(["a", "b", "d"]);
    expect(vocabulary(counts, 0.5, 3).events).to.deep.equal(["d"]);
  });

  it("orders events by UTF-8 bytes, not by UTF-16 units", () => {
    expect(vocabulary(countSessions([["𝄞", "ﬀ", "z", "é"]])).events).to.deep.equal(["z", "é", "ﬀ", "𝄞"]);
  });
});

describeEstimator({
  name: "vocabulary",
  fit: (counts) => vocabulary(counts, 0.1),
  usual: () => countSessions([["a", "b"], ["b"], ["c", "a"]]),
  edges: {
    "no rows": { input: NO_SESSIONS, throws: /no sessions/ },
    "one row": {
      input: countSessions([["a"]]),
      gives: (result) => expect(result).to.deep.include({ events: ["a"], idf: new Float64Array([0]) }),
    },
    "one feature": {
      input: countSessions([["a"], [], ["a"]]),
      gives: (result) => expect(result).to.deep.include({ events: ["a"], idf: new Float64Array([Math.log(3 / 2)]) }),
    },
  },
});
