import { expect } from "chai";
import { brokenRules } from "../../../model/config/rules";
import { configSchema, type WrittenConfig } from "../../../model/config/schema";

const INPUT = { paths: "logs", user: "u", time: "t", event: "e" };

/** What the rules say about these settings, as `path: text`. */
function told(more: Partial<WrittenConfig>, input: Partial<WrittenConfig["input"]> = {}): string[] {
  const config = configSchema.parse({ project: "shop", ...more, input: { ...INPUT, ...input } });
  return brokenRules(config).map(({ path, text }) => `${path.join(".")}: ${text}`);
}

const CASES: [rule: string, broken: string[], message: RegExp, kept: string[]][] = [
  [
    "user, time and event are named, but in web-server logs",
    told({}, { user: undefined, time: undefined }),
    /^input.user: is missing: name its column\ninput.time: is missing: name its column$/,
    told({}, { format: "combined", user: undefined, time: undefined, event: undefined }),
  ],
  [
    "time zones exist",
    told({ zone: "Mars/Olympus" }, { time: { column: "t", zone: "UCT+1" } }),
    /^zone: "Mars\/Olympus" is not an IANA time zone.*\ninput.time.zone: "UCT\+1" is not an IANA time zone/,
    told({ zone: "America/Sao_Paulo" }, { time: { column: "t", zone: "Asia/Kolkata" } }),
  ],
  [
    "web-server logs have fixed columns",
    told({}, { format: "common", user: "ip", time: "time", event: "path" }),
    /^input.user: web-server logs have no column "ip"; they have host, user, time/,
    told({}, { format: "common", user: "host", time: "time", event: ["method", "path"] }),
  ],
  [
    "settings of CSV need CSV",
    told({}, { format: "jsonl", csv: { delimiter: ";" } }),
    /^input.csv: is only for CSV and TSV, but `input.format` is jsonl$/,
    told({}, { format: "csv", csv: { delimiter: ";" } }),
  ],
  [
    "an address is one column",
    told({}, { event: { columns: ["host", "path"], address: true } }),
    /^input.event.address: shortens one column/,
    told({}, { event: { columns: ["path"], address: true } }),
  ],
  [
    "date parts of paths are known",
    told({}, { paths: ["a/*.csv", "b/{YYYY}/*.csv"] }),
    /^input.paths.1: \{YYYY\} is no date part; there are \{yyyy\}, \{MM\}, \{dd\}, \{HH\}$/,
    told({}, { paths: "b/{yyyy}/{MM}-{dd}T{HH}/*.{csv,tsv}" }),
  ],
  [
    "attributes have free names",
    told({}, { attributes: [{ name: "revenue" }, { name: "category" }, { name: "revenue" }] }),
    /^input.attributes.1.name: "category" is a column of every session table.*\ninput.attributes.2.name: "revenue" is used twice$/,
    told({}, { attributes: [{ name: "revenue" }, { name: "country" }] }),
  ],
  [
    "text is not summed",
    told({}, { attributes: [{ name: "country", take: "sum" }] }),
    /^input.attributes.0.take: text cannot be summed/,
    told({}, { attributes: [{ name: "revenue", type: "number", take: "sum" }] }),
  ],
  [
    "gaps per app have a default",
    told({ sessions: { gapSeconds: { web: 60 } } }),
    /^sessions.gapSeconds: needs `default`/,
    told({ sessions: { gapSeconds: { web: 60, default: 1800 } } }),
  ],
  [
    "gaps are no longer than the cap",
    told({ sessions: { gapSeconds: { default: 1800, tv: 7201 }, maxHours: 2 } }),
    /^sessions.gapSeconds.tv: 7201 s is longer than `sessions.maxHours` \(2 h\)$/,
    told({ sessions: { gapSeconds: 7200, maxHours: 2 } }),
  ],
  [
    "robots by user agent need one",
    told({ traffic: { robotsByUserAgent: true } }),
    /^traffic.robotsByUserAgent: needs `input.userAgent`/,
    told({ traffic: { robotsByUserAgent: true } }, { userAgent: "ua" }),
  ],
  [
    "nobody is robot and staff",
    told({ traffic: { robotUsers: ["7"], staffUsers: ["1", 7] } }),
    /^traffic.staffUsers.1: "7" is also among `traffic.robotUsers`$/,
    told({ traffic: { robotUsers: ["7"], staffUsers: ["8"] } }),
  ],
  [
    "URLs lead to stores that are known",
    told(
      { output: { path: "hdfs://cluster/out" }, scoring: { model: "s3:///models/1" }, runner: { tempDir: "gs://b/tmp" } },
      { paths: ["logs", "http://host/logs"], identityMap: "ftp://x/y" },
    ),
    /^input.paths.1: files at http:\/\/ cannot be read; use a path of this machine, s3:\/\/ or gs:\/\/\ninput.identityMap: files at ftp:.*\nscoring.model: "s3:\/\/\/models\/1" names no bucket\noutput.path: files at hdfs:.*\nrunner.tempDir: must be a folder of this machine$/,
    told(
      { output: { path: "gs://bucket" }, scoring: { model: "s3://bucket/models/1" }, catalog: "file:///etc/catalog.yaml" },
      { paths: ["s3://logs/{yyyy}/*.gz", "C:/logs"], identityMap: "gs://b/identity.csv" },
    ),
  ],
  [
    "the range of k is a range",
    told({ discovery: { kMin: 9, kMax: 8 } }),
    /^discovery.kMin: 9 is above `discovery.kMax` \(8\)$/,
    told({ discovery: { kMin: 8, kMax: 8 } }),
  ],
  [
    "samples can hold the clusters",
    told({ discovery: { kMax: 8, sampleSessions: 15 } }),
    /^discovery.sampleSessions: 15 sessions cannot make 8 clusters/,
    told({ discovery: { kMax: 8, sampleSessions: 16 } }),
  ],
  [
    "pseudonyms need salt",
    told({ output: { pseudonymize: true } }),
    /^output.salt: is needed to pseudonymize/,
    told({ output: { pseudonymize: true, salt: "pepper" } }),
  ],
  [
    "windows are refused where an engine cuts them wrong",
    told({ sessions: { method: "windows" }, runner: { kind: "flink" } }),
    /^sessions.method: `windows` is refused on flink: Flink's batch mode merges session windows wrongly/,
    told({ sessions: { method: "windows" }, runner: { kind: "spark" } }),
  ],
];

describe("rules across settings", () => {
  for (const [rule, broken, message, kept] of CASES) {
    it(rule, () => {
      expect(broken.join("\n")).to.match(message);
      expect(kept).to.deep.equal([]);
    });
  }
});
