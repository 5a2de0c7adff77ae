import { expect } from "chai";
import fc from "fast-check";
import Papa from "papaparse";
import { inOrder } from "./blocks";
import { readContent, type SettingsPatch } from "./harness";

const PATCH: SettingsPatch = { input: { app: { constant: "app" }, time: { column: "ts", format: "epoch_s", zone: "UTC" } } };
const withHeader = (lines: string) => `user,ts,event\n${lines}`;

describe("reading CSV and TSV", () => {
  it("gives the rows that papaparse gives, for any quoting, delimiter and line ends", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", "b", '"', ",", "\t", "\n", " ", "é", "'"), maxLength: 5 });
    const record = fc.record({ user: field, ts: fc.constantFrom("1", "20", "x"), event: field, other: field });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 8 }),
        fc.constantFrom(",", "\t", ";"),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        async (records, delimiter, newline, quotes) => {
          const rows = records.map((r) => ({ other: r.other, user: r.user, ts: r.ts, event: r.event }));
          const text =
            Papa.unparse([{ other: "o", user: "u", ts: "1", event: "e" }, ...rows], { delimiter, newline, quotes }) + newline;
          const { events, counts } = await readContent(
            text,
            { ...PATCH, input: { ...PATCH.input, format: "csv", csv: { delimiter, header: null } } },
            "x.csv",
          );
          const parsed = Papa.parse<Record<string, string>>(text.trimEnd() === text ? text : text.slice(0, -newline.length), {
            header: true,
            delimiter,
            newline,
          }).data;
          const good = parsed.filter((r) => r["ts"] !== "x" && r["user"] !== "" && r["event"] !== "");
          expect(counts.rowsRead).to.equal(parsed.length);
          expect(inOrder(events.map((e) => [e.user, e.timeMs, e.name]))).to.deep.equal(
            inOrder(good.map((r) => [r["user"], Number(r["ts"]) * 1000, r["event"]])),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("reads the same in byte ranges, each with the header of the file", async () => {
    const text = withHeader(Array.from({ length: 200 }, (_, i) => `u${i % 9},${1000 + i},e${i % 3}\r\n`).join(""));
    const whole = await readContent(text, PATCH, "x.csv");
    for (const splitBytes of [50, 77, 400]) {
      const parts = await readContent(text, { ...PATCH, input: { ...PATCH.input, splitBytes } }, "x.csv");
      expect(parts.splitCount).to.be.greaterThan(5);
      expect(inOrder(parts.events)).to.deep.equal(inOrder(whole.events));
    }
  });

  it("reads a file with quotes whole, however large", async () => {
    const text = withHeader(`"a\nb",1,e\n`.repeat(100));
    const { events, splitCount } = await readContent(text, { ...PATCH, input: { ...PATCH.input, splitBytes: 64 } }, "x.csv");
    expect(splitCount).to.equal(1);
    expect(events.filter(({ user }) => user === "a\nb")).to.have.length(100);
  });

  it("sets aside rows with too few fields, extra text or text behind a quote, and goes on with the next line", async () => {
    const text = withHeader('a,1,e\nb,2\nc,3,e,extra\n"d"x,4,e\ne,5,e,,\n"open,6,e\nf,7,e\n');
    const { events, counts, dead } = await readContent(text, PATCH, "x.csv");
    expect(events.map(({ user }) => user)).to.have.members(["a", "e", "f"]);
    expect(counts.setAside).to.deep.equal({ malformed: 4 });
    expect(dead.map(({ raw, offset }) => [raw, offset])).to.deep.equal([
      ["b,2", 20],
      ["c,3,e,extra", 24],
      ['"d"x,4,e', 36],
      ['"open,6,e', 53],
    ]);
  });

  it("takes column names from the settings where the file has no header", async () => {
    const patch = {
      ...PATCH,
      input: { ...PATCH.input, format: "tsv" as const, csv: { delimiter: null, header: ["ts", "user", "event"] } },
    };
    const { events } = await readContent("5\tann\tsee\n", patch, "x.tsv");
    expect(events.map((e) => [e.user, e.timeMs, e.name])).to.deep.equal([["ann", 5000, "see"]]);
  });

  it("names the columns there are when one is not", async () => {
    const error = await readContent("who,ts,event\na,1,e\n", PATCH, "x.csv").then(
      () => null,
      (e: unknown) => e as { name: string; message: string; hints: string[] },
    );
    expect(error?.name).to.equal("UserError");
    expect(error?.message).to.match(/x\.csv has no column "user"$/);
    expect(error?.hints).to.deep.equal(["its columns are: who, ts, event"]);
  });
});
