import { expect } from "chai";
import fc from "fast-check";
import { decodeSessionBlock, stringAt } from "../../../model/sessionBlock";
import { dayNumber } from "../../../model/localDays";
import { readRangeMs, type CutOptions } from "../../../transforms/sessions/cutOptions";
import { cutShard } from "../../../transforms/sessions/cutShard";
import { bruteForceSessions, type OracleSession } from "../../oracle/bruteForceSessions";
import { days, event, eventBlock, hours, minutes, START_MS, type TestEvent } from "../../support/builders";
import { sessionRows } from "../../support/sessionRows";

const GAP_MS = minutes(30);
const options = (more: Partial<CutOptions> = {}): CutOptions => ({
  gapMs: { default: GAP_MS, phone: minutes(10) },
  capMs: hours(12),
  given: false,
  attributes: [],
  zone: "UTC",
  ownedDays: null,
  completeUntilMs: null,
  sequenceEvents: 0,
  behaviour: null,
  ...more,
});
const rules = (cut: CutOptions) => ({
  gapMs: (app: string) => cut.gapMs[app] ?? cut.gapMs.default,
  capMs: cut.capMs,
  zone: cut.zone,
});
const cutRows = (events: readonly TestEvent[], cut = options()) => sessionRows(cutShard([eventBlock(events)], cut).blocks);

describe("cutting a shard into sessions", () => {
  it("splits at a pause equal to the gap and not one millisecond earlier", () => {
    const at = (pauseMs: number) => cutRows([event("ana", "A", 0), event("ana", "B", pauseMs)]).length;
    expect([at(GAP_MS - 1), at(GAP_MS), at(GAP_MS + 1)]).to.deep.equal([1, 2, 2]);
  });

  it("uses the gap of each app and keeps a user's apps apart", () => {
    const rows = cutRows([
      event("ana", "A", 0),
      event("ana", "B", minutes(20)),
      event("ana", "A", 0, { app: "phone" }),
      event("ana", "B", minutes(20), { app: "phone" }),
    ]);
    expect(rows.map((row) => [row.app, row.eventCount])).to.deep.equal([
      ["phone", 1],
      ["phone", 1],
      ["web", 2],
    ]);
  });

  it("keeps a session over midnight whole and on the day of its first event", () => {
    const rows = cutRows([event("ana", "A", hours(23.9)), event("ana", "B", hours(24.1))]);
    expect(rows.map((row) => [row.date, row.eventCount, row.endReason])).to.deep.equal([["2016-07-01", 2, "gap"]]);
  });

  it("cuts a chain longer than the cap at each local midnight", () => {
    const long = Array.from({ length: 200 }, (_, i) => event("ana", "A", hours(10) + i * minutes(29)));
    const rows = cutRows(long);
    expect(rows.map((row) => [row.date, row.endReason])).to.deep.equal([
      ["2016-07-01", "cap"],
      ["2016-07-02", "cap"],
      ["2016-07-03", "cap"],
      ["2016-07-04", "cap"],
      ["2016-07-05", "gap"],
    ]);
    const whole = Array.from({ length: 25 }, (_, i) => event("ana", "A", hours(18) + i * minutes(29.9)));
    expect(cutRows(whole)).to.have.length(1);
  });

  it("keeps given sessions that overlap in time apart, sorted by start", () => {
    const events = [
      event("ana", "A", minutes(1), { sessionId: "z" }),
      event("ana", "B", minutes(50), { sessionId: "z" }),
      event("ana", "A", minutes(2), { sessionId: "b" }),
      event("ana", "C", minutes(49), { sessionId: "b" }),
    ];
    const rows = cutRows(events, options({ given: true }));
    expect(rows.map((row) => [row.sessionId, row.eventCount, row.endReason])).to.deep.equal([
      ["z", 2, "given"],
      ["b", 2, "given"],
    ]);
  });

  it("drops events with the same id wherever they are, and compares fields where there is no id", () => {
    const id = (n: number) => Uint8Array.from([n, 0, 0, 0, 0, 0, 0, 9]);
    const none = new Uint8Array(8);
    const events = [
      event("ana", "A", 0, { idHash: id(1) }),
      event("ana", "B", minutes(1), { idHash: id(2) }),
      event("ana", "A", minutes(2), { idHash: id(1) }),
      event("ana", "C", minutes(3), { idHash: none }),
      event("ana", "C", minutes(3), { idHash: none }),
      event("ana", "D", minutes(4), { idHash: id(3) }),
      event("ana", "D", minutes(4), { idHash: id(4) }),
    ];
    const [row] = cutRows(events);
    expect([row?.eventCount, row?.duplicates]).to.deep.equal([5, 2]);
  });

  it("reduces attributes over a session as the config says", () => {
    const attributes = [
      { name: "revenue", column: "revenue", type: "number", take: "sum" },
      { name: "top", column: "revenue", type: "number", take: "max" },
      { name: "country", column: "country", type: "string", take: "first" },
      { name: "plan", column: "plan", type: "string", take: "last" },
    ] as const;
    const at = (offset: number, revenue: number, country: string | null, plan: string | null) =>
      event("ana", "A", offset, { numbers: [revenue, revenue], texts: [country, plan] });
    const { blocks } = cutShard(
      [
        eventBlock([
          at(2, 0.2, "DE", "free"),
          at(1, 0.1, null, "pro"),
          at(3, NaN, "FR", null),
          event("bo", "A", 0, { numbers: [NaN, NaN], texts: [null, null] }),
        ]),
      ],
      options({ attributes }),
    );
    const block = decodeSessionBlock(blocks[0]!);
    expect([...block.numbers.get("revenue")!]).to.deep.equal([0.1 + 0.2, NaN]);
    expect([...block.numbers.get("top")!]).to.deep.equal([0.2, NaN]);
    expect(stringAt(block.strings, block.texts.get("country")![0]!)).to.equal("DE");
    expect(stringAt(block.strings, block.texts.get("plan")![0]!)).to.equal("free");
    expect(block.texts.get("plan")![1]).to.equal(0xffffffff);
  });

  it("marks a session by the strongest traffic among its events, duplicates included", () => {
    const { blocks } = cutShard(
      [eventBlock([event("ana", "A", 0), event("ana", "A", 0, { traffic: "robot" }), event("bo", "A", 0, { traffic: "staff" })])],
      options(),
    );
    expect([...decodeSessionBlock(blocks[0]!).traffic]).to.deep.equal([2, 1]);
  });

  it("keeps ordered events where timelines are asked for", () => {
    const { blocks } = cutShard(
      [eventBlock([event("ana", "B", 5), event("ana", "A", 0), event("ana", "C", 9)])],
      options({ sequenceEvents: 2 }),
    );
    const { sequence, strings } = decodeSessionBlock(blocks[0]!);
    expect(Array.from(sequence!.events, (name) => stringAt(strings, name))).to.deep.equal(["A", "B"]);
    expect([...sequence!.ms]).to.deep.equal([0, 5]);
  });

  it("calls a session provisional while its gap has not passed yet", () => {
    const rows = cutRows([event("ana", "A", 0), event("bo", "A", minutes(5))], options({ completeUntilMs: START_MS + GAP_MS }));
    expect(rows.map((row) => row.endReason)).to.deep.equal(["gap", "provisional"]);
  });

  it("flags the sessions of a day on which the user behaves like a robot, and only those", () => {
    const behaviour = {
      maxEventsPerHour: 100,
      maxHoursAwakePerDay: 20,
      minPauseVariation: 0.05,
      maxOneEventShare: 0.95,
      minEventsForRules: 30,
    };
    const fast = Array.from({ length: 101 }, (_, i) => event("fast", i % 2 ? "A" : "B", i * i * 3));
    const awake = Array.from({ length: 22 }, (_, i) => event("awake", `E${i}`, hours(i) + minutes((i * 23) % 50)));
    const clock = Array.from({ length: 40 }, (_, i) => event("clock", i % 2 ? "A" : "B", i * minutes(5)));
    const flood = Array.from({ length: 40 }, (_, i) => event("flood", "A", i * i * 1000));
    const calm = Array.from({ length: 20 }, (_, i) => event("calm", "A", i * 1000));
    const later = [event("fast", "A", hours(30)), event("fast", "B", hours(30) + 700)];
    const { blocks, counts } = cutShard(
      [eventBlock([...fast, ...awake, ...clock, ...flood, ...calm, ...later])],
      options({ behaviour }),
    );
    const block = decodeSessionBlock(blocks[0]!);
    const robots = new Set<string>();
    block.traffic.forEach(
      (code, i) => code === 2 && robots.add(`${stringAt(block.users, i)} ${block.day[i]! - dayNumber("2016-07-01")}`),
    );
    expect([...robots].sort()).to.deep.equal(["awake 0", "clock 0", "fast 0", "flood 0"]);
    expect(counts.robotsByRule).to.deep.equal({ rate: 1, awake: 22, regular: 1, flood: 1 });
  });

  it("makes nothing of nothing", () => {
    expect(cutShard([], options())).to.deep.equal({
      blocks: [],
      counts: {
        eventsRead: 0,
        eventsInSessions: 0,
        duplicates: 0,
        eventsOutside: 0,
        sessions: 0,
        capCut: 0,
        robotsByRule: { rate: 0, awake: 0, regular: 0, flood: 0 },
      },
    });
  });
});

const steps = fc.oneof(
  fc.integer({ min: 0, max: minutes(40) }),
  fc.constantFrom(0, GAP_MS - 1, GAP_MS, GAP_MS + 1, minutes(10), minutes(10) - 1, hours(13)),
);
const log = (given: boolean) =>
  fc
    .array(
      fc.record({
        user: fc.constantFrom("ana", "bo", "çelik", "𝒟"),
        app: fc.constantFrom("web", "phone"),
        name: fc.constantFrom("A", "B", "web", "ä", "\u{ffff}", "𝒜"),
        step: steps,
        copies: fc.integer({ min: 0, max: 2 }),
        session: fc.constantFrom("s1", "s2", "s3"),
      }),
      { maxLength: 120 },
    )
    .map((rows) => {
      // Day 127 is 2016-11-05: New York puts its clocks back in the night after; day 121 is Berlin's.
      let offset = days(rows[0]?.copies === 0 ? 0 : rows[0]?.copies === 1 ? 120.8 : 127.8);
      return rows.flatMap(({ user, app, name, step, copies, session }) => {
        offset += step;
        const one = event(user, name, offset, { app, sessionId: given ? session : null });
        return Array.from({ length: copies + 1 }, () => one);
      });
    });

describe("cutting against brute force", () => {
  for (const given of [false, true]) {
    for (const zone of ["UTC", "America/New_York", "Europe/Berlin"]) {
      it(`gives the sessions of the oracle for any log, ${given ? "given ids" : "by gap"}, ${zone}`, () => {
        fc.assert(
          fc.property(log(given), (events) => {
            const cut = options({ given, zone });
            expect(cutRows(events, cut)).to.deep.equal(bruteForceSessions(events, rules(cut)));
          }),
          { numRuns: 60 },
        );
      });
    }
  }

  it("does not depend on how events are spread over blocks, or on their order", () => {
    fc.assert(
      fc.property(log(false), fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 50 }), (events, places) => {
        const parts = new Map<number, TestEvent[]>();
        events.forEach((one, i) => {
          const place = places[i % places.length]!;
          parts.set(
            place,
            [one, ...(parts.get(place) ?? [])].sort((a, b) => a.timeMs - b.timeMs),
          );
        });
        const whole = cutShard([eventBlock(events)], options());
        const split = cutShard([...parts.values()].map(eventBlock), options());
        expect(split.blocks).to.deep.equal(whole.blocks);
        expect(split.counts).to.deep.equal(whole.counts);
      }),
      { numRuns: 100 },
    );
  });

  it("accounts for every event", () => {
    fc.assert(
      fc.property(log(false), fc.integer({ min: 0, max: 3 }), (events, day) => {
        const owned = dayNumber("2016-07-01") + day;
        const { counts } = cutShard([eventBlock(events)], options({ ownedDays: { from: owned, to: owned } }));
        expect(counts.eventsInSessions + counts.duplicates + counts.eventsOutside).to.equal(events.length);
      }),
    );
  });

  it("gives the same sessions day by day as in one run, with only each day's surroundings read", () => {
    for (const given of [false, true]) {
      for (const zone of ["UTC", "America/New_York"]) {
        fc.assert(
          fc.property(log(given), (events) => {
            const cut = options({ given, zone });
            const daily: OracleSession[] = [];
            const firstMs = Math.min(...events.map(({ timeMs }) => timeMs));
            const lastMs = Math.max(...events.map(({ timeMs }) => timeMs));
            for (let day = Math.floor(firstMs / days(1)) - 1; day <= lastMs / days(1) + 1; day++) {
              const { fromMs, toMs } = readRangeMs(cut, day, day);
              const near = events.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
              daily.push(...cutRows(near, { ...cut, ownedDays: { from: day, to: day } }));
            }
            const key = (row: OracleSession) => JSON.stringify(row);
            expect(daily.map(key).sort()).to.deep.equal(cutRows(events, cut).map(key).sort());
          }),
          { numRuns: 40 },
        );
      }
    }
  });
});
