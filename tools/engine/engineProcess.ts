import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { cacheDir } from "./cache";
import type { EngineName, EnginePlan, EngineProcess } from "./engines";

/** What `up` notes and `down` and `status` read. */
export interface RunningEngine {
  readonly jobPort: number;
  readonly processes: readonly { readonly role: string; readonly pid: number; readonly log: string }[];
  readonly notes: readonly string[];
}

const READY_WITHIN_MS = 120_000;

/**
 * Starts an engine's processes one after the other and waits until each is ready.
 * @throws UserError with the log's end when a process ends or is not ready in time; what was started is stopped again
 */
export async function startEngine(name: EngineName, plan: EnginePlan): Promise<RunningEngine> {
  const processes: { role: string; pid: number; log: string }[] = [];
  const running: RunningEngine = { jobPort: plan.jobPort, processes, notes: plan.notes };
  for (const part of plan.processes) {
    if (part.port !== null && (await accepts(part.port))) {
      await stopEngine(name);
      throw new UserError(`port ${part.port}, needed by ${name}, is in use`, ["stop what uses it, or give another --port"]);
    }
    const started = spawnPart(name, part);
    processes.push(started);
    writeFileSync(stateFile(name), JSON.stringify(running));
    try {
      await ready(started, part.port);
    } catch (error) {
      await stopEngine(name);
      throw error;
    }
  }
  return running;
}

/** The engine as noted by `up`, if any of its processes lives. */
export function runningEngine(name: EngineName): RunningEngine | null {
  if (!existsSync(stateFile(name))) {
    return null;
  }
  const noted = JSON.parse(readFileSync(stateFile(name), "utf8")) as RunningEngine;
  return noted.processes.some(({ pid }) => isAlive(pid)) ? noted : null;
}

/** Ends all processes that `up` started, last one first; kills what does not leave within 5 s. */
export async function stopEngine(name: EngineName): Promise<void> {
  const noted = runningEngine(name);
  for (const { pid } of noted?.processes.toReversed() ?? []) {
    signal(pid, "SIGTERM");
    for (const end = Date.now() + 5000; Date.now() < end && isAlive(pid);) {
      await sleep(50);
    }
    signal(pid, "SIGKILL");
  }
  rmSync(stateFile(name), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether something listens on this port of loopback. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "localhost" });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    socket.once("connect", () => socket.end());
  });
}

function spawnPart(name: EngineName, { role, command, args, env }: EngineProcess): { role: string; pid: number; log: string } {
  const log = join(cacheDir("run"), `${name}-${role}.log`);
  const output = openSync(log, "w");
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
    cwd: cacheDir("run"),
  });
  child.on("error", () => undefined);
  child.unref();
  return { role, pid: child.pid ?? -1, log };
}

async function ready({ role, pid, log }: { role: string; pid: number; log: string }, port: number | null): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  // A process without a port of its own gets a moment to fail.
  const patience = port === null ? Date.now() + 1500 : end;
  while (!(port !== null && (await accepts(port)))) {
    if (!isAlive(pid)) {
      throw new UserError(`${role} ended at its start`, [`log ${log}:`, ...lastLines(log)]);
    }
    if (Date.now() > patience) {
      if (port === null) {
        return;
      }
      throw new UserError(`${role} was not ready within ${READY_WITHIN_MS / 1000} s`, [`log ${log}:`, ...lastLines(log)]);
    }
    await sleep(100);
  }
}

function lastLines(log: string): string[] {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-8);
}

function stateFile(name: EngineName): string {
  return join(cacheDir("run"), `${name}.json`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (pid > 0 && isAlive(pid)) {
    process.kill(pid, name);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
