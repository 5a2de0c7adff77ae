import { fork, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunSettings } from "../../../beam/types";
import type { ToyOptions } from "../toyPipeline";

/** A driver in a process of its own, as the command line is one: for faults that hit the driver. */
export class Driver {
  readonly child: ChildProcess;
  readonly exit: Promise<number | string>;
  output = "";

  constructor(
    private readonly toy: ToyOptions,
    settings: RunSettings,
  ) {
    this.child = fork(join(__dirname, "driverMain.js"), [JSON.stringify({ toy, settings })], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const keep = (text: Buffer): void => void (this.output += text.toString());
    this.child.stdout!.on("data", keep);
    this.child.stderr!.on("data", keep);
    this.exit = new Promise((resolve) => this.child.once("close", (code, signal) => resolve(signal ?? code ?? -1)));
  }

  /** Worker processes of the driver, once one of them is in the middle of a bundle of the toy pipeline. */
  async workersAtWork(): Promise<number[]> {
    for (;;) {
      if (isAtWork(this.toy.dir)) {
        return childrenOf(this.child.pid!).filter((pid) => commandOf(pid).includes("--control_endpoint"));
      }
      if (this.child.exitCode !== null) {
        throw new Error(`the driver ended before it had workers: ${this.output}`);
      }
      await sleep(50);
    }
  }
}

/** Whether a worker is busy with a unit of the toy pipeline that writes to `dir`. */
export function isAtWork(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).some((name) => name.startsWith(".started"));
}

export function childrenOf(parent: number): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => Number(fieldsOf(pid)[1]) === parent).map(Number);
}

export function lives(pid: number): boolean {
  const state = fieldsOf(String(pid))[0];
  return state !== undefined && state !== "Z";
}

/** Whether all processes are gone within `timeoutMs`. */
export async function gone(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) {
    if (!pids.some(lives)) {
      return true;
    }
  }
  return false;
}

/** Kills the process that started last; there must be one. */
export function killLast(pids: readonly number[]): void {
  const pid = pids.at(-1);
  if (pid === undefined) {
    throw new Error("no process to kill");
  }
  process.kill(pid, "SIGKILL");
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** State, parent and the fields after them; empty when there is no such process. */
function fieldsOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(") ") + 2).split(" ");
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
