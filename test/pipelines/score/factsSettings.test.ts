import { expect } from "chai";
import type { InputFile } from "../../../io/inputs/inputFile";
import { parseConfig } from "../../../model/config/load";
import { factsSettings } from "../../../pipelines/score/factsSettings";

const CONFIG = parseConfig(
  "project: t\nzone: UTC\ninput: { paths: logs/*, user: u, time: t, event: e, app: { constant: web } }\nsessions: { gapSeconds: 1800 }\n",
  { file: "sessionary.yaml", baseDir: "/" },
);
const text = (bytes: number, compression: InputFile["compression"] = "none") => ({ bytes, compression }) as InputFile;
const parquet = (...rowGroups: number[]) => ({ bytes: 1, compression: "none", rowGroups }) as unknown as InputFile;

describe("how closely a job looks at its input", () => {
  it("at all rows of small logs", () => {
    expect(factsSettings(CONFIG, [text(8000), parquet(5000, 3000)], 1)).to.include({ everyBytes: 1, everyRows: 1 });
    expect(factsSettings(CONFIG, [], 1)).to.include({ everyBytes: 1, everyRows: 1 });
  });

  it("at some thousand rows a day of larger ones, however many days and files there are", () => {
    for (const days of [1, 7, 31]) {
      const files = Array.from({ length: days }, () => [text(50e6), parquet(122_880, 122_880, 54_240)]).flat();
      const { everyBytes, everyRows } = factsSettings(CONFIG, files, days);
      expect(50e6 / everyBytes).to.be.within(8192, 16384);
      expect(300_000 / everyRows).to.be.within(4096, 8192);
    }
  });

  it("at more of very large ones, and reckons with what compression hides", () => {
    const huge = factsSettings(CONFIG, [text(1e12), parquet(1e10)], 1);
    expect([huge.everyBytes, huge.everyRows]).to.deep.equal([1 << 16, 1 << 10]);
    expect(factsSettings(CONFIG, [text(10e6, "gzip")], 1)).to.deep.equal(factsSettings(CONFIG, [text(80e6)], 1));
  });
});
