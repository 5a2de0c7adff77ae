import { expect } from "chai";
import { datesBetween, datesOf, isoDate } from "../../cli/dates";
import { UserError } from "../../model/errors";

describe("dates on the command line", () => {
  it("are real days", () => {
    expect(isoDate("2024-02-29")).to.equal("2024-02-29");
    for (const wrong of ["2023-02-29", "2026-3-2", "20260302", "today", "2026-13-01"]) {
      expect(() => isoDate(wrong), wrong).to.throw(/A date like 2026-03-02/);
    }
  });

  it("are one day, a range, or none", () => {
    expect(datesOf({ date: "2026-03-02" })).to.deep.equal({ from: "2026-03-02", to: "2026-03-02" });
    expect(datesOf({ from: "2026-03-02", to: "2026-03-04" })).to.deep.equal({ from: "2026-03-02", to: "2026-03-04" });
    expect(datesOf({})).to.equal(null);
  });

  it("make every day of a range", () => {
    expect(datesBetween({ from: "2024-02-28", to: "2024-03-01" })).to.deep.equal(["2024-02-28", "2024-02-29", "2024-03-01"]);
    expect(datesBetween({ from: "2026-03-29", to: "2026-03-29" })).to.deep.equal(["2026-03-29"]);
  });

  it("that contradict each other are refused", () => {
    expect(() => datesOf({ date: "2026-03-02", to: "2026-03-04" })).to.throw(UserError, /not both/);
    expect(() => datesOf({ from: "2026-03-02" })).to.throw(UserError, "--from needs --to beside it");
    expect(() => datesOf({ from: "2026-03-05", to: "2026-03-04" })).to.throw(
      UserError,
      "--from 2026-03-05 is after --to 2026-03-04",
    );
  });
});
