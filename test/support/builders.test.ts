import { expect } from "chai";
import { readEventBlockHeader } from "../../model/eventBlock";
import { allStrings, decodeSessionBlock, stringAt } from "../../model/sessionBlock";
import { event, eventBlock, hours, minutes, session, sessionBlockBytes, START_MS } from "./builders";

describe("test builders", () => {
  it("pack events into one run a user and app", () => {
    const block = eventBlock([
      event("ana", "SEARCH", minutes(3)),
      event("ben", "SEARCH", minutes(1)),
      event("ana", "CLICK", minutes(1)),
      event("ana", "CLICK", minutes(1), { app: "phone" }),
    ]);
    expect(readEventBlockHeader(block)).to.include({ eventCount: 4, runCount: 3, hasEventIds: false, numberCount: 0 });
  });

  it("make a session block that reads back, rows in order of app, user and start", () => {
    const block = decodeSessionBlock(
      sessionBlockBytes([
        session("ben", { SEARCH: 2 }),
        session("ana", { SEARCH: 1, CLICK: 3 }, { startMs: START_MS + hours(5), numbers: { revenue: 2.5 } }),
        session("ana", { VIEW: 1 }, { texts: { country: "DE" } }),
      ]),
    );
    expect(allStrings(block.users)).to.deep.equal(["ana", "ana", "ben"]);
    expect([...block.eventCount]).to.deep.equal([1, 4, 2]);
    expect(stringAt(block.strings, block.lastEvent[1] as number)).to.equal("CLICK");
    expect([...block.bagOffsets]).to.deep.equal([0, 1, 3, 4]);
    expect([...(block.numbers.get("revenue") ?? [])]).to.deep.equal([NaN, 2.5, NaN]);
  });
});
