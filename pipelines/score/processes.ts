import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Config } from "../../model/config";
import type { ScoredStep } from "./scoreStep";

/** What a scoring process is told. */
export interface ProcessTask {
  readonly config: Config;
  readonly dates: readonly string[];
}

/** Scores chunks of days in processes of their own, `jobs` at a time; an embedded run fills only one process. */
export async function scoreInProcesses(
  config: Config,
  chunks: readonly (readonly string[])[],
  jobs: number,
  onDone: (step: ScoredStep) => void,
): Promise<void> {
  const { threads } = config.runner;
  const each = Math.max(1, Math.floor((threads === "auto" ? availableParallelism() : threads) / jobs));
  const own: Config = { ...config, runner: { ...config.runner, threads: each } };
  const waiting = [...chunks];
  const work = async () => {
    for (let dates = waiting.shift(); dates !== undefined; dates = waiting.shift()) {
      onDone(await scoreInProcess({ config: own, dates }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, chunks.length) }, work));
}

function scoreInProcess(task: ProcessTask): Promise<ScoredStep> {
  return new Promise((resolve) => {
    const child = fork(join(__dirname, "scoreProcess.js"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    let step: ScoredStep | null = null;
    child.on("message", (message) => (step = message as ScoredStep));
    child.on("error", (error) => resolve({ dates: task.dates, days: [], failure: error.message }));
    child.on("exit", (code, signal) =>
      resolve(step ?? { dates: task.dates, days: [], failure: `the process ended with ${signal ?? `code ${code}`}` }),
    );
    child.send(task);
  });
}
