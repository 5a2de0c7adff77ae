import type {
  AddressRule,
  AttributeConfig,
  ColumnSource,
  Config,
  EventNameConfig,
  InputConfig,
  SessionsConfig,
  TimeFormat,
  TrafficConfig,
} from "../config";
import { absoluteFolder, absolutePath } from "./paths";
import { configSchema, type ParsedConfig } from "./schema";

type ParsedInput = ParsedConfig["input"];

/** Turns settings that keep every rule into the settings the program uses: short forms spelled out, paths absolute. */
export function normalise(parsed: ParsedConfig, baseDir: string): Config {
  const absolute = (path: string) => absolutePath(path, baseDir);
  const absoluteOrNull = (path: string | null) => (path === null ? null : absolute(path));
  const input = normaliseInput(parsed.input, parsed.zone, absolute);
  return {
    project: parsed.project,
    zone: parsed.zone,
    baseDir,
    input,
    apps: parsed.apps,
    sessions: { ...parsed.sessions, gapSeconds: gapsOf(parsed.sessions.gapSeconds) },
    traffic: normaliseTraffic(parsed.traffic, input.userAgent !== null),
    discovery: parsed.discovery,
    classifier: parsed.classifier,
    scoring: { ...parsed.scoring, model: parsed.scoring.model === null ? null : absoluteFolder(parsed.scoring.model, baseDir) },
    output: { ...parsed.output, path: absoluteFolder(parsed.output.path, baseDir) },
    runner: { ...parsed.runner, tempDir: absoluteOrNull(parsed.runner.tempDir) },
    catalogPath: absoluteOrNull(parsed.catalog),
  };
}

function normaliseInput(input: ParsedInput, projectZone: string, absolute: (path: string) => string): InputConfig {
  const { identityMap, user, time, event, app, userAgent, sessionId, eventId, receivedTime, paths, attributes, ...plain } = input;
  const webLog = input.format === "combined" || input.format === "common";
  return {
    ...plain,
    paths: [paths].flat().map(absolute),
    user: sourceOf(user ?? "host"),
    time: timeOf(time ?? { column: "time", format: webLog ? "clf" : "auto" }, projectZone),
    event: eventOf(event ?? { columns: "path", separator: " | ", address: true }),
    app: sourceOf(app),
    sessionId: sessionId === null ? null : sourceOf(sessionId),
    eventId: eventId === null ? null : sourceOf(eventId),
    userAgent: userAgentOf(userAgent, input.format),
    receivedTime: typeof receivedTime === "string" ? { column: receivedTime, format: "auto" } : receivedTime,
    attributes: attributes.map(attributeOf),
    identityMapPath: identityMap === null ? null : absolute(identityMap),
  };
}

function sourceOf(written: NonNullable<ParsedInput["user"]>): ColumnSource {
  if (typeof written === "string") return { column: written };
  return "constant" in written ? { constant: String(written.constant) } : written;
}

function userAgentOf(written: ParsedInput["userAgent"], format: ParsedInput["format"]): ColumnSource | null {
  if (written === undefined) return format === "combined" ? { column: "userAgent" } : null;
  return written === null ? null : sourceOf(written);
}

function timeOf(written: NonNullable<ParsedInput["time"]>, projectZone: string): InputConfig["time"] {
  const { column, format, zone } =
    typeof written === "string" ? { column: written, format: "auto" as TimeFormat, zone: undefined } : written;
  return { column, format, zone: zone ?? projectZone };
}

function eventOf(written: NonNullable<ParsedInput["event"]>): EventNameConfig {
  if (typeof written === "string" || Array.isArray(written)) {
    return { columns: [written].flat(), separator: " | ", address: null };
  }
  return { columns: [written.columns].flat(), separator: written.separator, address: addressOf(written.address) };
}

function addressOf(written: boolean | AddressRule): AddressRule | null {
  if (typeof written !== "boolean") {
    return {
      ...written,
      backgroundExtensions: written.backgroundExtensions.map((ending) => ending.toLowerCase().replace(/^\./, "")),
    };
  }
  return written ? DEFAULT_ADDRESS : null;
}

/** The rule that `address: true` stands for, read from the schema so that it is written down once. */
const DEFAULT_ADDRESS: AddressRule = (() => {
  const { event } = configSchema.parse({
    project: "-",
    input: { paths: "-", event: { columns: "-", address: {} } },
  }).input;
  return (event as { address: AddressRule }).address;
})();

function attributeOf({ name, column, type, take }: ParsedInput["attributes"][number]): AttributeConfig {
  return { name, column: column ?? name, type, take: take ?? (type === "number" ? "sum" : "first") };
}

function gapsOf(written: ParsedConfig["sessions"]["gapSeconds"]): SessionsConfig["gapSeconds"] {
  return typeof written === "number" ? { default: written } : { ...written, default: written["default"] as number };
}

function normaliseTraffic(traffic: ParsedConfig["traffic"], knowsUserAgent: boolean): TrafficConfig {
  return {
    ...traffic,
    robotsByUserAgent: traffic.robotsByUserAgent ?? knowsUserAgent,
    robotUsers: traffic.robotUsers.map(String),
    staffUsers: traffic.staffUsers.map(String),
  };
}
