import { createHash } from "node:crypto";
import { UserError } from "../../model/errors";
import { csvRecords } from "../../io/formats/csvText";
import { KeyTable } from "../../io/formats/keyTable";
import { polyHash } from "../../io/formats/rows";
import { unreadable } from "../../io/inputs/byteSource";
import { placeOf } from "../../io/places/place";
import { TimeParser } from "../../io/time/timeParser";

/** Someone with several ids. */
export interface Person {
  readonly user: Uint8Array;
  /** `polyHash` of `user`. */
  readonly hash: number;
}

/** Tells who is who. */
export interface Persons {
  /** The person behind the user in `bytes[start..end]` at that time, or null when the user stands for itself. */
  find(bytes: Uint8Array, start: number, end: number, hash: number, timeMs: number): Person | null;
}

interface Target extends Person {
  readonly fromMs: number;
}

/** From when on an alias stands for whom. */
export interface IdentityStep {
  readonly fromMs: number;
  readonly user: Uint8Array;
}

/**
 * Aliases → users: the table at `input.identityMapPath`, a CSV with a header `alias,user[,valid_from]`. An alias with `valid_from` holds
 * for events at or after that time; before its first one the alias stands for itself. One step: a user that is an alias too is not
 * followed further.
 */
export class IdentityMap implements Persons {
  private readonly aliases = new KeyTable();
  private readonly targets: Target[][] = [];

  /** @throws UserError naming the file and line of a row that cannot be used */
  constructor(csv: string, file: string, zone: string) {
    const [header, ...rows] = csvRecords(csv, ",");
    const columns = ["alias", "user", "valid_from"].map((name) => (header ?? []).indexOf(name));
    const [aliasAt, userAt, fromAt] = columns as [number, number, number];
    if (aliasAt < 0 || userAt < 0) {
      throw new UserError(
        `${file}: the identity map needs the columns alias and user, found ${(header ?? []).join(", ") || "none"}`,
      );
    }
    const times = new TimeParser("auto", zone);
    rows.forEach((row, i) => {
      const alias = Buffer.from(row[aliasAt] ?? "", "utf8");
      const user = Buffer.from(row[userAt] ?? "", "utf8");
      const from = Buffer.from(fromAt < 0 ? "" : (row[fromAt] ?? ""), "utf8");
      const fromMs = from.length === 0 ? -Infinity : times.parse(from, 0, from.length);
      if (alias.length === 0 || user.length === 0 || user.includes(0) || Number.isNaN(fromMs)) {
        throw new UserError(`${file}: row ${i + 1} of the identity map has no alias, no user or a valid_from that is no time`);
      }
      const id = this.aliases.intern(0, alias, 0, alias.length, polyHash(alias, 0, alias.length));
      (this.targets[id] ??= []).push({ fromMs, user, hash: polyHash(user, 0, user.length) });
    });
    for (const list of this.targets) list.sort((a, b) => b.fromMs - a.fromMs);
  }

  get aliasCount(): number {
    return this.aliases.count;
  }

  /** Aliases are numbered by first sight in the file. */
  aliasOf(id: number): Uint8Array {
    return this.aliases.bytesOf(id);
  }

  /** Whom an alias stands for from some time on and for ever; null for one that is itself, or several one after the other. */
  onlyStepOf(id: number): IdentityStep | null {
    const [first, ...others] = this.targets[id]!;
    return first === undefined || others.length > 0 || Buffer.compare(first.user, this.aliasOf(id)) === 0 ? null : first;
  }

  /**
   * Whom an alias stands for during `[fromMs, toMs)`: the first step at `fromMs` unless that is itself, then one each time that it is
   * someone else. Empty when it stands for itself all the time.
   */
  stepsOf(id: number, fromMs: number, toMs: number): IdentityStep[] {
    const steps: IdentityStep[] = [{ fromMs, user: this.aliasOf(id) }];
    for (const target of [...this.targets[id]!].reverse()) {
      if (target.fromMs >= toMs) break;
      const step = { fromMs: Math.max(fromMs, target.fromMs), user: target.user };
      // Of several targets from the same time on, `find` takes the one that is first in the list, hence last here.
      if (steps.at(-1)?.fromMs === step.fromMs) steps.pop();
      steps.push(step);
    }
    return steps.filter(({ user }, i) => Buffer.compare(user, i === 0 ? this.aliasOf(id) : steps[i - 1]!.user) !== 0);
  }

  find(bytes: Uint8Array, start: number, end: number, hash: number, timeMs: number): Person | null {
    const id = this.aliasId(bytes, start, end, hash);
    return id < 0 ? null : this.personAt(id, timeMs);
  }

  /** -1 when `bytes[start..end]` is no alias. */
  aliasId(bytes: Uint8Array, start: number, end: number, hash: number): number {
    return this.aliases.find(0, bytes, start, end, hash);
  }

  /** Whom an alias stands for at that time; null when for itself. */
  personAt(id: number, timeMs: number): Person | null {
    for (const target of this.targets[id]!) {
      if (target.fromMs <= timeMs) return target;
    }
    return null;
  }
}

/**
 * Hash of the identity map at `path`, by which workers know the one that a job means; null for no path.
 * @throws UserError when it cannot be read
 */
export async function identityHashOf(path: string | null): Promise<string | null> {
  return path === null ? null : hashOf(await readBytes(path));
}

/**
 * @param hash of the map that is meant
 * @throws UserError when the map cannot be read or used, or is another one by now
 */
export async function readIdentityMap(path: string, zone: string, hash: string): Promise<IdentityMap> {
  const bytes = await readBytes(path);
  if (hashOf(bytes) !== hash) throw new UserError(`${path} changed while it was used`, ["run again when the file is complete"]);
  return new IdentityMap(Buffer.from(bytes).toString("utf8"), path, zone);
}

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await placeOf(path).read(path);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(`the identity map ${path}`, error);
  }
}
