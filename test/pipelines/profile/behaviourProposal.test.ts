import { expect } from "chai";
import { sumCounts, type Counts } from "../../../model/counts";
import { withProposedRate } from "../../../pipelines/profile/behaviourProposal";
import { profileShard } from "../../../transforms/profile/profileShard";
import { event, eventBlock, hours, type TestEvent } from "../../support/builders";

describe("the rate that a profile proposes", () => {
  const off = {
    maxEventsPerHour: null,
    maxHoursAwakePerDay: null,
    minPauseVariation: null,
    maxOneEventShare: 1,
    minEventsForRules: 90,
  };
  const profileOf = (events: readonly TestEvent[]): Counts =>
    (profileShard([eventBlock(events)], { zone: "UTC", behaviour: off })["apps"] as Counts)["web"] as Counts;
  /** `count` events of a user within an hour. */
  const busy = (user: string, count: number, name = "A") =>
    Array.from({ length: count }, (_, i) => event(user, i === 0 ? "B" : name, Math.floor((i * hours(1)) / count)));
  const people = Array.from({ length: 40 }, (_, i) => busy(`p${i}`, 6 + (i % 10))).flat();

  it("lies far above what people do, but not below 64 an hour, and says whom all rules would flag", () => {
    const counts = profileOf([...people, ...busy("fast", 400), ...busy("flood", 91, "B"), ...busy("fine", 60)]);
    const { rules, proposedMaxEventsPerHour } = withProposedRate(counts, true);
    expect(proposedMaxEventsPerHour).to.equal(64);
    expect(rules).to.deep.equal({
      rate: { userDays: 2, events: 491 },
      flood: { userDays: 1, events: 91 },
      any: { userDays: 2, events: 491 },
    });
  });

  it("rises where people do much", () => {
    const counts = profileOf(Array.from({ length: 40 }, (_, i) => busy(`p${i}`, 60 + 9 * i)).flat());
    expect(withProposedRate(counts, true).proposedMaxEventsPerHour).to.equal(1024);
  });

  it("is none for few users, or where the settings have one", () => {
    const few = profileOf(busy("fast", 400));
    expect(withProposedRate(few, true)).to.deep.equal({ rules: {}, proposedMaxEventsPerHour: null });
    const own = withProposedRate(sumCounts([few, profileOf(people)]), false);
    expect(own).to.deep.equal({ rules: {}, proposedMaxEventsPerHour: null });
  });
});
