import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { loadConfig, parseConfig } from "../../../model/config/load";
import { configSchema } from "../../../model/config/schema";
import { alternativesOf, jsonSchemaOf, type JsonSchema } from "../../../model/config/schemaTree";
import type { Config } from "../../../model/config";
import { UserError } from "../../../model/errors";
import { packageRoot } from "../../../model/packageRoot";
import { useTempDir } from "../../support/tempDir";

const resource = (name: string) => readFileSync(join(packageRoot(), "resources", name), "utf8");
const load = (text: string, overrides = {}) => parseConfig(text, { file: "sessionary.yaml", baseDir: "/project" }, overrides);

const MINIMAL: Config = {
  project: "shop",
  zone: "UTC",
  baseDir: "/project",
  catalogPath: null,
  input: {
    paths: ["/project/logs/*.jsonl"],
    format: "auto",
    csv: { delimiter: null, header: null },
    user: { column: "user_id" },
    time: { column: "ts", format: "auto", zone: "UTC" },
    event: { columns: ["name"], separator: " | ", address: null },
    app: { constant: "app" },
    sessionId: null,
    eventId: null,
    userAgent: null,
    receivedTime: null,
    attributes: [],
    clockToleranceSeconds: 300,
    splitBytes: 16_777_216,
    identityMapPath: null,
    maxBadRowShare: 0.05,
    maxLineBytes: 1_048_576,
    deadLetterRawBytes: 4_096,
  },
  apps: { rename: {}, only: null },
  sessions: { gapSeconds: { default: 1_800 }, maxHours: 12, minEvents: 1, method: "cut", shards: "auto" },
  traffic: {
    robotsByUserAgent: false,
    robotUsers: [],
    staffUsers: [],
    robotColumn: null,
    behaviour: {
      maxEventsPerHour: null,
      maxHoursAwakePerDay: null,
      minPauseVariation: null,
      maxOneEventShare: null,
      minEventsForRules: 100,
    },
  },
  discovery: {
    sampleSessions: 50_000,
    minEventShare: 0.05,
    minVariance: 0.8,
    components: null,
    kMin: 4,
    kMax: 16,
    k: {},
    clusterSampleSessions: 5_000,
    claraRuns: 5,
    assignTo: "mean",
    stabilitySubsets: 50,
    nullRuns: 10,
    seed: 1,
    weighting: "count",
  },
  classifier: {
    trees: 250,
    leafRule: "nodesize",
    minLeaf: "auto",
    testShare: 1 / 3,
    seed: 1,
    maxCategoryError: 0.15,
    maxScoringEvents: 24,
  },
  scoring: {
    model: null,
    minConfidence: 0.5,
    minBatchSessions: 1_000,
    maxUnknownEventShare: 0.2,
    minSessions: 0,
    maxDaysLate: 3,
  },
  output: { path: "/project/output", pseudonymize: false, salt: "", parts: "auto" },
  runner: {
    kind: "direct",
    jobEndpoint: null,
    workerPool: null,
    parallelism: 2,
    threads: "auto",
    spillMegabytes: 512,
    tempDir: null,
    deadlineSeconds: null,
    engineOptions: {},
  },
};

const REFERENCE: Config = {
  project: "shop",
  zone: "Europe/Berlin",
  baseDir: "/project",
  catalogPath: "/project/catalog.yaml",
  input: {
    paths: ["/project/logs/*.jsonl.gz"],
    format: "jsonl",
    csv: { delimiter: null, header: null },
    user: { column: "user_id" },
    time: { column: "ts", format: "epoch_ms", zone: "UTC" },
    event: { columns: ["category", "action"], separator: " | ", address: null },
    app: { column: "platform" },
    sessionId: null,
    eventId: { column: "event_id" },
    userAgent: { column: "user_agent" },
    receivedTime: { column: "received_at", format: "auto" },
    attributes: [{ name: "revenue", column: "order_value", type: "number", take: "sum" }],
    clockToleranceSeconds: 300,
    splitBytes: 16_777_216,
    identityMapPath: "/project/identities.csv",
    maxBadRowShare: 0.05,
    maxLineBytes: 1_048_576,
    deadLetterRawBytes: 4_096,
  },
  apps: { rename: { iOS: "iphone" }, only: ["iphone", "web"] },
  sessions: { gapSeconds: { default: 1_800, iphone: 900 }, maxHours: 12, minEvents: 1, method: "cut", shards: "auto" },
  traffic: {
    robotsByUserAgent: true,
    robotUsers: [],
    staffUsers: ["u-17", "u-42"],
    robotColumn: "is_bot",
    behaviour: {
      maxEventsPerHour: 3_000,
      maxHoursAwakePerDay: 22,
      minPauseVariation: 0.05,
      maxOneEventShare: 0.99,
      minEventsForRules: 100,
    },
  },
  discovery: { ...MINIMAL.discovery, k: { web: 8 } },
  classifier: { ...MINIMAL.classifier, testShare: 0.25 },
  scoring: { ...MINIMAL.scoring, model: "/project/output/models/0123456789abcdef" },
  output: { path: "/project/output", pseudonymize: false, salt: "change-me", parts: "auto" },
  runner: { ...MINIMAL.runner, jobEndpoint: "localhost:8099", workerPool: "localhost:50000", tempDir: "/project/tmp" },
};

describe("the sample settings", () => {
  it("config.minimal.yaml gives every default", () => {
    expect(load(resource("config.minimal.yaml"))).to.deep.equal(MINIMAL);
  });

  it("config.reference.yaml gives what it says", () => {
    expect(load(resource("config.reference.yaml"))).to.deep.equal(REFERENCE);
  });

  it("config.reference.yaml shows every key of the schema, each with its description", () => {
    const text = resource("config.reference.yaml");
    const prose = text.replace(/\n\s*# /g, " ");
    const check = (schema: JsonSchema, value: unknown, path: string): void => {
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        expect(value, path).to.have.property(key);
        expect(prose, `${path}.${key}`).to.contain(property.description);
        const inner = (value as Record<string, unknown>)[key];
        const part: unknown = Array.isArray(inner) ? inner[0] : inner;
        const forms = alternativesOf(property).flatMap((form) => (form.items ? alternativesOf(form.items) : [form]));
        const map = forms.find(({ properties }) => properties !== undefined);
        if (map && typeof part === "object" && part !== null) check(map, part, `${path}.${key}`);
      }
    };
    check(jsonSchemaOf(configSchema), parse(text), "");
  });
});

describe("short forms", () => {
  it("of web-server logs need no columns", () => {
    const { input, traffic } = load("project: site\ninput: { paths: access.log, format: combined }");
    expect(input).to.deep.include({
      user: { column: "host" },
      time: { column: "time", format: "clf", zone: "UTC" },
      userAgent: { column: "userAgent" },
      app: { constant: "app" },
    });
    expect(input.event.columns).to.deep.equal(["path"]);
    expect(input.event.address).to.deep.include({ depth: 2, dropQuery: true });
    expect(traffic.robotsByUserAgent).to.equal(true);
  });

  it("of times take the project's zone, and their own where given", () => {
    const zoneOf = (time: string) =>
      load(`project: p\nzone: Asia/Tokyo\ninput: { paths: a, user: u, event: e, time: ${time} }`).input.time.zone;
    expect(zoneOf("t")).to.equal("Asia/Tokyo");
    expect(zoneOf("{ column: t, format: epoch_s }")).to.equal("Asia/Tokyo");
    expect(zoneOf("{ column: t, zone: UTC }")).to.equal("UTC");
  });

  it("of attributes sum numbers and take the first text, from the column of the same name", () => {
    const { attributes } = load(
      "project: p\ninput: { paths: a, user: u, time: t, event: e, attributes: [{ name: revenue, type: number }, { name: country }] }",
    ).input;
    expect(attributes).to.deep.equal([
      { name: "revenue", column: "revenue", type: "number", take: "sum" },
      { name: "country", column: "country", type: "string", take: "first" },
    ]);
  });

  it("leave URLs and absolute paths alone", () => {
    const config = load(
      "project: p\ninput: { paths: ['s3://bucket/{yyyy}/*.gz', /data/x, y], user: u, time: t, event: e }\noutput: { path: gs://b/out }",
    );
    expect(config.input.paths).to.deep.equal(["s3://bucket/{yyyy}/*.gz", "/data/x", "/project/y"]);
    expect(config.output.path).to.equal("gs://b/out");
  });
});

describe("loadConfig", () => {
  const dir = useTempDir();

  it("resolves paths against the folder of the file", async () => {
    const file = join(dir(), "sessionary.yaml");
    writeFileSync(file, resource("config.minimal.yaml"));
    const config = await loadConfig(file);
    expect(config.baseDir).to.equal(dir());
    expect(config.input.paths).to.deep.equal([join(dir(), "logs/*.jsonl")]);
  });

  it("lets the command line win over the file, and checks rules on what is left", () => {
    const text = `${resource("config.minimal.yaml")}sessions: { method: windows }\nrunner: { kind: spark, threads: 8 }\n`;
    expect(load(text, { runner: { threads: 1 } }).runner).to.include({ kind: "spark", threads: 1 });
    expect(() => load(text, { runner: { kind: "flink" } })).to.throw(UserError);
  });

  it("says what to do when there is no file", async () => {
    const error = await loadConfig(join(dir(), "nowhere.yaml")).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).message).to.equal(`there is no ${join(dir(), "nowhere.yaml")}`);
    expect((error as UserError).hints.join()).to.contain("sessionary init");
  });

  it("says why a file cannot be read", async () => {
    const error = await loadConfig(dir()).catch((e: unknown) => e);
    expect((error as UserError).message).to.equal(`${dir()} cannot be read (EISDIR)`);
  });
});
