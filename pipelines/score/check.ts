import { meanNoise } from "../../ml/noise";
import { mapBounded } from "../../io/places/bounded";
import { placeOf } from "../../io/places/place";
import type { AppNoise, RowEquation } from "../../io/runs/manifest";
import type { Config } from "../../model/config";
import { DataError } from "../../model/errors";
import { REASON_INFO, type Reason } from "../../model/reasons";
import { decodeReadCounts, NO_READ_COUNTS, setAsideTotal, type ReadCounts } from "../../transforms/events/readCounts";
import { decodeNoiseSum } from "../../transforms/scoring/noiseSumBytes";
import { hasOwnMean } from "../../transforms/scoring/scoreBlock";
import type { CutCounts } from "../../transforms/sessions/cutShard";
import { readFacts } from "../../transforms/output/writeFacts";
import { writeDeadLettersFile } from "../../transforms/output/writeDeadLetters";
import type { Receipt, WriteSettings } from "../../transforms/output/writeSettings";
import { writePart } from "../../transforms/output/writePart";
import { SUMMARY_KEYS, writeSummary } from "../../transforms/output/writeSummary";
import { Tally } from "../../transforms/output/tally";
import { CUT_FACT, noiseFact, READ_FACT, scoreOptionsOf } from "./build";
import { dayCounts } from "./dayCounts";
import { changeLines, type InputFindings } from "./inputChanges";

/** What a job's workers reported, checked. */
export interface CheckedJob {
  readonly read: ReadCounts;
  readonly cut: CutCounts;
  readonly rows: RowEquation;
  /** By date, then table. */
  readonly receipts: ReadonlyMap<string, readonly Receipt[]>;
  readonly noise: ReadonlyMap<string, Readonly<Record<string, AppNoise>>>;
}

const NO_CUT: CutCounts = {
  eventsRead: 0,
  eventsInSessions: 0,
  duplicates: 0,
  eventsOutside: 0,
  sessions: 0,
  capCut: 0,
  robotsByRule: { rate: 0, awake: 0, regular: 0, flood: 0 },
};

/**
 * Reads the receipts of a job and proves that nothing vanished: every row read is used, a duplicate, or set aside by reason; every session
 * made is written; every file has the size its writer said.
 *
 * @throws Error when a sum does not come out: a defect of this program, so nothing is published
 */
export async function checkJob(config: Config, days: readonly WriteSettings[], facts: string): Promise<CheckedJob> {
  const found = await readFacts(facts);
  const readBytes = found.get(READ_FACT);
  const cutBytes = found.get(CUT_FACT);
  const read = readBytes ? decodeReadCounts(readBytes) : NO_READ_COUNTS;
  const cut = cutBytes ? (JSON.parse(Buffer.from(cutBytes).toString("utf8")) as CutCounts) : NO_CUT;
  const receipts = new Map<string, readonly Receipt[]>();
  for (const day of days) receipts.set(day.date, await receiptsOf(day));
  const written = dayCounts([...receipts.values()].flat());
  const equal = (what: string, left: number, right: number) => {
    if (left !== right) throw new Error(`the row equation does not hold: ${what}: ${left} ≠ ${right}; nothing was published`);
  };
  equal("rows read = events packed + rows set aside", read.rowsRead, read.eventsPacked + setAsideTotal(read));
  equal("events packed = events cut", read.eventsPacked, cut.eventsRead);
  equal("events = in sessions + duplicates + outside", cut.eventsRead, cut.eventsInSessions + cut.duplicates + cut.eventsOutside);
  equal("sessions made = sessions written", cut.sessions, written.sessions);
  equal("events in sessions = events written", cut.eventsInSessions, written.events);
  equal("duplicates = duplicates written", cut.duplicates, written.duplicates);
  for (const [date, files] of receipts) {
    const daily = files.find(({ table }) => table === "daily");
    equal(`sessions of ${date} = sessions in daily`, dayCounts(files).sessions, daily?.sums["sessions"] ?? 0);
    await mapBounded(files, async ({ table, path, bytes }) => {
      const root = `${days[0]?.root}/${table}/${path}`;
      equal(`bytes of ${root}`, (await placeOf(root).stat(root))?.bytes ?? -1, bytes);
    });
  }
  const rows: RowEquation = {
    rowsRead: read.rowsRead,
    eventsPacked: read.eventsPacked,
    eventsInSessions: cut.eventsInSessions,
    duplicates: cut.duplicates,
    eventsOutside: cut.eventsOutside,
    setAside: read.setAside,
    sessions: cut.sessions,
  };
  const noise = new Map(days.map(({ date }) => [date, noiseOf(date, found, config)]));
  return { read, cut, rows, receipts, noise };
}

/** Receipts of a day; parts and tables without a row get a file without rows, so that a day that is there is there in every table. */
async function receiptsOf(day: WriteSettings): Promise<Receipt[]> {
  const read = async () => {
    const place = placeOf(day.receipts);
    const files = await place.list(`${day.receipts}/${day.date}/`);
    return mapBounded(files, async ({ path }) => JSON.parse(Buffer.from(await place.read(path)).toString("utf8")) as Receipt);
  };
  const found = await read();
  const has = (table: string) => found.some((receipt) => receipt.table === table);
  if (!has("sessions")) await writePart({ blocks: [], part: 0, settings: day });
  for (const table of SUMMARY_KEYS) {
    if (!has(table)) await writeSummary(table, new Tally(), day);
  }
  if (!has("dead_letters")) await writeDeadLettersFile([], day);
  return read();
}

function noiseOf(date: string, facts: ReadonlyMap<string, Uint8Array>, config: Config): Record<string, AppNoise> {
  const prefix = noiseFact(date);
  const { minBatchSessions } = scoreOptionsOf(config);
  const entries = [...facts].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, bytes]) => {
      const sum = decodeNoiseSum(bytes);
      const used = hasOwnMean(sum, minBatchSessions) ? ("batch" as const) : ("model" as const);
      return [key.slice(prefix.length), { sessions: sum.sessions, mean: meanNoise(sum), used }];
    }),
  );
}

/**
 * The thresholds that stop a run before it is seen.
 * @throws DataError naming what has changed in the input, the threshold, what was found, and what to look at
 */
export function checkThresholds(config: Config, job: CheckedJob, findings: InputFindings): void {
  const changes = changeLines(findings);
  const { rowsRead } = job.rows;
  const badByReason = Object.entries(job.rows.setAside).filter(([reason]) => REASON_INFO[reason as Reason].bad);
  const bad = badByReason.reduce((sum, [, count]) => sum + count, 0);
  const { maxBadRowShare } = config.input;
  if (rowsRead > 0 && bad / rowsRead > maxBadRowShare) {
    const facts = [
      `${percent(bad / rowsRead)} of ${rowsRead} rows cannot be used, more than input.maxBadRowShare allows (${percent(maxBadRowShare)})`,
      ...badByReason
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => `${count} rows: ${reason} (${REASON_INFO[reason as Reason].text})`),
    ];
    // What has changed comes first: it says why, and what to do.
    const [message, ...hints] = [...changes, ...facts];
    throw new DataError(message as string, hints);
  }
  const { maxUnknownEventShare, minSessions } = config.scoring;
  for (const [date, receipts] of job.receipts) {
    const { sessions, events, unknownEvents } = dayCounts(receipts);
    const share = events > 0 ? unknownEvents / events : 0;
    if (share > maxUnknownEventShare) {
      throw new DataError(
        `${percent(share)} of the events of ${date} have names the model does not know, more than scoring.maxUnknownEventShare allows (${percent(maxUnknownEventShare)})`,
        [...changes, "the logging may have changed: add aliases to the catalogue, or train again"],
      );
    }
    if (sessions < minSessions) {
      throw new DataError(`${date} has ${sessions} sessions, fewer than scoring.minSessions (${minSessions})`, [
        ...changes,
        "are all logs of the day there?",
      ]);
    }
  }
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
