import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { cacheDir } from "../engine/cache";

/** An object store that runs on this machine, for tests. */
export interface Emulator {
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly address: string;
  stop(): Promise<void>;
}

export interface EmulatorProgram {
  readonly name: string;
  readonly command: string;
  readonly args: (port: number) => readonly string[];
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts an emulator on a free port of loopback and waits until it answers. It ends with this process at the latest.
 * @throws UserError with the end of its log when it does not
 */
export async function startEmulator({ name, command, args }: EmulatorProgram): Promise<Emulator> {
  const port = await freePort();
  const log = join(cacheDir("run"), `${name}-${port}.log`);
  const output = openSync(log, "w");
  const child = spawn(command, args(port), { stdio: ["ignore", output, output] });
  closeSync(output);
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  let failure: Error | null = null;
  child.once("error", (error) => (failure = error));
  for (const end = Date.now() + READY_WITHIN_MS; !(await accepts(port));) {
    if (failure !== null || child.exitCode !== null || Date.now() > end) {
      kill();
      throw new UserError(`${name} did not start`, [`log ${log}:`, ...readFileSync(log, "utf8").trimEnd().split("\n").slice(-8)]);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    process.off("exit", kill);
    await ended(child);
  };
  return { port, address: `http://127.0.0.1:${port}`, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
  await exit;
  clearTimeout(timer);
}

/** A port of loopback that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
