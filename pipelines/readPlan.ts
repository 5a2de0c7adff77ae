import { unreadable } from "../io/inputs/byteSource";
import { listInputFiles } from "../io/inputs/listFiles";
import type { InputFile } from "../io/inputs/inputFile";
import { placeOf } from "../io/places/place";
import type { Catalogue } from "../model/catalogue";
import { parseCatalogue } from "../model/catalogueFile";
import type { Config } from "../model/config";
import { UserError } from "../model/errors";
import { identityHashOf } from "../transforms/events/identityMap";
import { readSettingsOf, type ReadSettings, type TimeRange } from "../transforms/events/readSettings";

/** What a job reads, decided before it starts. */
export interface ReadPlan {
  readonly files: readonly InputFile[];
  readonly settings: ReadSettings;
  /** Bytes of all files as they lie there. */
  readonly bytes: number;
}

/** Lists the files that overlap `range` (null = all), reads catalogue and identity map, and chooses the number of shards. */
export async function planRead(config: Config, range: TimeRange | null): Promise<ReadPlan> {
  const files = await listInputFiles(config.input, range);
  const catalogue = await readCatalogue(config.catalogPath);
  const identityHash = await identityHashOf(config.input.identityMapPath);
  const shards = config.sessions.shards === "auto" ? autoShards(files) : config.sessions.shards;
  return {
    files,
    settings: readSettingsOf(config, { catalogue, identityHash }, range, shards),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** @throws UserError naming the file when it cannot be read or is not a catalogue */
export async function readCatalogue(path: string | null): Promise<Catalogue | null> {
  if (path === null) return null;
  let bytes: Uint8Array;
  try {
    bytes = await placeOf(path).read(path);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(`the catalogue ${path}`, error);
  }
  return parseCatalogue(Buffer.from(bytes).toString("utf8"), path);
}

/** Bytes of text behind one event, and how much smaller compressed files are: rough, and only the size of shards hangs on it. */
const BYTES_PER_EVENT = 90;
const COMPRESSION = { none: 1, gzip: 8, zstd: 9 } as const;
const PARQUET = 5;
const EVENTS_PER_SHARD = 200_000;
const MIN_SHARDS = 8;
/** Every split makes a block a shard: with more shards than this, blocks would be small, and all that is done per block would grow. */
const ENOUGH_SHARDS = 256;
const MOST_EVENTS_PER_SHARD = 1_000_000;
const MAX_SHARDS = 4096;

/**
 * A power of two, so that about 200,000 events share a shard, or up to a million where that would be more than 256 shards. It depends on
 * the files alone, not on the machine.
 */
export function autoShards(files: readonly Pick<InputFile, "bytes" | "compression" | "format">[]): number {
  const text = files.reduce(
    (sum, { bytes, compression, format }) => sum + bytes * COMPRESSION[compression] * (format === "parquet" ? PARQUET : 1),
    0,
  );
  const events = text / BYTES_PER_EVENT;
  const wanted = Math.max(Math.min(events / EVENTS_PER_SHARD, ENOUGH_SHARDS), events / MOST_EVENTS_PER_SHARD);
  return Math.min(MAX_SHARDS, Math.max(MIN_SHARDS, 2 ** Math.ceil(Math.log2(Math.max(1, wanted)))));
}
