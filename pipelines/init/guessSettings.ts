import type { ColumnGlance } from "../../io/glance/columnGlance";
import type { Glance } from "../../io/glance/glance";
import type { AddressRule } from "../../model/config";
import { shortenAddress } from "../../transforms/events/address";

/** One setting as a first look suggests it. */
export interface GuessedSetting {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Why; shown to the user and written beside the value. */
  readonly why: string;
}

/** Names of numeric columns worth carrying into the session table. */
const MONEY = /(revenue|amount|price|turnover|order_?value|transaction_?value|purchase_?value)$/i;
/** Names of text columns worth carrying. */
const TRAITS = /^(country|country_?(code|iso_?code|name)|region|language|locale|plan|segment|cohort)$/i;
const MOST_TRAIT_VALUES = 300;

/** Settings that a glance at logs suggests, in the order in which they are written. Nothing is guessed that nothing speaks for. */
export function guessSettings(glance: Glance, project: string, paths: readonly string[]): GuessedSetting[] {
  const guesses: GuessedSetting[] = [];
  const add = (path: string, value: unknown, why: string) => guesses.push({ path: path.split("."), value, why });
  const column = (name: string | null) => glance.columns.find((candidate) => candidate.name === name);
  const { guess, format } = glance;
  const time = column(guess.time);
  const zoneMatters = time !== undefined && !time.hasOffset;

  add("project", project, "by the folder; shown on pages and in manifests");
  add(
    "zone",
    "UTC",
    `${zoneMatters ? "the times carry no zone and are read in this one; " : ""}the day that owns a session is local to it; such as Europe/Berlin`,
  );
  add("input.paths", paths.length === 1 ? paths[0] : paths, `${many(glance.fileCount, "file")}`);
  add("input.format", format, "by the first lines");
  if (format === "csv" && glance.delimiter !== null && glance.delimiter !== ",") {
    add("input.csv.delimiter", glance.delimiter, "cuts the first lines into equal columns");
  }
  const user = column(guess.user);
  if (user) add("input.user", user.name, `${many(user.distinct, "value")} in ${many(glance.rowsSeen, "row")}`);
  if (time) {
    const written = { column: time.name, format: time.timeFormat ?? "auto" };
    add("input.time", written, `times${zoneMatters ? " without a zone" : ""}${samplesOf(time)}`);
  }
  addEvent(glance, add);
  addApp(glance, add);
  const session = column(guess.sessionId);
  if (session) {
    add(
      "input.sessionId",
      session.name,
      `${many(session.distinct, "value")}; take this line out to cut sessions by pauses instead`,
    );
  }
  const eventId = column(guess.eventId);
  if (eventId) add("input.eventId", eventId.name, "one value a row: finds duplicates");
  const userAgent = column(guess.userAgent);
  if (userAgent) add("input.userAgent", userAgent.name, "flags robots that say so");
  const attributes = attributesOf(glance);
  if (attributes.length > 0) add("input.attributes", attributes, "carried into the session table");
  const robot = column(guess.robot);
  if (robot) add("traffic.robotColumn", robot.name, "true, 1 or yes marks a robot");
  return guesses;
}

const many = (n: number, noun: string) => `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;

function samplesOf({ samples }: ColumnGlance): string {
  const shown = samples.slice(0, 2).map((value) => oneLine(value, 40));
  return shown.length > 0 ? `, such as ${shown.join(", ")}` : "";
}

const oneLine = (text: string, most: number) => {
  const flat = text.replace(/\s+/g, " ");
  return flat.length > most ? `${flat.slice(0, most - 1)}…` : flat;
};

function addEvent(glance: Glance, add: (path: string, value: unknown, why: string) => void): void {
  const name = glance.guess.event[0];
  const column = glance.columns.find((candidate) => candidate.name === name);
  if (name === undefined || column === undefined) return;
  if (!column.isAddress && !isWebLog(glance)) {
    add("input.event", name, `${many(column.distinct, "name")}${samplesOf(column)}`);
    return;
  }
  const depth = bestDepth(glance.events);
  const names = new Set(namesAtDepth(glance.events, depth).keys());
  add(
    "input.event",
    { columns: name, address: { depth } },
    `addresses: the first ${depth === 1 ? "part" : `${depth} parts`} of the path make ${many(names.size, "name")}; requests for images, styles and scripts are background events`,
  );
}

const isWebLog = ({ format }: Glance) => format === "combined" || format === "common";

/** Names with the rows seen of each, at a depth of the path; background events left out. */
function namesAtDepth(events: Glance["events"], depth: number): Map<string, number> {
  const rule: AddressRule = { depth, dropQuery: true, backgroundExtensions: BACKGROUND };
  const names = new Map<string, number>();
  for (const { value, rows } of events) {
    const { name, background } = shortenAddress(value, rule);
    if (!background) names.set(name, (names.get(name) ?? 0) + rows);
  }
  return names;
}

const BACKGROUND = [
  "gif",
  "jpg",
  "jpeg",
  "png",
  "ico",
  "svg",
  "webp",
  "css",
  "js",
  "map",
  "woff",
  "woff2",
  "ttf",
  "xbm",
  "mpg",
  "wav",
];
/** A name counts when it makes up this share of the rows: rarer ones are long tail. */
const FREQUENT = 0.005;

/** Share of the frequent names of the best depth that a smaller depth must reach to be preferred. */
const NEARLY_AS_MANY = 0.8;

/** The smallest depth with nearly as many frequent names as any. */
function bestDepth(events: Glance["events"]): number {
  const frequent = [1, 2, 3].map((depth) => {
    const counts = [...namesAtDepth(events, depth).values()];
    const total = counts.reduce((sum, n) => sum + n, 0);
    return counts.filter((n) => n >= FREQUENT * total).length;
  });
  return 1 + frequent.findIndex((n) => n >= NEARLY_AS_MANY * Math.max(...frequent));
}

function addApp(glance: Glance, add: (path: string, value: unknown, why: string) => void): void {
  const { guess, apps } = glance;
  if (guess.app === null) {
    add("input.app", { constant: isWebLog(glance) ? "web" : "app" }, "no column names the client, so all logs are of one");
    return;
  }
  const total = apps.reduce((sum, { rows }) => sum + rows, 0);
  const shown = apps.slice(0, 5).map(({ value, rows }) => `${oneLine(value, 30)} ${Math.round((100 * rows) / total)} %`);
  add("input.app", guess.app, `${many(apps.length, "client")}: ${shown.join(", ")}${apps.length > 5 ? ", …" : ""}`);
}

interface GuessedAttribute {
  readonly name: string;
  readonly column?: string;
  readonly type: "number" | "string";
}

function attributesOf({ columns }: Glance): GuessedAttribute[] {
  return columns.flatMap(({ name, type, distinct }): GuessedAttribute[] => {
    const last = name.slice(name.lastIndexOf(".") + 1);
    const isMoney = type === "number" && MONEY.test(last);
    const isTrait = type === "text" && TRAITS.test(last) && distinct <= MOST_TRAIT_VALUES;
    if (!isMoney && !isTrait) return [];
    const plain = last
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, "_")
      .replace(/^[^a-z]+/, "");
    return [{ name: plain, ...(plain !== name && { column: name }), type: isMoney ? "number" : "string" }];
  });
}
