import { parseArgs } from "node:util";
import { UserError } from "../../model/errors";
import { runningEngine, startEngine, stopEngine, isAlive } from "./engineProcess";
import { ENGINE_NAMES, planOf, type EngineName } from "./engines";

const USAGE = `usage: npm run engine -- ${ENGINE_NAMES.join("|")} up|down|status [--port N]`;

/** Fetches and runs engines on loopback, to try jobs on them and to test. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: "string" } } });
  const [name, action] = positionals;
  if (!isEngineName(name)) {
    throw new UserError(USAGE);
  }
  switch (action) {
    case "up":
      await up(name, values.port === undefined ? undefined : Number(values.port));
      return;
    case "down":
      await stopEngine(name);
      console.log(`${name} is down`);
      return;
    case "status":
      showStatus(name);
      return;
    default:
      throw new UserError(USAGE);
  }
}

async function up(name: EngineName, port: number | undefined): Promise<void> {
  const engine = runningEngine(name) ?? (await startEngine(name, planOf(name, port)));
  console.log(`${name} is up: --job-endpoint localhost:${engine.jobPort}`);
  engine.notes.forEach((note) => console.log(note));
}

function showStatus(name: EngineName): void {
  const engine = runningEngine(name);
  if (engine === null) {
    console.log(`${name} is down`);
    process.exitCode = 1;
    return;
  }
  console.log(`${name} is up: --job-endpoint localhost:${engine.jobPort}`);
  engine.notes.forEach((note) => console.log(note));
  engine.processes.forEach(({ role, pid, log }) => console.log(`${isAlive(pid) ? "runs" : "gone"} ${role} (${pid}), log ${log}`));
}

function isEngineName(name: string | undefined): name is EngineName {
  return (ENGINE_NAMES as readonly (string | undefined)[]).includes(name);
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) {
    throw error;
  }
  process.stderr.write(`${[error.message, ...error.hints].join("\n  ")}\n`);
  process.exitCode = 2;
});
