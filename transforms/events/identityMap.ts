import { UserError } from "../../model/errors";
import { csvRecords } from "../../io/formats/csvText";
import { KeyTable } from "../../io/formats/keyTable";
import { polyHash } from "../../io/formats/rows";
import { TimeParser } from "../../io/time/timeParser";

interface Target {
  readonly fromMs: number;
  readonly user: Uint8Array;
  readonly hash: number;
}

/**
 * Aliases → users: the table at `input.identityMapPath`, a CSV with a header `alias,user[,valid_from]`. An alias with `valid_from` holds
 * for events at or after that time; before its first one the alias stands for itself. One step: a user that is an alias too is not
 * followed further.
 */
export class IdentityMap {
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

  /** The user behind `bytes[start..end]` at that time, or null when it stands for itself. */
  find(bytes: Uint8Array, start: number, end: number, hash: number, timeMs: number): { user: Uint8Array; hash: number } | null {
    const id = this.aliases.find(0, bytes, start, end, hash);
    if (id < 0) return null;
    for (const target of this.targets[id]!) {
      if (target.fromMs <= timeMs) return target;
    }
    return null;
  }
}
