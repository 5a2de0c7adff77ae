import type { AttributeConfig } from "../../model/config";

/** How a day's scored sessions become files. Plain data: it crosses to threads and engine workers as JSON. */
export interface WriteSettings {
  /** Output folder or URL. */
  readonly root: string;
  /** Local day of all sessions, `2016-07-01`. */
  readonly date: string;
  /** Part of every file name: same fingerprint, same bytes. */
  readonly fingerprint: string;
  readonly runId: string;
  readonly modelId: string;
  readonly attributes: readonly AttributeConfig[];
  /** Part files of the day; divides the number of shards. */
  readonly parts: number;
  /** Salt of user hashes, or null to write users as they are. */
  readonly salt: string | null;
  /** Folder of the receipts. */
  readonly receipts: string;
}

/** A file that a worker wrote, told to the driver in a file of its own. */
export interface Receipt {
  readonly table: string;
  readonly date: string;
  readonly part: number;
  /** Relative to the table's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /**
   * Sums over the rows. `sessions`: `events`, `duplicates`, `unknownEvents`, `users`; `daily`: `sessions`, sessions by category id
   * after `CATEGORY_SUM`, sessions and events by app after `APP_SESSIONS_SUM` and `APP_EVENTS_SUM`.
   */
  readonly sums: Readonly<Record<string, number>>;
}

/** Prefixes of the sums by category and by app. */
export const CATEGORY_SUM = "category:";
export const APP_SESSIONS_SUM = "app sessions:";
export const APP_EVENTS_SUM = "app events:";

/** Path of a part file below its table's folder. */
export const partPath = (date: string, part: number, fingerprint: string) =>
  `date=${date}/part-${String(part).padStart(5, "0")}-${fingerprint.slice(0, 16)}.parquet`;

export const receiptPath = ({ receipts }: Pick<WriteSettings, "receipts">, receipt: Pick<Receipt, "table" | "date" | "part">) =>
  `${receipts}/${receipt.date}/${receipt.table}-${String(receipt.part).padStart(5, "0")}.json`;

/** Output part of a shard. Shards are a multiple of the parts, so a user's part depends on the user and the number of parts alone. */
export const partOfShard = (shardKey: string, parts: number) => Number(shardKey.slice(shardKey.lastIndexOf("-") + 1)) % parts;

export const partKey = (part: number) => `part-${String(part).padStart(5, "0")}`;
