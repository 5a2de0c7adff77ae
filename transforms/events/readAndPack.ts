import type { TaskResult } from "../../beam/tasks";
import type { KeyedBytes } from "../../beam/types";
import { openDecompressed } from "../../io/compression";
import { readLines } from "../../io/formats/lines";
import { scannerOf } from "../../io/formats/openScanner";
import type { FieldPlan } from "../../io/formats/rows";
import { openBytes } from "../../io/inputs/byteSource";
import type { Split } from "../../io/inputs/inputFile";
import { EventBuilder } from "./eventBuilder";
import { FactsCollector } from "./factsCollector";
import { readIdentityMap } from "./identityMap";
import { LineFacts } from "./lineFacts";
import { encodeReadCounts } from "./readCounts";
import { planColumns, type ReadSettings } from "./readSettings";

/** Keys of what comes out beside event blocks (`shardKey`). */
export const DEAD_KEY = "dead";
export const COUNTS_KEY = "counts";

export interface ReadAndPackInput {
  readonly split: Split;
  /** `ReadSettings` as JSON: one text for all splits of a run, so that a thread prepares itself once. */
  readonly settings: string;
}

/**
 * Reads one split: bytes of a log → event blocks per shard (`shard-…`), dead letters (`dead`, JSON lines; none when there are none),
 * sets of users (`users/…`, where asked for) and counts (`counts`, JSON, always one). Every row read is in exactly one place: packed, or
 * counted under one reason.
 *
 * Memory is bounded by the split's events, not by the file: text passes through in chunks, and a file that is one split is packed each
 * `input.splitBytes` of text.
 * @throws UserError naming a file that cannot be read, or a column that it does not have
 */
export async function readAndPack({ split, settings }: ReadAndPackInput): Promise<TaskResult<KeyedBytes[]>> {
  const prepared = await prepare(settings);
  const builder = prepared.free.pop() ?? prepared.makeBuilder();
  const { tally } = builder;
  tally.start(split.file.path);
  const elements: KeyedBytes[] = [];
  const { splitBytes } = prepared.settings.input;
  let flushedAt = 0;
  const onChunk = (bytesRead: number) => {
    if (bytesRead - flushedAt >= splitBytes * 1.5 || builder.isFull) {
      elements.push(...builder.flush());
      flushedAt = bytesRead;
    }
  };
  const facts = collectorOf(split, prepared.settings);
  const read =
    split.file.format === "parquet"
      ? // Loading Arrow takes longer than reading many a log of text.
        (await import("./readParquet.js")).readParquetSplit
      : readTextRows;
  const rowsRead = await read(split, prepared, builder, facts, onChunk);
  elements.push(...builder.flush());
  const deadLetters = tally.deadLetters();
  if (deadLetters !== null) elements.push({ key: DEAD_KEY, value: deadLetters });
  elements.push({
    key: COUNTS_KEY,
    value: encodeReadCounts({ ...tally.counts(rowsRead), ...(facts !== null && { facts: facts.facts() }) }),
  });
  prepared.free.push(builder);
  return { value: elements, transfer: elements.map(({ value }) => value.buffer as ArrayBuffer) };
}

async function readTextRows(
  { file, start, end }: Split,
  { settings, plan }: Prepared,
  builder: EventBuilder,
  facts: FactsCollector | null,
  onChunk: (bytesRead: number) => void,
): Promise<number> {
  const plainScanner = await scannerOf(file, settings.input, plan, builder, start === 0);
  const every = settings.facts?.everyBytes ?? 0;
  const scanner = facts === null ? plainScanner : new LineFacts(plainScanner, file, every, facts);
  // One byte before the start tells whether a line begins there.
  const sourceStart = Math.max(0, start - 1);
  const hints = { tag: file.tag, bytes: file.bytes, until: file.splittable ? end : file.bytes };
  const source =
    file.compression === "none" ? openBytes(file.path, sourceStart, hints) : openDecompressed(file.path, file.compression, hints);
  try {
    const range = {
      sourceStart,
      skipFirstLine: start > 0,
      end: file.splittable ? end : Infinity,
      maxLineBytes: settings.input.maxLineBytes,
    };
    await readLines(source, scanner, builder, range, onChunk);
  } finally {
    source.close();
  }
  return scanner.rowCount;
}

function collectorOf({ file }: Split, settings: ReadSettings): FactsCollector | null {
  return settings.facts === undefined ? null : new FactsCollector(settings, settings.facts.zone, file.path);
}

interface Prepared {
  readonly settings: ReadSettings;
  readonly plan: FieldPlan;
  readonly makeBuilder: () => EventBuilder;
  /** Builders of finished splits, with their memory. Several splits may be in hand at once where reading waits. */
  readonly free: EventBuilder[];
}

const MAX_PREPARED = 4;
const preparedBySettings = new Map<string, Promise<Prepared>>();

function prepare(settingsJson: string): Promise<Prepared> {
  let prepared = preparedBySettings.get(settingsJson);
  if (prepared === undefined) {
    if (preparedBySettings.size >= MAX_PREPARED) preparedBySettings.clear();
    prepared = prepareNew(settingsJson);
    preparedBySettings.set(settingsJson, prepared);
    prepared.catch(() => preparedBySettings.delete(settingsJson));
  }
  return prepared;
}

async function prepareNew(settingsJson: string): Promise<Prepared> {
  const settings = JSON.parse(settingsJson) as ReadSettings;
  const { plan, roles } = planColumns(settings);
  const { input, identityHash } = settings;
  const { identityMapPath: path, time } = input;
  const identity = path === null || identityHash === null ? null : await readIdentityMap(path, time.zone, identityHash);
  return { settings, plan, free: [], makeBuilder: () => new EventBuilder(settings, roles, plan.columns.length, identity) };
}
