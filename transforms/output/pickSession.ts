import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
import { selectSessions } from "../../model/selectSessions";
import { decodeSessionBlock, encodeSessionBlock, stringAt } from "../../model/sessionBlock";
import { saltedHash } from "./sessionIds";

/** A session as the table names it. */
export interface SessionKey {
  readonly app: string;
  readonly user: string;
  readonly startMs: number;
  /** Salt under which the table hides users; null where it shows them. */
  readonly salt: string | null;
}

/** KV<shard, session block> → the one session of a key as a block of its own; given sessions may start together, then several. */
export class PickSessionFn extends BlockFn {
  constructor(private readonly wanted: SessionKey) {
    super();
  }

  override *process({ key, value }: KeyedBytes): Iterable<KeyedBytes> {
    const { app, user, startMs, salt } = this.wanted;
    const hash = salt === null ? null : saltedHash(salt);
    const block = decodeSessionBlock(value);
    const rows: number[] = [];
    for (let i = 0; i < block.sessionCount; i++) {
      if (block.startMs[i] !== startMs || stringAt(block.strings, block.app[i]!) !== app) continue;
      const name = stringAt(block.users, i);
      const shown = hash ? Buffer.from(hash(Buffer.from(name, "utf8"))).toString("utf8") : name;
      if (shown === user) rows.push(i);
    }
    if (rows.length > 0) yield { key, value: encodeSessionBlock(selectSessions(block, Uint32Array.from(rows))) };
  }
}

registered("transforms/output/pickSession", { PickSessionFn });
