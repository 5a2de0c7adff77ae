import { expect } from "chai";
import fc from "fast-check";
import { expandDateParts } from "../../../io/inputs/dateParts";
import { globToRegExp } from "../../../io/inputs/glob";
import { mayHold, spanByPath, type Span } from "../../../pipelines/score/inputSpans";

const spans = (zone: string, ...paths: string[]) => spanByPath({ paths, time: { column: "t", format: "auto", zone } });
const iso = (span: Span) => (span === null ? null : [new Date(span.fromMs).toISOString(), new Date(span.toMs).toISOString()]);

describe("times that a path tells", () => {
  it("come from its date parts, in the input's zone, also where the day has 23 hours", () => {
    const hourly = spans("Europe/Berlin", "/logs/{yyyy}/{MM}/{dd}/{HH}.jsonl.gz");
    expect(iso(hourly("/logs/2016/07/01/05.jsonl.gz"))).to.deep.equal(["2016-07-01T03:00:00.000Z", "2016-07-01T04:00:00.000Z"]);
    const daily = spans("Europe/Berlin", "/logs/web-*-{yyyy}-{MM}-{dd}.log");
    expect(iso(daily("/logs/web-7-2016-03-27.log"))).to.deep.equal(["2016-03-26T23:00:00.000Z", "2016-03-27T22:00:00.000Z"]);
    const monthly = spans("UTC", "s3://bucket/{yyyy}{MM}/**");
    expect(iso(monthly("s3://bucket/201612/a/b.csv"))).to.deep.equal(["2016-12-01T00:00:00.000Z", "2017-01-01T00:00:00.000Z"]);
  });

  it("are not known for other paths, for dates that do not exist, or without date parts", () => {
    const daily = spans("UTC", "/logs/{yyyy}-{MM}-{dd}.log", "/more/*.log");
    expect(daily("/logs/2016-13-01.log")).to.equal(null);
    expect(daily("/logs/x2016-12-01.log")).to.equal(null);
    expect(daily("/more/2016-12-01.log")).to.equal(null);
  });

  it("agree with the files that a listing over a time range looks for", () => {
    const pattern = "/logs/{yyyy}-{MM}-{dd}T{HH}.log";
    const zone = "America/New_York";
    const span = spans(zone, pattern);
    const start = Date.UTC(2016, 10, 5);
    fc.assert(
      fc.property(fc.nat(72), fc.integer({ min: 1, max: 40 }), fc.nat(72), (fromHour, hours, fileHour) => {
        const range = { fromMs: start + fromHour * 3_600_000, toMs: start + (fromHour + hours) * 3_600_000 };
        // Names of hours in a zone whose clocks go back in these days: one name may stand for two hours.
        const [path] = expandDateParts(
          pattern,
          { fromMs: start + fileHour * 3_600_000, toMs: start + fileHour * 3_600_000 + 1 },
          zone,
        ) as [string];
        const listed = expandDateParts(pattern, range, zone).some((one) => globToRegExp(one).test(path));
        expect(mayHold(span(path), range.fromMs, range.toMs)).to.equal(listed);
      }),
    );
  });

  it("leave a file in whose times nobody knows", () => {
    expect(mayHold(null, 0, 1)).to.equal(true);
    expect(mayHold({ fromMs: 5, toMs: 10 }, 10, 20)).to.equal(false);
    expect(mayHold({ fromMs: 5, toMs: 10 }, 9, 20)).to.equal(true);
    expect(mayHold({ fromMs: Infinity, toMs: -Infinity }, 0, 20)).to.equal(false);
  });
});
