import { loadConfig } from "../../model/config/load";
import { dateOfDay, dayOfMs } from "../../model/localDays";
import { exportTable } from "../../pipelines/export";
import { scoreDates } from "../../pipelines/score/score";

/** Days of the peers' data: it starts within 20 hours of this instant, and nearly all of it is over four days later. */
const FIRST_MS = 1_790_000_000_000;
const DAYS = 9;

/** The job of the bench in a process of its own: `ours.js CONFIG OUT.csv`. */
async function main([configPath, out]: readonly string[]): Promise<void> {
  const config = await loadConfig(configPath!);
  const first = dayOfMs(FIRST_MS, config.zone);
  const dates = Array.from({ length: DAYS }, (_, i) => dateOfDay(first + i));
  const started = performance.now();
  await scoreDates(config, dates);
  const scored = performance.now();
  const columns = [
    "user",
    "app",
    "epoch_ms(start) AS session_start",
    'epoch_ms("end") AS session_end',
    "event_count AS n_events",
    "category AS label",
  ];
  await exportTable(config, { table: "sessions", format: "csv", to: out!, dates: null, version: null, columns });
  const stages = { score: (scored - started) / 1000, export: (performance.now() - scored) / 1000 };
  process.stdout.write(`STAGES ${JSON.stringify(stages)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
});
