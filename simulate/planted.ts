import { isoDate, MS_PER_DAY } from "./calendar";
import type { Counts } from "./counts";
import type { Population } from "./population";
import type { Scenario } from "./scenario";
import type { Vocabulary } from "./vocabulary";

/** What is in the logs by design: `truth/planted.json`. Dates are UTC days, user ids as logged. */
export interface Planted {
  readonly product: string;
  readonly seed: number;
  readonly firstDate: string;
  readonly days: number;
  readonly difficulty: number;
  readonly structureless: boolean;
  readonly clients: readonly { readonly app: string; readonly gapSeconds: number }[];
  readonly categories: readonly { readonly id: string; readonly name: string; readonly noise: boolean }[];
  readonly behaviours: readonly { readonly id: string; readonly category: string; readonly signature: string | null }[];
  readonly events: readonly { readonly name: string; readonly kind: "user" | "background" }[];
  readonly changes: readonly { readonly date: string; readonly what: string; readonly event: string }[];
  readonly users: {
    readonly humans: number;
    readonly staff: readonly string[];
    readonly robots: readonly { readonly user: string; readonly kind: string }[];
  };
  readonly counts: Counts;
}

export function plantedOf(
  scenario: Scenario,
  population: Population,
  vocabulary: Vocabulary,
  counts: Counts,
  settings: { readonly seed: number; readonly days: number; readonly firstDayMs: number },
): Planted {
  const dateOf = (day: number) => isoDate(settings.firstDayMs + day * MS_PER_DAY);
  const others = Array.from({ length: population.size - population.humans }, (_, i) => population.humans + i);
  return {
    product: scenario.product,
    seed: settings.seed,
    firstDate: dateOf(0),
    days: settings.days,
    difficulty: scenario.difficulty,
    structureless: scenario.structureless,
    clients: Object.entries(scenario.clients).map(([app, { gapSeconds }]) => ({ app, gapSeconds })),
    categories: Object.entries(scenario.categories).map(([id, { name, noise }]) => ({ id, name, noise })),
    behaviours: Object.entries(scenario.behaviours).map(([id, b]) => ({
      id,
      category: b.category,
      signature: Object.keys(b.events)[0] ?? null,
    })),
    events: vocabulary.names.map((name, i) => ({ name, kind: vocabulary.kinds[i] as "user" | "background" })),
    changes: [
      ...scenario.loggingChanges.map((c) => ({ date: dateOf(c.day), what: describe(c), event: c.event })),
      ...scenario.experiments.map((e) => ({
        date: dateOf(e.fromDay),
        what: `experiment ${e.name}: ${e.event} after ${e.after} for ${Math.round(e.userShare * 100)} % of ${e.client} users`,
        event: e.event,
      })),
      ...scenario.holidays.map((h) => ({
        date: dateOf(h.day),
        what: `holiday ${h.name} in ${h.countries.join(", ") || "all countries"}`,
        event: "",
      })),
    ].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)),
    users: {
      humans: population.humans,
      staff: others.filter((user) => population.kindOf(user) === "staff").map((user) => population.idOf(user)),
      robots: others
        .filter((user) => population.kindOf(user) !== "staff")
        .map((user) => ({ user: population.idOf(user), kind: population.kindOf(user) })),
    },
    counts,
  };
}

function describe(change: Scenario["loggingChanges"][number]): string {
  const where = change.client ? ` on ${change.client}` : "";
  switch (change.kind) {
    case "add":
      return `${change.event} is logged after ${Math.round(change.chance * 100)} % of ${change.after}${where}`;
    case "rename":
      return `${change.event} is called ${change.to}${where}`;
    case "double":
      return `${change.event} is logged twice${where}`;
    case "drop":
      return `${change.event} is no longer logged${where}`;
  }
}
