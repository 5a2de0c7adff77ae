import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { UserError } from "../model/errors";
import { packageRoot } from "../model/packageRoot";

const share = z.number().min(0).max(1);
const weight = z.number().min(0).finite();
const count = z.int().min(0);
const day = z.int().min(0);
const eventName = z.string().regex(/^[a-z][a-z0-9_]*$/, "an event name is lower case letters, digits and _");
const weekdays = z.array(weight).length(7, "one factor per weekday, Monday first");
const weights = z.record(eventName, weight);

const client = z.strictObject({
  share: weight,
  gapSeconds: z.number().min(1).max(86_400),
  /** Median pause between two actions. */
  stepSeconds: z.number().positive(),
  agents: z.array(z.string()).min(1),
  mix: z.record(z.string(), weight).default({}),
  ownNames: z.record(eventName, eventName).default({}),
});

const category = z.strictObject({
  name: z.string(),
  weekdays,
  revenue: weight,
  earningShare: share,
  noise: z.boolean().default(false),
});

const behaviour = z.strictObject({
  category: z.string(),
  share: weight,
  /** Median number of user events. */
  length: z.number().min(1),
  newUserFactor: weight.default(1),
  events: weights,
});

const loggingChange = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("add"),
    day,
    event: eventName,
    after: eventName,
    chance: share,
    client: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("rename"), day, event: eventName, to: eventName, client: z.string().optional() }),
  z.strictObject({ kind: z.literal("double"), day, event: eventName, client: z.string().optional() }),
  z.strictObject({ kind: z.literal("drop"), day, event: eventName, client: z.string().optional() }),
]);

const schema = z.strictObject({
  product: z.string(),
  difficulty: share,
  structureless: z.boolean(),
  population: z.strictObject({
    dailyActiveShare: share,
    extraSessionsPerDay: z.number().min(0).max(20),
    weekdays,
    newUserShare: share,
    yearsBefore: z.number().min(0).max(30),
    countries: z.record(
      z.string().regex(/^[A-Z]{2}$/),
      z.strictObject({ share: weight, utcOffsetHours: z.number().min(-12).max(14) }),
    ),
    repeatShare: share,
    tasteSpread: z.number().min(0).max(5),
    secondClientShare: share,
    identityChangeShare: share,
    staffUsers: count,
  }),
  clients: z.record(z.string(), client),
  categories: z.record(z.string(), category),
  behaviours: z.record(z.string(), behaviour),
  commonEvents: weights,
  minorEvents: z.array(eventName).min(4),
  rareEvents: z.strictObject({ count, share }),
  backgroundEvents: z.record(eventName, z.union([share, z.literal("push")])),
  holidays: z.array(
    z.strictObject({
      name: z.string(),
      day,
      countries: z.array(z.string()),
      activity: weight,
      categories: z.record(z.string(), weight),
    }),
  ),
  experiments: z.array(
    z.strictObject({
      name: z.string(),
      client: z.string(),
      fromDay: day,
      userShare: share,
      event: eventName,
      after: eventName,
      chance: share,
    }),
  ),
  loggingChanges: z.array(loggingChange),
  robots: z.strictObject({ crawlers: count, fast: count, sleepless: count, flooding: count }),
  flaws: z.strictObject({
    duplicateShare: share,
    malformedShare: share,
    missingUserShare: share,
    clockAheadShare: share,
    lateSessionShare: share,
    justBelowGapShare: share,
    exactGapShare: share,
    endlessSessions: count,
  }),
  log: z.strictObject({
    timeFormat: z.enum(["iso", "epoch_ms"]),
    receivedTime: z.boolean(),
    country: z.boolean(),
    signup: z.boolean(),
    revenue: z.boolean(),
    agent: z.boolean(),
  }),
});

/** A whole fictitious product: who uses it, what they do there, what is wrong with its logs. `resources/demo-scenario.yaml` explains each key. */
export type Scenario = z.output<typeof schema>;

/** Some keys of a scenario, at any depth; the rest is the demo's. */
export type ScenarioOverrides = { readonly [key: string]: unknown };

/**
 * The demo scenario with `overrides` laid over it: mappings are merged key by key, a key set to null is taken out, all else is replaced.
 * @throws UserError listing every problem
 */
export function scenarioWith(overrides: ScenarioOverrides = {}): Scenario {
  const base = parseDocument(
    readFileSync(join(packageRoot(), "resources", "demo-scenario.yaml"), "utf8"),
  ).toJS() as ScenarioOverrides;
  return validated(merged(base, overrides), "the scenario");
}

/** @throws UserError when the file cannot be read or does not describe a scenario */
export function readScenario(path: string, overrides: ScenarioOverrides = {}): Scenario {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`cannot read the scenario ${path}: ${(error as Error).message}`);
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new UserError(
      `${path} is not valid YAML`,
      document.errors.map((error) => error.message.split("\n")[0] ?? ""),
    );
  }
  return scenarioWith(merged((document.toJS() ?? {}) as ScenarioOverrides, overrides));
}

function validated(value: unknown, what: string): Scenario {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new UserError(
      `${what} has problems`,
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  }
  const problems = crossProblems(parsed.data);
  if (problems.length > 0) throw new UserError(`${what} has problems`, problems);
  return parsed.data;
}

function crossProblems(scenario: Scenario): string[] {
  const problems: string[] = [];
  const known = (where: string, names: Iterable<string>, of: Readonly<Record<string, unknown>>, kind: string) => {
    for (const name of names) if (!(name in of)) problems.push(`${where}: there is no ${kind} ${name}`);
  };
  const { clients, categories, behaviours } = scenario;
  if (Object.keys(clients).length === 0) problems.push("clients: at least one is needed");
  if (Object.keys(clients).length > 255) problems.push("clients: at most 255");
  if (Object.keys(behaviours).length < 2 || Object.keys(behaviours).length > 255)
    problems.push("behaviours: 2 to 255 are needed");
  if (Object.values(categories).filter((c) => c.noise).length !== 1) problems.push("categories: exactly one has noise: true");
  for (const [name, { category: of, events }] of Object.entries(behaviours)) {
    known(`behaviours.${name}.category`, [of], categories, "category");
    const noise = categories[of]?.noise ?? false;
    if (!noise && Object.keys(events).length === 0)
      problems.push(`behaviours.${name}.events: at least the signature event is needed`);
  }
  for (const [name, { mix }] of Object.entries(clients)) known(`clients.${name}.mix`, Object.keys(mix), behaviours, "behaviour");
  scenario.holidays.forEach((h, i) => known(`holidays.${i}.categories`, Object.keys(h.categories), categories, "category"));
  scenario.experiments.forEach((e, i) => known(`experiments.${i}.client`, [e.client], clients, "client"));
  scenario.loggingChanges.forEach((c, i) => c.client && known(`loggingChanges.${i}.client`, [c.client], clients, "client"));
  return problems;
}

function merged(base: ScenarioOverrides, over: ScenarioOverrides): ScenarioOverrides {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = result[key];
    if (value === null) delete result[key];
    else if (isMapping(old) && isMapping(value)) result[key] = merged(old, value);
    else result[key] = value;
  }
  return result;
}

const isMapping = (value: unknown): value is ScenarioOverrides =>
  typeof value === "object" && value !== null && !Array.isArray(value);
