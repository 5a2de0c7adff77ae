import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { WorkerIdentity } from "../worker/boot";
import type { WorkerMessage } from "../worker/main";

/** One worker process as the pool knows it. */
export interface WorkerRecord {
  readonly id: string;
  readonly pid: number;
  readonly controlUrl: string;
  readonly startedMs: number;
  connectedMs: number | null;
  endedMs: number | null;
  /** Exit code or signal name, once ended. */
  exit: number | string | null;
  /** Largest resident memory, as last reported. */
  peakBytes: number;
  cpuSeconds: number;
  /** The end of what it wrote to standard error. */
  lastWords: string;
}

const WORKER_MAIN = join(__dirname, "..", "worker", "main.js");
const LAST_WORDS_BYTES = 4000;

/** Starts a worker and keeps its record up to date; kill it through {@link kill}. */
export class WorkerProcess {
  readonly record: WorkerRecord;
  private readonly child: ChildProcess;

  constructor({ id, controlUrl, modules }: WorkerIdentity, heapMegabytes: number, onExit: () => void) {
    const args = [`--id=${id}`, `--control_endpoint=${controlUrl}`, `--modules=${modules.join(",")}`];
    this.child = fork(WORKER_MAIN, args, {
      execArgv: [`--max-old-space-size=${heapMegabytes}`, "--enable-source-maps"],
      env: { ...process.env, TZ: "UTC" },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.record = {
      id,
      pid: this.child.pid ?? -1,
      controlUrl,
      startedMs: Date.now(),
      connectedMs: null,
      endedMs: null,
      exit: null,
      peakBytes: 0,
      cpuSeconds: 0,
      lastWords: "",
    };
    this.child.stderr!.on("data", (text: Buffer) => {
      this.record.lastWords = (this.record.lastWords + text.toString()).slice(-LAST_WORDS_BYTES);
    });
    this.child.once("exit", (code, signal) => {
      this.record.endedMs = Date.now();
      this.record.exit = signal ?? code;
      onExit();
    });
  }

  /** Resolves when the worker has its control connection; rejects with the reason when it ends first or takes too long. */
  connected(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.kill();
        reject(new Error(`worker ${this.record.id} did not connect to ${this.record.controlUrl} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.child.on("message", (message: WorkerMessage) => {
        if (message.kind === "connected") {
          clearTimeout(timer);
          this.record.connectedMs = Date.now();
          resolve();
        } else {
          this.record.peakBytes = message.peakBytes;
          this.record.cpuSeconds = message.cpuSeconds;
        }
      });
      const fail = (how: string): void => {
        clearTimeout(timer);
        reject(new Error(`worker ${this.record.id} ended before it connected (${how}) ${this.record.lastWords}`.trim()));
      };
      this.child.once("error", (error) => fail(error.message));
      this.child.once("close", (code, signal) => fail(String(signal ?? code)));
    });
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}
