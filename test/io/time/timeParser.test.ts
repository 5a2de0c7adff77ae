import { expect } from "chai";
import fc from "fast-check";
import { DateTime } from "luxon";
import type { TimeFormat } from "../../../model/config";
import { numberOf, TimeParser } from "../../../io/time/timeParser";

const parse = (text: string, format: TimeFormat = "auto", zone = "UTC") => {
  const bytes = Buffer.from(`>${text}<`, "utf8");
  return new TimeParser(format, zone).parse(bytes, 1, bytes.length - 1);
};
const instant = fc.integer({ min: Date.UTC(1970, 0, 2), max: Date.UTC(2100, 0, 1) });

describe("TimeParser", () => {
  it("reads ISO times as luxon does, with and without offset, in zones with clock changes", () => {
    const layouts = [
      "yyyy-MM-dd'T'HH:mm:ss.SSSZZ",
      "yyyy-MM-dd'T'HH:mm:ss.SSSZZZ",
      "yyyy-MM-dd HH:mm:ss.SSS",
      "yyyy-MM-dd HH:mm",
      "yyyy-MM-dd",
    ];
    const zones = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"];
    fc.assert(
      fc.property(instant, fc.constantFrom(...layouts), fc.constantFrom(...zones), (ms, layout, zone) => {
        const text = DateTime.fromMillis(ms, { zone }).toFormat(layout);
        const again = DateTime.fromFormat(text, layout, { zone });
        const offsets = [parse(text, "iso", zone), parse(text, "auto", zone)];
        // A clock reading that comes twice has two right answers: the reading must be the same.
        for (const found of offsets) expect(DateTime.fromMillis(found, { zone }).toFormat(layout)).to.equal(text);
        if (layout.endsWith("Z")) expect(offsets).to.deep.equal([again.toMillis(), again.toMillis()]);
      }),
      { numRuns: 500 },
    );
  });

  it("moves a clock reading that is skipped forward, and takes the first of one that comes twice", () => {
    expect(parse("2024-03-31 02:30:00", "iso", "Europe/Berlin")).to.equal(Date.UTC(2024, 2, 31, 1, 30));
    expect(parse("2024-10-27 02:30:00", "iso", "Europe/Berlin")).to.equal(Date.UTC(2024, 9, 27, 0, 30));
    expect(parse("2024-10-27 03:30:00", "iso", "Europe/Berlin")).to.equal(Date.UTC(2024, 9, 27, 2, 30));
  });

  it("reads the forms logs write", () => {
    const noon = Date.UTC(2024, 1, 29, 12, 0, 1);
    for (const text of [
      "2024-02-29T12:00:01Z",
      "2024-02-29t12:00:01z",
      "2024-02-29 12:00:01 UTC",
      "2024-02-29T14:00:01+02:00",
      "2024-02-29T07:30:01-0430",
      "2024-02-29 12:00:01 +00",
    ]) {
      expect(parse(text), text).to.equal(noon);
    }
    expect(parse("2024-02-29T12:00:01.123456789Z")).to.equal(noon + 123);
    expect(parse("2024-02-29T12:00:01,5Z")).to.equal(noon + 500);
    expect(parse("29/Feb/2024:13:00:01 +0100")).to.equal(noon);
    expect(parse("29.02.2024 13:00:01", { pattern: "dd.MM.yyyy HH:mm:ss" }, "Europe/Berlin")).to.equal(noon);
    expect(parse("2024-02-29T23:59:60Z")).to.equal(Date.UTC(2024, 2, 1));
    expect(parse("2024-02-29T24:00:00Z")).to.equal(Date.UTC(2024, 2, 1));
  });

  it("refuses what is no time", () => {
    const texts = [
      "2023-02-29",
      "2024-13-01",
      "2024-00-10",
      "2024-1-1",
      "2024-02-29T25:00",
      "2024-02-29T12:60",
      "2024-02-29T12:00:01.Z",
      "2024-02-29Tnoon!",
      "2024-02-29T12:00:01+1",
      "2024-02-29T12:00:01 CET",
      "29/Foo/2024:13:00:01 +0100",
      "30/Feb/2024:13:00:01 +0100",
      "x",
      "12:00",
      "NaN",
      "Infinity",
      "1e400",
      "--5",
      "1.2.3",
    ];
    for (const text of texts) expect(parse(text), text).to.be.NaN;
  });

  it("takes epoch numbers by their size, or as the format says, and cuts fractions exactly", () => {
    expect(parse("1538341610")).to.equal(1538341610000);
    expect(parse("1538341610616")).to.equal(1538341610616);
    expect(parse("1538341610616002")).to.equal(1538341610616);
    expect(parse("1538341610.616")).to.equal(1538341610616);
    expect(parse("1.5e9")).to.equal(1.5e12);
    expect(parse("99999999999", "epoch_ms")).to.equal(99999999999);
    expect(parse("-1", "epoch_ms")).to.equal(-1);
    expect(parse("-0.0005", "epoch_s")).to.equal(-1);
    expect(parse("9007199254740993", "epoch_ms")).to.be.NaN;
    fc.assert(
      fc.property(instant, (ms) => {
        expect(parse(`${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, "0")}`, "epoch_s")).to.equal(ms);
      }),
    );
  });

  it("refuses a zone that is none", () => {
    expect(() => new TimeParser("iso", "Mars/Olympus")).to.throw('"Mars/Olympus" is not a time zone');
  });
});

describe("numberOf", () => {
  it("gives what Number gives for every way of writing a number, and NaN else", () => {
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer().map(String),
      fc.stringMatching(/^-?\d{1,17}(\.\d{0,25})?$/),
      fc.stringMatching(/^[-+.\deE]{0,6}$/),
    );
    fc.assert(
      fc.property(text, (value) => {
        const bytes = Buffer.from(`1${value}1`);
        const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value);
        expect(numberOf(bytes, 1, bytes.length - 1)).to.deep.equal(isNumber ? Number(value) : NaN);
      }),
      { numRuns: 2000 },
    );
  });
});
