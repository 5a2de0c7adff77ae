import type { ColumnGlance } from "./columnGlance";

/** Which column is what, as far as names and values tell; null where none fits. */
export interface ColumnGuess {
  readonly user: string | null;
  readonly time: string | null;
  /** One column, rarely several to be joined; empty when none fits. */
  readonly event: readonly string[];
  readonly app: string | null;
  readonly sessionId: string | null;
  readonly userAgent: string | null;
  readonly eventId: string | null;
  readonly robot: string | null;
}

/** Names that speak for a role, best first; compared without case and separators, on the last part of a path and on the whole. */
const NAMES = {
  user: [
    "userid",
    "user",
    "uid",
    "userpseudoid",
    "username",
    "clientid",
    "visitorid",
    "customerid",
    "memberid",
    "accountid",
    "distinctid",
    "anonymousid",
    "deviceid",
    "persistentsessionid",
    "playerid",
    "personid",
    "client",
    "visitor",
    "customer",
    "actor",
    "host",
    "ip",
    "clientip",
    "remoteaddr",
  ],
  time: [
    "eventtime",
    "timestamp",
    "eventtimestamp",
    "time",
    "ts",
    "clienttime",
    "occurredat",
    "createdat",
    "datetime",
    "date",
    "servertime",
    "receivedat",
  ],
  event: [
    "event",
    "eventname",
    "eventtype",
    "action",
    "activity",
    "name",
    "type",
    "verb",
    "screen",
    "screenname",
    "page",
    "path",
    "url",
    "uri",
    "request",
    "namespace",
    "method",
  ],
  app: [
    "app",
    "appid",
    "appname",
    "application",
    "platform",
    "client",
    "clienttype",
    "product",
    "os",
    "devicetype",
    "device",
    "source",
    "site",
  ],
  sessionId: ["sessionid", "session", "visitid", "gasessionid", "sid"],
  userAgent: ["useragent", "httpuseragent", "ua", "agent"],
  eventId: ["eventid", "insertid", "messageid", "eventuuid", "uuid", "id"],
  robot: ["isrobot", "isbot", "robot", "bot"],
} as const;

const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9.]/g, "");

function rank(names: readonly string[], column: ColumnGlance): number {
  const parts = plainName(column.name).split(".");
  // `context.user.id` is known as `id`, `userid` and `contextuserid`.
  const forms = [1, 2, parts.length].map((count) => parts.slice(-count).join(""));
  const at = names.findIndex((name) => forms.includes(name));
  return at < 0 ? Infinity : at;
}

/** Guesses the role of each column from `rowCount` sampled rows. A column gets one role; roles are given in this order. */
export function guessColumns(columns: readonly ColumnGlance[], rowCount: number): ColumnGuess {
  const taken = new Set<string>();
  const pick = (
    names: readonly string[],
    fits: (column: ColumnGlance) => boolean,
    fallback?: (column: ColumnGlance) => number,
  ) => {
    const open = columns.filter((column) => !taken.has(column.name) && column.type !== "empty" && fits(column));
    const named = open.filter((column) => rank(names, column) < Infinity).sort((a, b) => rank(names, a) - rank(names, b))[0];
    const scored =
      fallback === undefined ? undefined : open.filter((c) => fallback(c) > 0).sort((a, b) => fallback(b) - fallback(a))[0];
    const found = named ?? scored ?? null;
    if (found !== null) taken.add(found.name);
    return found?.name ?? null;
  };
  const time = pick(
    NAMES.time,
    (c) => c.timeFormat !== null && c.filledShare > 0.9,
    (c) => c.filledShare,
  );
  const userAgent = pick(NAMES.userAgent, (c) => c.samples.some((value) => /^[\w.-]+\/[\d.]+|^Mozilla/.test(value)));
  const robot = pick(NAMES.robot, (c) => c.type === "boolean" || c.distinct <= 2);
  const sessionId = pick(NAMES.sessionId, (c) => c.filledShare > 0.9 && c.distinct > 1);
  const isName = (c: ColumnGlance) => c.type === "text" && c.filledShare > 0.5;
  const user =
    pick(
      NAMES.user,
      (c) => c.filledShare > 0.5 && c.type !== "boolean" && c.timeFormat === null && (c.distinct > 1 || rowCount < 20),
    ) ??
    // A log without users, but with sessions: each session stands for a user.
    sessionId;
  const repeats = (c: ColumnGlance) => c.distinct >= 2 && c.distinct <= Math.max(20, rowCount * 0.5);
  const event =
    pick(NAMES.event, (c) => isName(c) && (repeats(c) || c.isAddress)) ??
    pick([], isName, (c) => (c.distinct >= 3 && c.distinct <= 500 && c.distinct < rowCount * 0.2 ? c.filledShare : 0));
  const app = pick(NAMES.app, (c) => isName(c) && c.distinct <= 20 && c.filledShare > 0.9 && !c.isAddress);
  const eventId = pick(NAMES.eventId, (c) => c.filledShare === 1 && c.distinct === rowCount && rowCount >= 20);
  return { user, time, event: event === null ? [] : [event], app, sessionId, userAgent, eventId, robot };
}
