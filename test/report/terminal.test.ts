import { expect } from "chai";
import fc from "fast-check";
import { barLines, sparkline, stackedLine } from "../../report/terminal/bars";
import { inColor, terminalSettings } from "../../report/terminal/terminal";

const PLAIN = { width: 60, color: false };

describe("terminal bars", () => {
  it("are to one scale and in eighths of a character", () => {
    const lines = barLines(
      [
        { label: "cook", value: 40, text: "40" },
        { label: "find", value: 20, text: "20" },
        { label: "none", value: 0, text: "0" },
      ],
      PLAIN,
    );
    // 60 wide: 4 of label, 2 of text, 4 of space leave 50.
    expect(lines).to.deep.equal([`  cook ${"█".repeat(50)} 40`, `  find ${"█".repeat(25)} 20`, "  none  0"]);
  });

  it("never leave the width, whatever the labels and values", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            label: fc.string({ maxLength: 80 }),
            value: fc.oneof(fc.double(), fc.nat()),
            text: fc.string({ maxLength: 12 }),
          }),
          { minLength: 1 },
        ),
        fc.integer({ min: 40, max: 100 }),
        (bars, width) => {
          for (const line of barLines(bars, { width, color: false })) expect(line.length).to.be.at.most(width);
        },
      ),
    );
  });

  it("take colours only where the terminal wants them", () => {
    expect(inColor("x", "#0072b2", PLAIN)).to.equal("x");
    expect(inColor("x", "#0072b2", { width: 60, color: true })).to.equal("\u001b[38;2;0;114;178mx\u001b[39m");
    expect(inColor("x", "blue; drop", { width: 60, color: true })).to.equal("x");
    expect(terminalSettings({ isTTY: false, columns: 300 })).to.deep.equal({ width: 80, color: false });
  });
});

describe("a sparkline", () => {
  it("rises from nothing to the largest value and leaves gaps for unknown ones", () => {
    expect(sparkline([0, 1, NaN, 7])).to.equal("▁▂ █");
    expect(sparkline([8, 9, 12], { from: 8, to: 12 })).to.equal("▁▃█");
    expect(sparkline([0, 0])).to.equal("▁▁");
    expect(sparkline([])).to.equal("");
  });
});

describe("a stacked line", () => {
  it("fills its width by share, with letters where there are no colours", () => {
    const parts = [
      { share: 0.5, color: "#0072b2", letter: "b" },
      { share: 0.26, color: "#e69f00", letter: "f" },
      { share: 0.24, color: "#009e73", letter: "c" },
    ];
    expect(stackedLine(parts, PLAIN, 10)).to.equal("bbbbbfffcc");
    expect(stackedLine(parts, { width: 60, color: true }, 10).match(/█/g)).to.have.length(10);
  });
});
