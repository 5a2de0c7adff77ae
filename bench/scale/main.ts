import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { copyWithUsers, dayOfEvents, FIRST_DATE, generated } from "./logs";
import { measured, type Measured } from "./measured";
import { benchFolder, demoProject, projectOn } from "./project";

/**
 * How the daily run grows, and what a day in a long log costs:
 *
 *     npm run bench -- scale [--events 1000000,10000000,100000000] [--spill MB] [--keep]
 *     npm run bench -- scale --daily      one new day in a log of 30 days of 50,000 events
 *     npm run bench -- scale --stale      one late file in that log
 *
 * Each run is a process of its own; seconds and memory are those of its metrics file, with everything from listing the files to the commit.
 * Above 10 M events the log is made of copies of the 10 M with other users. 100 M events need 50 GB of disk (logs 24 GB, tables, temporary
 * files); copies are removed afterwards unless `--keep`. It shows growth, not speed against others: see the bench `score`.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1] : undefined);
  const machine = { machine: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version };
  process.stdout.write(`${JSON.stringify(machine)}\n`);
  const demo = await demoProject();
  const spill = option("spill") === undefined ? null : Number(option("spill"));
  if (argv.includes("--daily") || argv.includes("--stale")) {
    await longLog(demo, argv.includes("--stale"));
    return;
  }
  printHead();
  for (const events of (option("events") ?? "1000000,10000000").split(",").map(Number)) {
    const logs = await dayOfEvents(events);
    const config = projectOn(`score-${events}`, logs, demo, spill);
    printRow(`${events}`, measured(config, ["score", "--date", FIRST_DATE]));
    rmSync(benchFolder(`score-${events}`), { recursive: true });
    if (logs.startsWith(benchFolder(`day-${events}`)) && !logs.endsWith("logs") && !argv.includes("--keep")) {
      rmSync(logs, { recursive: true });
    }
  }
}

const LONG_DAYS = 30;

/** A log of 30 days: 29 of them scored, then the last one; then a late file for the day before it. */
async function longLog(demo: string, stale: boolean): Promise<void> {
  const source = await generated("long", 1_500_000, LONG_DAYS);
  const logs = benchFolder("long-logs");
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  cpSync(source, logs, { recursive: true, preserveTimestamps: true });
  const config = projectOn("long-project", logs, demo, null);
  const date = (day: number) => new Date(Date.parse(FIRST_DATE) + day * 86_400_000).toISOString().slice(0, 10);
  printHead();
  printRow("29 days, first time", measured(config, ["score", "--from", date(0), "--to", date(LONG_DAYS - 2)]));
  printRow("the next day", measured(config, ["score", "--date", date(LONG_DAYS - 1)]));
  printRow("the same again", measured(config, ["score", "--date", date(LONG_DAYS - 1)]));
  if (!stale) return;
  // An hour of the last day but two, once more with other users: as a file that came late.
  const folder = join(logs, `date=${date(LONG_DAYS - 3)}`);
  const [file] = readdirSync(folder).sort();
  copyWithUsers(join(folder, file as string), join(folder, "late.jsonl"), "late-");
  printRow("--stale after one late file", measured(config, ["score", "--stale"]));
  printRow("--stale with nothing to do", measured(config, ["score", "--stale"]));
}

function printHead(): void {
  process.stdout.write("\n| run | days | rows | sessions | wall s | CPU s | rows / s | CPU µs / row | peak MB |\n");
  process.stdout.write("|---|---|---|---|---|---|---|---|---|\n");
}

function printRow(name: string, { wallSeconds, cpuSeconds, peakMegabytes, rows, sessions, days }: Measured): void {
  const cells = [
    name,
    String(days),
    String(rows),
    String(sessions),
    wallSeconds.toFixed(1),
    cpuSeconds.toFixed(1),
    rows > 0 ? Math.round(rows / wallSeconds).toString() : "–",
    rows > 0 ? ((cpuSeconds * 1e6) / rows).toFixed(1) : "–",
    peakMegabytes.toFixed(0),
  ];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
});
