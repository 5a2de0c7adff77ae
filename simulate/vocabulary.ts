import { Random } from "./random";
import type { Scenario } from "./scenario";

export type EventKind = "user" | "background";

/** All event names of a scenario as small numbers, and how each client writes them. */
export interface Vocabulary {
  /** Event names as written, by id. */
  readonly names: readonly string[];
  readonly kinds: readonly EventKind[];
  /** Id of `event` as client number `client` logs it. The event is made when it is new. */
  idOf(event: string, client: number): number;
}

const THINGS = [
  "lid",
  "jar",
  "herb",
  "spice",
  "oven",
  "pan",
  "whisk",
  "crumb",
  "broth",
  "slice",
  "peel",
  "dough",
  "glaze",
  "sieve",
];
const PLACES = ["panel", "drawer", "corner", "banner", "strip", "sheet", "tray", "rail"];
const DEEDS = ["tap", "drag", "swipe", "expand", "close", "pin", "sort", "reset"];

/** Made-up names, at most 896, in an order fixed for good: the n-th is the same in every scenario. */
export function rareEventNames(count: number): string[] {
  const all = THINGS.flatMap((thing) => PLACES.flatMap((place) => DEEDS.map((deed) => `${thing}_${place}_${deed}`)));
  const random = new Random(17, 4, 9);
  for (let i = all.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [all[i], all[j]] = [all[j] as string, all[i] as string];
  }
  return all.slice(0, count);
}

export function vocabularyOf(scenario: Scenario): Vocabulary {
  const names: string[] = [];
  const kinds: EventKind[] = [];
  const idByName = new Map<string, number>();
  const clients = Object.values(scenario.clients);
  const idOfName = (name: string, kind: EventKind) => {
    let id = idByName.get(name);
    if (id === undefined) {
      id = names.length;
      idByName.set(name, id);
      names.push(name);
      kinds.push(kind);
    }
    return id;
  };
  for (const name of Object.keys(scenario.backgroundEvents)) idOfName(name, "background");
  return {
    names,
    kinds,
    idOf: (event, client) => idOfName(clients[client]?.ownNames[event] ?? event, "user"),
  };
}
