import { expect } from "chai";
import { CATEGORY_COLORS, freeColor, NOISE_COLOR } from "../../model/categories";

const linear = (color: string) =>
  [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];

/** OKLab (Ottosson 2020). */
function oklab(color: string): number[] {
  const [r, g, b] = linear(color);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const luminance = (color: string) => {
  const [r, g, b] = linear(color);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

describe("colours of categories", () => {
  it("are two dozen, all told apart, noise among them", () => {
    expect(CATEGORY_COLORS.length).to.equal(24);
    const all = [NOISE_COLOR, ...CATEGORY_COLORS].map(oklab);
    all.forEach((one, i) =>
      all.slice(0, i).forEach((other) => expect(Math.hypot(...one.map((value, d) => value - other[d]!))).to.be.above(0.07)),
    );
  });

  it("show on white and on dark paper", () => {
    for (const color of CATEGORY_COLORS) {
      expect(1.05 / (luminance(color) + 0.05), color).to.be.above(1.6);
      expect((luminance(color) + 0.05) / (luminance("#14171a") + 0.05), color).to.be.above(1.6);
    }
  });

  it("are given out in order, those taken left out, and come again when all are taken", () => {
    expect(freeColor([])).to.equal(CATEGORY_COLORS[0]);
    expect(freeColor([CATEGORY_COLORS[1]!, CATEGORY_COLORS[0]!])).to.equal(CATEGORY_COLORS[2]);
    expect(CATEGORY_COLORS).to.include(freeColor(CATEGORY_COLORS));
  });
});
