import type { KeyedBytes } from "../../beam/types";
import { KeyTable } from "../../io/formats/keyTable";
import { encodeUserSet, UserHasher } from "../../model/userSet";
import type { IdentityMap, Person, Persons } from "./identityMap";
import type { TimeRange } from "./readSettings";

/** Whose users to remember: all of each day's `range`, as they stand in the logs. Plain data. */
export interface UsersByDaySettings {
  /** Put before users when they are hashed; empty where they are no secret. */
  readonly salt: string;
  /** At most `MAX_DAYS`; ranges may overlap. */
  readonly days: readonly { readonly date: string; readonly range: TimeRange }[];
}

/** Days of one job that users can be told apart by: bits of an integer. */
const MAX_DAYS = 32;

/** Followed by the date: keys of the sets. */
export const USERS_KEY = "users/";

/** An identity map that remembers who was looked up: which users have events in the times of which day. */
export class UsersByDay implements Persons {
  private readonly users = new KeyTable();
  /** By user: bit i is set when the user was seen in the times of day i. */
  private daysOf = new Uint32Array(1024);
  /** By user: the alias that it is, or -1. Found once: maps are large, and most users of a split come again and again. */
  private aliasOf = new Int32Array(1024);
  private readonly hasher: UserHasher;
  /** The times around the event before, all of the same days: logs are nearly in order of time. */
  private fromMs = 0;
  private toMs = 0;
  private days = 0;

  /** @throws RangeError for more days than bits */
  constructor(
    private readonly map: IdentityMap,
    private readonly settings: UsersByDaySettings,
  ) {
    if (settings.days.length > MAX_DAYS)
      throw new RangeError(`users of at most ${MAX_DAYS} days, not of ${settings.days.length}`);
    this.hasher = new UserHasher(settings.salt);
  }

  find(bytes: Uint8Array, start: number, end: number, hash: number, timeMs: number): Person | null {
    if (timeMs < this.fromMs || timeMs >= this.toMs) this.seek(timeMs);
    const known = this.users.count;
    const id = this.users.intern(0, bytes, start, end, hash);
    if (id === known) {
      if (id === this.daysOf.length) this.grow();
      this.daysOf[id] = 0;
      this.aliasOf[id] = this.map.aliasId(bytes, start, end, hash);
    }
    this.daysOf[id]! |= this.days;
    const alias = this.aliasOf[id]!;
    return alias < 0 ? null : this.map.personAt(alias, timeMs);
  }

  /** The set of each day that has users, `KV<"users/" date, user set>`; forgets them. */
  drain(): KeyedBytes[] {
    const { users, daysOf, hasher } = this;
    const hashes = new Float64Array(users.count);
    for (let id = 0; id < users.count; id++) hashes[id] = hasher.of(users.arena, users.offsets[id]!, users.offsets[id + 1]!);
    const sets = this.settings.days.flatMap(({ date }, day) => {
      const own = hashes.filter((_, id) => ((daysOf[id]! >>> day) & 1) === 1);
      return own.length === 0 ? [] : [{ key: `${USERS_KEY}${date}`, value: encodeUserSet(own) }];
    });
    users.clear();
    return sets;
  }

  private grow(): void {
    const [days, aliases] = [new Uint32Array(this.daysOf.length * 2), new Int32Array(this.daysOf.length * 2)];
    days.set(this.daysOf);
    aliases.set(this.aliasOf);
    this.daysOf = days;
    this.aliasOf = aliases;
  }

  /** Finds the days whose times hold `timeMs`, and how far around it the same is true. */
  private seek(timeMs: number): void {
    this.fromMs = -Infinity;
    this.toMs = Infinity;
    this.days = 0;
    this.settings.days.forEach(({ range }, day) => {
      if (range.fromMs <= timeMs && timeMs < range.toMs) this.days |= 1 << day;
      for (const edgeMs of [range.fromMs, range.toMs]) {
        if (edgeMs <= timeMs) this.fromMs = Math.max(this.fromMs, edgeMs);
        else this.toMs = Math.min(this.toMs, edgeMs);
      }
    });
  }
}
