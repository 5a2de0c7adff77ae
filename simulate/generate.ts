import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isoDate, MS_PER_DAY } from "./calendar";
import type { Counts } from "./counts";
import { FLAWS, LineWriter } from "./lineWriter";
import { type LogSink, ParquetSink, TextSink } from "./logFiles";
import { type Planted, plantedOf } from "./planted";
import { Population } from "./population";
import { Random } from "./random";
import type { Scenario } from "./scenario";
import { LATE_BUCKETS, Simulator } from "./simulator";
import { byTime, type Records, Spool } from "./spool";
import { TruthWriter } from "./truth";
import { vocabularyOf } from "./vocabulary";

export interface SimulationSettings {
  readonly outDir: string;
  readonly humans: number;
  readonly days: number;
  /** `2026-03-02`, UTC. */
  readonly firstDate: string;
  readonly seed: number;
  readonly format: "jsonl" | "csv" | "parquet";
  readonly gzip: boolean;
  /** `time`: each hour's file in order of time. `shuffled`: a day's events anywhere in its files, in no order. */
  readonly order: "time" | "shuffled";
  readonly scenario: Scenario;
  /** Records held in memory before they go to temporary files. */
  readonly spoolBytes?: number;
}

export interface SimulationProgress {
  /** Days finished, of `days`. */
  readonly day: number;
  readonly days: number;
  readonly lines: number;
}

export interface SimulationResult {
  readonly planted: Planted;
  readonly counts: Counts;
  readonly logDir: string;
  readonly truthDir: string;
}

/**
 * Writes `logs/date=…/events-HH.…`, `truth/`, `identity.csv` and `catalog.yaml` under `outDir`, day by day: memory holds the users and one day's
 * records (the spool writes them to disk above its limit). The same settings give the same bytes.
 */
export async function simulate(
  settings: SimulationSettings,
  onProgress: (progress: SimulationProgress) => void = () => {},
): Promise<SimulationResult> {
  const { scenario, seed, days, outDir } = settings;
  const firstDayMs = Date.parse(`${settings.firstDate}T00:00:00Z`);
  const logDir = join(outDir, "logs");
  const truthDir = join(outDir, "truth");
  mkdirSync(logDir, { recursive: true });
  const vocabulary = vocabularyOf(scenario);
  const population = new Population(scenario, settings.humans, days, seed);
  const spool = new Spool(settings.spoolBytes);
  const shuffled = settings.order === "shuffled";
  const simulator = new Simulator(scenario, population, vocabulary, spool, { seed, days, firstDayMs, shuffled });
  const { counts } = simulator;
  const parquet = settings.format === "parquet";
  const log = parquet ? { ...scenario, log: { ...scenario.log, timeFormat: "epoch_ms" as const } } : scenario;
  const lines = new LineWriter(parquet ? "csv" : settings.format, log, population, vocabulary, firstDayMs);
  const sink: LogSink = parquet ? await ParquetSink.open(lines, parquetColumns(scenario)) : new TextSink(lines, settings.gzip);
  const ending = settings.format + (settings.gzip && !parquet ? ".gz" : "");
  const truth = new TruthWriter(truthDir);
  try {
    for (let day = 0; day < days; day++) {
      truth.openDay(firstDayMs + day * MS_PER_DAY);
      simulator.day(day, (session) => truth.add(session));
      truth.closeDay();
      for (const bucket of spool.waiting()) {
        const late = bucket >= LATE_BUCKETS;
        const folderDay = late ? Math.floor((bucket - LATE_BUCKETS) / 65_536) : Math.floor(bucket / 24);
        if (folderDay > day) continue;
        const name = late
          ? `late-from-${isoDate(firstDayMs + ((bucket - LATE_BUCKETS) % 65_536) * MS_PER_DAY)}`
          : `events-${String(bucket % 24).padStart(2, "0")}`;
        const folder = join(logDir, `date=${isoDate(firstDayMs + folderDay * MS_PER_DAY)}`);
        const records = spool.take(bucket);
        const random = new Random(seed, bucket, 0xf11e);
        const order = shuffled ? anyOrder(records.count, random) : byTime(records);
        counts.bytes += await sink.file(join(folder, `${name}.${ending}`), (flush) =>
          writeLines(records, order, lines, scenario, parquet, random, counts, flush),
        );
        counts.files += 1;
        if (late) counts.lateFiles += 1;
      }
      onProgress({ day: day + 1, days, lines: counts.lines });
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    spool.close();
    truth.closeDay();
    if (sink instanceof ParquetSink) sink.close();
  }
  const planted = plantedOf(scenario, population, vocabulary, counts, { seed, days, firstDayMs });
  truth.file("planted.json", JSON.stringify(planted, null, 2) + "\n");
  truth.file("users.csv", usersCsv(population, scenario, firstDayMs));
  writeFileSync(join(outDir, "identity.csv"), identityCsv(population));
  writeFileSync(join(outDir, "catalog.yaml"), catalogYaml(scenario));
  return { planted, counts, logDir, truthDir };
}

/** All lines of a file, with its flawed ones between them. */
function writeLines(
  records: Records,
  order: Uint32Array,
  lines: LineWriter,
  scenario: Scenario,
  typed: boolean,
  random: Random,
  counts: Counts,
  flush: () => void,
): void {
  const { malformedShare, missingUserShare, clockAheadShare } = scenario.flaws;
  const malformed = typed ? 0 : malformedShare;
  const clockAhead = scenario.log.receivedTime ? clockAheadShare : 0;
  const any = malformed + missingUserShare + clockAhead;
  const { flaws } = counts;
  for (let n = 0; n < order.length; n++) {
    const i = order[n] as number;
    lines.line(records, i);
    counts.lines += 1;
    const u = random.next();
    if (u < any) {
      const flaw =
        u < malformed ? (FLAWS[random.below(4)] ?? "garbage") : u < malformed + missingUserShare ? "no_user" : "clock_ahead";
      lines.flawed(records, i, flaw, random);
      flaws[flaw] += 1;
      counts.lines += 1;
    }
    flush();
  }
}

function anyOrder(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}

function parquetColumns({ log }: Scenario): (readonly [string, string])[] {
  const columns: (readonly [string, string])[] = [["ts", "BIGINT"]];
  if (log.receivedTime) columns.push(["received", "BIGINT"]);
  columns.push(["user", "VARCHAR"], ["app", "VARCHAR"], ["event", "VARCHAR"]);
  if (log.country) columns.push(["country", "VARCHAR"]);
  if (log.signup) columns.push(["signup", "DATE"]);
  if (log.agent) columns.push(["agent", "VARCHAR"]);
  if (log.revenue) columns.push(["revenue", "DOUBLE"]);
  return columns;
}

function usersCsv(population: Population, scenario: Scenario, firstDayMs: number): string {
  const apps = Object.keys(scenario.clients);
  const rows = ["user,kind,app,country,signup"];
  for (let user = 0; user < population.size; user++) {
    const country = population.countries[population.country[user] as number]?.code ?? "";
    const signup = isoDate(firstDayMs + (population.signupDay[user] as number) * MS_PER_DAY);
    rows.push(
      `${population.idOf(user)},${population.kindOf(user)},${apps[population.client[user] as number] ?? ""},${country},${signup}`,
    );
  }
  return rows.join("\n") + "\n";
}

function identityCsv(population: Population): string {
  const rows = ["alias,user"];
  for (let user = 0; user < population.humans; user++) {
    if ((population.knownFromDay[user] as number) > 0) rows.push(`${population.idOf(user, true)},${population.idOf(user)}`);
  }
  return rows.join("\n") + "\n";
}

/** The part of a catalogue that people know before any data: what the app logs on its own. */
function catalogYaml(scenario: Scenario): string {
  const rows = Object.keys(scenario.backgroundEvents).map((name) => `  ${name}: background\n`);
  return rows.length > 0 ? `events:\n${rows.join("")}` : "events: {}\n";
}
