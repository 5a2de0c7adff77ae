import type { Command } from "commander";
import { addCommonOptions, runCommand, wholeNumber, type CommonOptions } from "../command";

interface WorkerPoolFlags extends CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly connectTimeout: number;
  readonly heap: number;
}

/** `sessionary worker-pool`: starts worker processes when an engine asks for them; runs until it is stopped. */
export function addWorkerPool(program: Command): void {
  const command = program
    .command("worker-pool")
    .description("run beside an engine's task manager or executor and start worker processes for it")
    .option(
      "--host <address>",
      "address to listen on; not loopback only when engines on other machines start workers here",
      "localhost",
    )
    .option("--port <n>", "port engines connect to", wholeNumber(0, 65_535), 50_000)
    .option("--connect-timeout <seconds>", "a worker must be connected within this time", wholeNumber(1, 3_600), 60)
    .option("--heap <megabytes>", "memory limit of a worker", wholeNumber(64, 1_000_000), 1_024)
    .addHelpText(
      "after",
      "\nExample:\n  sessionary worker-pool --port 50000\n  sessionary score --runner flink --workers localhost:50000",
    );
  addCommonOptions(command).action((flags: WorkerPoolFlags) =>
    runCommand(flags, async (screen) => {
      const { startWorkerPool } = await import("../../pipelines/workerPool.js");
      const pool = await startWorkerPool({
        host: flags.host,
        port: flags.port,
        connectTimeoutMs: flags.connectTimeout * 1000,
        heapMegabytes: flags.heap,
        log: (line) => screen.line(`${new Date().toISOString()} ${line}`),
      });
      screen.line(`worker pool at ${pool.address}`);
      screen.event("listening", { address: pool.address });
      await new Promise<void>((resolve) => {
        process.once("SIGINT", () => resolve());
        process.once("SIGTERM", () => resolve());
      });
      await pool.stop();
      return { report: { address: pool.address, workers: pool.records } };
    }),
  );
}
