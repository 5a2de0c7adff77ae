import { expect } from "chai";
import fc from "fast-check";
import { decodeCounts, encodeCounts, sumCounts, type Counts } from "../../../model/counts";
import { pauseBin, PAUSE_BINS, PAUSE_EDGES_MS } from "../../../model/pauseBins";
import { profileShard, type ProfileOptions } from "../../../transforms/profile/profileShard";
import { SumCountsCombineFn } from "../../../transforms/counts/sumCountsCombineFn";
import { event, eventBlock, hours, minutes, seconds } from "../../support/builders";

const options: ProfileOptions = {
  zone: "UTC",
  behaviour: {
    maxEventsPerHour: 50,
    maxHoursAwakePerDay: 20,
    minPauseVariation: 0.05,
    maxOneEventShare: 0.95,
    minEventsForRules: 30,
  },
};
const at = (counts: Counts, ...path: string[]) =>
  path.reduce<unknown>((value, name) => (value as Counts | undefined)?.[name], counts);

describe("the profile of a shard", () => {
  const events = [
    event("ana", "A", 0),
    event("ana", "A", 0),
    event("ana", "B", minutes(5)),
    event("ana", "A", hours(25)),
    event("bo", "B", minutes(1), { traffic: "robot" }),
    event("bo", "A", minutes(2), { traffic: "robot" }),
    event("cy", "__proto__", 0, { app: "phone" }),
  ];
  const profile = profileShard([eventBlock(events)], options);

  it("counts events, users, duplicates and traffic per app", () => {
    expect(at(profile, "apps", "web", "events")).to.equal(5);
    expect(at(profile, "apps", "web", "duplicates")).to.equal(1);
    expect(at(profile, "apps", "web", "users")).to.equal(2);
    expect(at(profile, "apps", "web", "traffic", "robot")).to.equal(2);
    expect(at(profile, "apps", "phone", "users")).to.equal(1);
  });

  it("counts pauses of people only, in log bins", () => {
    expect(at(profile, "apps", "web", "pauses")).to.deep.equal(
      Object.assign(Object.create(null) as Counts, { [pauseBin(minutes(5))]: 1, [pauseBin(hours(25) - minutes(5))]: 1 }),
    );
  });

  it("counts users and events per local day and per name", () => {
    expect(at(profile, "apps", "web", "days", "2016-07-01", "users")).to.equal(2);
    expect(at(profile, "apps", "web", "days", "2016-07-02", "events")).to.equal(1);
    expect(at(profile, "events", "web", "A", "days", "2016-07-01")).to.equal(2);
    expect(at(profile, "events", "web", "A", "users")).to.equal(2);
    expect(at(profile, "events", "phone", "__proto__", "alone")).to.equal(1);
  });

  it("notices an event that comes like clockwork", () => {
    const ticks = Array.from({ length: 40 }, (_, i) => event("ana", "HEARTBEAT", seconds(30) * i + (i % 3)));
    const people = Array.from({ length: 40 }, (_, i) => event("ana", "CLICK", (seconds(i * i * 7) % minutes(20)) + i));
    const found = profileShard([eventBlock([...ticks, ...people])], options);
    expect(at(found, "events", "web", "HEARTBEAT", "regular")).to.equal(1);
    expect(at(found, "events", "web", "CLICK", "regular")).to.equal(0);
    expect(at(found, "apps", "web", "rules", "rate", "userDays")).to.equal(1);
  });

  it("is empty for no events", () => {
    expect(profileShard([], options)).to.deep.equal({});
  });
});

describe("pause bins", () => {
  it("put a pause at or above an edge above it, and below it one below", () => {
    PAUSE_EDGES_MS.forEach((edge, i) => {
      expect(pauseBin(edge)).to.equal(i + 1);
      expect(pauseBin(edge - 1)).to.be.at.most(i);
    });
    expect(pauseBin(0)).to.equal(0);
    expect(pauseBin(1e15)).to.equal(PAUSE_BINS - 1);
  });
});

describe("nested counts", () => {
  const counts: fc.Arbitrary<Counts> = fc.dictionary(
    fc.constantFrom("a", "b", "__proto__"),
    fc.nat({ max: 1000 }).map((n) => ({ n, more: { deep: n } })),
  );

  it("sum the same in any order and grouping, and survive encoding", () => {
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 6 }), (parts) => {
        const fn = new SumCountsCombineFn();
        const inputs = parts.map(encodeCounts);
        const oneByOne = inputs.reduce((acc, input) => fn.addInput(acc, input), fn.createAccumulator());
        const backwards = fn.mergeAccumulators([...inputs].reverse());
        const grouped = fn.mergeAccumulators([fn.combineBatch(inputs.slice(0, 2)), fn.combineBatch(inputs.slice(2))]);
        expect(Buffer.from(backwards)).to.deep.equal(Buffer.from(oneByOne));
        expect(Buffer.from(grouped)).to.deep.equal(Buffer.from(oneByOne));
        expect(decodeCounts(encodeCounts(decodeCounts(oneByOne)))).to.deep.equal(decodeCounts(oneByOne));
      }),
    );
  });

  it("refuse what is not a whole number, and a name that is a number here and nested there", () => {
    expect(() => sumCounts([{ a: 0.5 }])).to.throw(RangeError, "count a");
    expect(() => sumCounts([{ a: Number.MAX_SAFE_INTEGER }, { a: 1 }])).to.throw(RangeError);
    const [number, nested]: Counts[] = [{ a: 1 }, { a: { b: 1 } }];
    for (const both of [
      [number!, nested!],
      [nested!, number!],
    ]) {
      expect(() => sumCounts(both)).to.throw(RangeError, "both a number and nested");
    }
  });
});
