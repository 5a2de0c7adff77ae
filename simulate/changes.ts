import type { Random } from "./random";
import type { Scenario } from "./scenario";
import type { Vocabulary } from "./vocabulary";
import { MAX_SESSION_EVENTS } from "./behaviours";
import { mixHash } from "../model/eventBlock";

interface Change {
  readonly client: number;
  readonly fromDay: number;
  readonly kind: "add" | "rename" | "double" | "drop";
  /** Event acted on: the one to add after, to rename, to double, to drop. */
  readonly at: number;
  /** Event that is added or renamed to; unused for the others. */
  readonly to: number;
  readonly chance: number;
  /** Share of users and its salt; 1 = everyone. */
  readonly userShare: number;
  readonly salt: number;
}

/** What happens to the logging as the product changes: experiments for some users, logging changes for all, each from a day on. */
export class ProductChanges {
  private readonly changes: readonly Change[];
  private readonly scratch = new Uint16Array(MAX_SESSION_EVENTS);

  constructor(scenario: Scenario, vocabulary: Vocabulary) {
    const clients = Object.keys(scenario.clients);
    const changes: Change[] = [];
    scenario.experiments.forEach(({ client, fromDay, userShare, event, after, chance }, i) => {
      const c = clients.indexOf(client);
      const at = vocabulary.idOf(after, c);
      changes.push({
        client: c,
        fromDay,
        kind: "add",
        at,
        to: vocabulary.idOf(event, c),
        chance,
        userShare,
        salt: 7919 * (i + 1),
      });
    });
    for (const change of scenario.loggingChanges) {
      clients.forEach((name, client) => {
        if (change.client !== undefined && change.client !== name) return;
        const { kind, day: fromDay } = change;
        const at = vocabulary.idOf(kind === "add" ? change.after : change.event, client);
        const to =
          kind === "add" ? vocabulary.idOf(change.event, client) : kind === "rename" ? vocabulary.idOf(change.to, client) : at;
        changes.push({ client, fromDay, kind, at, to, chance: kind === "add" ? change.chance : 1, userShare: 1, salt: 0 });
      });
    }
    this.changes = changes;
  }

  /** Applies all that holds for this user on this day to `events[0..length)` in place; the new length. */
  apply(random: Random, day: number, user: number, client: number, events: Uint16Array, length: number): number {
    for (const change of this.changes) {
      if (change.client !== client || day < change.fromDay || !isIn(change, user)) continue;
      let n = 0;
      for (let i = 0; i < length && n < MAX_SESSION_EVENTS - 1; i++) {
        const event = events[i] as number;
        const hit = event === change.at;
        if (hit && change.kind === "drop") continue;
        this.scratch[n++] = hit && change.kind === "rename" ? change.to : event;
        if (hit && change.kind === "double") this.scratch[n++] = event;
        if (hit && change.kind === "add" && random.next() < change.chance) this.scratch[n++] = change.to;
      }
      events.set(this.scratch.subarray(0, n));
      length = n;
    }
    return length;
  }
}

/** Whether an experiment's share of users holds this one; the same users on every day. */
const isIn = ({ userShare, salt }: Change, user: number) => userShare >= 1 || mixHash(user + salt) / 4294967296 < userShare;
