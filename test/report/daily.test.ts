import { expect } from "chai";
import { dailyShares } from "../../report/charts/daily";

describe("charts of days", () => {
  it("name each day once where days are few", () => {
    const days = ["2026-03-02", "2026-03-03", "2026-03-04"].map((date) => ({ date, shares: { a: 0.4, b: 0.6 } }));
    const categories = [
      { id: "a", name: "Read", color: "#0072b2" },
      { id: "b", name: "Write", color: "#e69f00" },
    ];
    const page = String(dailyShares("Shares", days, categories));
    const timesNamed = ["2 Mar", "3 Mar", "4 Mar"].map((day) => page.split(`>${day}<`).length - 1);
    expect(timesNamed[0]).to.be.greaterThan(0);
    expect(new Set(timesNamed).size).to.equal(1);
  });
});
