import { IANAZone } from "luxon";
import { nearestName } from "../didYouMean";
import { SESSION_COLUMNS, WEB_LOG_COLUMNS } from "./names";
import { urlProblem } from "./paths";
import type { ParsedConfig } from "./schema";

/** One broken rule: which key, and what to do about it. */
export interface BrokenRule {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

type Rule = (config: ParsedConfig) => BrokenRule[];

const broken = (path: readonly PropertyKey[], text: string): BrokenRule => ({ path, text });
const isWebLog = ({ input }: ParsedConfig) => input.format === "combined" || input.format === "common";

/** User, time and event have no default but in web-server logs. */
const columnsAreNamed: Rule = (config) =>
  isWebLog(config)
    ? []
    : (["user", "time", "event"] as const)
        .filter((key) => config.input[key] === undefined)
        .map((key) => broken(["input", key], "is missing: name its column"));

/** Every zone is one that this machine knows. */
const zonesExist: Rule = ({ zone, input }) => {
  const written: [PropertyKey[], string | undefined][] = [
    [["zone"], zone],
    [["input", "time", "zone"], typeof input.time === "object" ? input.time.zone : undefined],
  ];
  return written.flatMap(([path, name]) => {
    if (name === undefined || IANAZone.isValidZone(name)) return [];
    const near = nearestName(name, Intl.supportedValuesOf("timeZone"));
    const advice = near === null ? "such as Europe/Berlin or UTC" : `did you mean \`${near}\`?`;
    return [broken(path, `"${name}" is not an IANA time zone; ${advice}`)];
  });
};

/** Web-server logs have fixed columns. */
const webLogColumnsExist: Rule = (config) => {
  if (!isWebLog(config)) return [];
  const { user, time, event, app, userAgent } = config.input;
  const columnOf = (source: typeof user | null) =>
    typeof source === "string" ? [source] : source && "column" in source ? [source.column] : [];
  const eventColumns = typeof event === "object" && !Array.isArray(event) ? event.columns : (event ?? []);
  const used: [string, string[]][] = [
    ["user", columnOf(user)],
    ["time", typeof time === "object" ? [time.column] : columnOf(time)],
    ["event", typeof eventColumns === "string" ? [eventColumns] : eventColumns],
    ["app", columnOf(app)],
    ["userAgent", columnOf(userAgent)],
  ];
  return used.flatMap(([key, columns]) =>
    columns
      .filter((column) => !WEB_LOG_COLUMNS.includes(column))
      .map((column) => {
        return broken(["input", key], `web-server logs have no column "${column}"; they have ${WEB_LOG_COLUMNS.join(", ")}`);
      }),
  );
};

/** Settings of CSV files mean nothing elsewhere. */
const csvSettingsNeedCsv: Rule = ({ input }) => {
  const { format, csv } = input;
  const isCsv = format === "csv" || format === "tsv" || format === "auto";
  return !isCsv && (csv.delimiter !== null || csv.header !== null)
    ? [broken(["input", "csv"], `is only for CSV and TSV, but \`input.format\` is ${format}`)]
    : [];
};

/** An address is one column. */
const addressHasOneColumn: Rule = ({ input: { event } }) =>
  typeof event === "object" &&
  !Array.isArray(event) &&
  event.address !== false &&
  Array.isArray(event.columns) &&
  event.columns.length > 1
    ? [broken(["input", "event", "address"], "shortens one column, but `columns` names several")]
    : [];

const datePartsAreKnown: Rule = ({ input: { paths } }) =>
  [paths]
    .flat()
    .flatMap((path, i) =>
      [...path.matchAll(/\{([^{},]*)\}/g)]
        .filter(([, part]) => !["yyyy", "MM", "dd", "HH"].includes(part ?? "") && /^[A-Za-z]+$/.test(part ?? ""))
        .map(([part]) =>
          broken(
            Array.isArray(paths) ? ["input", "paths", i] : ["input", "paths"],
            `${part} is no date part; there are {yyyy}, {MM}, {dd}, {HH}`,
          ),
        ),
    );

/** URLs lead to stores that are known, and to a bucket there; temporary files stay on this machine. */
const urlsLeadSomewhere: Rule = ({ input: { paths, identityMap }, scoring, output, catalog, runner }) => {
  const written: [PropertyKey[], string | null][] = [
    ...[paths].flat().map((path, i): [PropertyKey[], string] => [["input", "paths", ...(Array.isArray(paths) ? [i] : [])], path]),
    [["input", "identityMap"], identityMap],
    [["scoring", "model"], scoring.model],
    [["output", "path"], output.path],
    [["catalog"], catalog],
  ];
  const problems = written.flatMap(([path, text]) => {
    const problem = text === null ? null : urlProblem(text);
    return problem === null ? [] : [broken(path, problem)];
  });
  const isUrl = runner.tempDir !== null && /^[a-z][a-z0-9+.-]+:\/\//i.test(runner.tempDir);
  return isUrl ? [...problems, broken(["runner", "tempDir"], "must be a folder of this machine")] : problems;
};

/** Carried attributes have their own names in the session table. */
const attributeNamesAreFree: Rule = ({ input: { attributes } }) =>
  attributes.flatMap(({ name }, i) => {
    const path = ["input", "attributes", i, "name"];
    if (SESSION_COLUMNS.includes(name))
      return [broken(path, `"${name}" is a column of every session table; choose another name`)];
    return attributes.findIndex((other) => other.name === name) < i ? [broken(path, `"${name}" is used twice`)] : [];
  });

const textIsNotSummed: Rule = ({ input: { attributes } }) =>
  attributes.flatMap(({ type, take }, i) =>
    type === "string" && take === "sum"
      ? [broken(["input", "attributes", i, "take"], "text cannot be summed; set `type: number`")]
      : [],
  );

const gapsHaveADefault: Rule = ({ sessions: { gapSeconds } }) =>
  typeof gapSeconds === "object" && gapSeconds["default"] === undefined
    ? [broken(["sessions", "gapSeconds"], "needs `default`, for apps without a gap of their own")]
    : [];

const gapsAreShorterThanTheCap: Rule = ({ sessions: { gapSeconds, maxHours } }) =>
  Object.entries(typeof gapSeconds === "number" ? { "": gapSeconds } : gapSeconds)
    .filter(([, seconds]) => seconds > maxHours * 3600)
    .map(([app, seconds]) =>
      broken(
        ["sessions", "gapSeconds", ...(app === "" ? [] : [app])],
        `${seconds} s is longer than \`sessions.maxHours\` (${maxHours} h)`,
      ),
    );

const robotsNeedAUserAgent: Rule = (config) =>
  config.traffic.robotsByUserAgent === true && (config.input.userAgent ?? null) === null && config.input.format !== "combined"
    ? [broken(["traffic", "robotsByUserAgent"], "needs `input.userAgent`, the column with the user agent")]
    : [];

const nobodyIsRobotAndStaff: Rule = ({ traffic: { robotUsers, staffUsers } }) =>
  staffUsers
    .map((user, i) => ({ user, i }))
    .filter(({ user }) => robotUsers.map(String).includes(String(user)))
    .map(({ user, i }) => broken(["traffic", "staffUsers", i], `"${user}" is also among \`traffic.robotUsers\``));

const kRangeIsARange: Rule = ({ discovery: { kMin, kMax } }) =>
  kMin > kMax ? [broken(["discovery", "kMin"], `${kMin} is above \`discovery.kMax\` (${kMax})`)] : [];

const samplesAreLargeEnough: Rule = ({ discovery: { kMax, sampleSessions } }) =>
  sampleSessions < 2 * kMax
    ? [broken(["discovery", "sampleSessions"], `${sampleSessions} sessions cannot make ${kMax} clusters (\`discovery.kMax\`)`)]
    : [];

const pseudonymsNeedSalt: Rule = ({ output: { pseudonymize, salt } }) =>
  pseudonymize && salt === ""
    ? [broken(["output", "salt"], "is needed to pseudonymize: any secret text, kept the same for good")]
    : [];

const windowsAreRightOnTheEngine: Rule = ({ sessions: { method }, runner: { kind } }) => {
  if (method !== "windows") return [];
  const reasons: Partial<Record<typeof kind, string>> = {
    flink: "Flink's batch mode merges session windows wrongly when more than one task runs, and says the job is done",
    portable: "nobody has checked that this engine merges session windows right",
    dataflow: "nobody has checked that Dataflow merges session windows right",
  };
  const reason = reasons[kind];
  return reason === undefined
    ? []
    : [broken(["sessions", "method"], `\`windows\` is refused on ${kind}: ${reason}. Use \`cut\``)];
};

/** Every rule across keys; each looks at one thing and all are heard. */
const RULES: readonly Rule[] = [
  columnsAreNamed,
  zonesExist,
  webLogColumnsExist,
  csvSettingsNeedCsv,
  addressHasOneColumn,
  datePartsAreKnown,
  urlsLeadSomewhere,
  attributeNamesAreFree,
  textIsNotSummed,
  gapsHaveADefault,
  gapsAreShorterThanTheCap,
  robotsNeedAUserAgent,
  nobodyIsRobotAndStaff,
  kRangeIsARange,
  samplesAreLargeEnough,
  pseudonymsNeedSalt,
  windowsAreRightOnTheEngine,
];

/** All broken rules of settings whose single values are in order. */
export const brokenRules = (config: ParsedConfig): BrokenRule[] => RULES.flatMap((rule) => rule(config));
