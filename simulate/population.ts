import { mixHash } from "../model/eventBlock";
import { cumulative, pick, Random } from "./random";
import type { Scenario } from "./scenario";

export const USER_KINDS = ["human", "staff", "crawler", "fast", "sleepless", "flooding"] as const;
export type UserKind = (typeof USER_KINDS)[number];

export const NONE = 255;
const NEVER = 0x7fff;

/**
 * All users as columns: humans first, then staff, then robots. About 20 bytes a user, so that a million fit in memory while their
 * events never do.
 */
export class Population {
  readonly size: number;
  readonly humans: number;
  readonly kind: Uint8Array;
  /** Client numbers; `NONE` where there is no second one. */
  readonly client: Uint8Array;
  readonly secondClient: Uint8Array;
  readonly country: Uint8Array;
  /** Day of sign-up relative to the first generated day, negative before it. */
  readonly signupDay: Int32Array;
  /** Known by the anonymous id before this day; 0 = never. */
  readonly knownFromDay: Int16Array;
  /** How often a user comes, relative to the mean of 1. */
  readonly activity: Float32Array;
  readonly countries: readonly { readonly code: string; readonly offsetMs: number }[];

  constructor(
    scenario: Scenario,
    humans: number,
    days: number,
    private readonly seed: number,
  ) {
    const { population, robots } = scenario;
    const kinds = (["staff", "crawler", "fast", "sleepless", "flooding"] as const).flatMap((kind) =>
      Array<UserKind>(kind === "staff" ? population.staffUsers : robots[kind === "crawler" ? "crawlers" : kind]).fill(kind),
    );
    const size = humans + kinds.length;
    this.size = size;
    this.humans = humans;
    this.kind = new Uint8Array(size);
    kinds.forEach((kind, i) => (this.kind[humans + i] = USER_KINDS.indexOf(kind)));
    this.client = new Uint8Array(size);
    this.secondClient = new Uint8Array(size).fill(NONE);
    this.country = new Uint8Array(size);
    this.signupDay = new Int32Array(size);
    this.knownFromDay = new Int16Array(size);
    this.activity = new Float32Array(size);
    this.countries = Object.entries(population.countries).map(([code, { utcOffsetHours }]) => ({
      code,
      offsetMs: Math.round(utcOffsetHours * 3_600_000),
    }));
    const clients = cumulative(Object.values(scenario.clients).map((c) => c.share));
    const countries = cumulative(Object.values(population.countries).map((c) => c.share));
    const random = new Random();
    for (let user = 0; user < size; user++) {
      random.seed(seed, user, 0x5eed);
      const person = user < humans;
      this.client[user] = this.kind[user] === USER_KINDS.indexOf("crawler") ? 0 : pick(clients, random.next());
      if (person && clients.length > 1 && random.next() < population.secondClientShare) {
        this.secondClient[user] = ((this.client[user] as number) + 1 + random.below(clients.length - 1)) % clients.length;
      }
      this.country[user] = pick(countries, random.next());
      const isNew = person && random.next() < population.newUserShare;
      this.signupDay[user] = isNew
        ? random.below(days)
        : -1 - random.below(Math.max(1, Math.round(population.yearsBefore * 365)));
      this.activity[user] = person ? 0.35 + 1.3 * random.next() : 3;
      if (person && days > 1 && random.next() < population.identityChangeShare)
        this.knownFromDay[user] = 1 + random.below(Math.min(days - 1, NEVER));
    }
  }

  kindOf(user: number): UserKind {
    return USER_KINDS[this.kind[user] as number] as UserKind;
  }

  /** Two words that make the id of a user; the first alone is different for every user. */
  idWords(user: number, anonymous: boolean): readonly [high: number, low: number] {
    const salted = (user ^ Math.imul(this.seed, 0x9e3779b1) ^ (anonymous ? 0x2545f491 : 0)) >>> 0;
    return [mixHash(salted), mixHash(salted ^ 0x68bc21eb) & 0xffff];
  }

  /** The id as logged: `u` or `anon-` and 12 hex digits. */
  idOf(user: number, anonymous = false): string {
    const [high, low] = this.idWords(user, anonymous);
    return (anonymous ? "anon-" : "u") + high.toString(16).padStart(8, "0") + low.toString(16).padStart(4, "0");
  }

  /** Taste of a user: a factor per category, the same every day. */
  fillTaste(user: number, spread: number, random: Random, out: Float64Array): void {
    random.seed(this.seed, user, 0x7a57e);
    for (let i = 0; i < out.length; i++) out[i] = Math.exp(spread * random.gauss());
  }
}
