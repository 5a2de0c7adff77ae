import { IANAZone } from "luxon";
import { UserError } from "../../model/errors";

const BUCKET_MS = 15 * 60_000;

/**
 * Local clock time of a zone → UTC. Offsets change at quarter hours only, so each quarter hour is asked once. A local time that the
 * clock skips is moved forward by the jump; of one that comes twice the first is meant, as in luxon.
 */
export class LocalZone {
  private readonly offsets = new Map<number, number>();
  private readonly zone: IANAZone | null;
  private lastBucket = NaN;
  private lastOffsetMs = 0;

  /** @throws UserError for a name that is no IANA zone */
  constructor(name: string) {
    this.zone = /^(utc|etc\/utc|gmt|z)$/i.test(name) ? null : IANAZone.create(name);
    if (this.zone !== null && !this.zone.isValid) {
      throw new UserError(`"${name}" is not a time zone; use an IANA name such as Europe/Berlin or UTC`);
    }
  }

  /** UTC epoch ms of the clock reading `localMs` (epoch ms as if the zone were UTC). */
  toUtc(localMs: number): number {
    if (this.zone === null) return localMs;
    const bucket = Math.floor(localMs / BUCKET_MS);
    if (bucket !== this.lastBucket) {
      let offset = this.offsets.get(bucket);
      if (offset === undefined) {
        offset = this.offsetAtLocal(this.zone, bucket * BUCKET_MS);
        this.offsets.set(bucket, offset);
      }
      this.lastBucket = bucket;
      this.lastOffsetMs = offset;
    }
    return localMs - this.lastOffsetMs;
  }

  private offsetAtLocal(zone: IANAZone, localMs: number): number {
    const offsetAt = (utcMs: number) => zone.offset(utcMs) * 60_000;
    // The offsets before and after any change nearby: the earlier one holds where both fit (clock set back) or none does (set forward).
    const before = offsetAt(localMs - 86_400_000);
    const after = offsetAt(localMs + 86_400_000);
    for (const offset of [before, after]) {
      if (offsetAt(localMs - offset) === offset) return offset;
    }
    return before;
  }
}
