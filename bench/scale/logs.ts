import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { generate } from "../../pipelines/generate";
import { benchFolder } from "./project";

export const FIRST_DATE = "2026-03-02";

/** Events that the generator makes itself; more are copies of these with other users, as it would take long otherwise. */
const GENERATED = 10_000_000;
const CHUNK_BYTES = 32 << 20;
const USER = '"user":"';

/** Logs of one day with about so many events, in time order inside each of its hourly files. @returns the folder of the logs */
export async function dayOfEvents(events: number): Promise<string> {
  const copies = Math.max(1, Math.round(events / GENERATED));
  const base = await generated(`day-${Math.min(events, GENERATED)}`, Math.min(events, GENERATED), 1);
  if (copies === 1) return base;
  const folder = benchFolder(`day-${events}`);
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`writing ${copies} copies with other users\n`);
  for (let copy = 0; copy < copies; copy++) {
    for (const name of filesOf(base)) {
      copyWithUsers(join(base, name), join(folder, `copy-${copy}`, name), copy === 0 ? "" : `c${copy}-`);
    }
  }
  return folder;
}

/** What the generator writes, made once. */
export async function generated(name: string, events: number, days: number): Promise<string> {
  const folder = benchFolder(name);
  const done = join(folder, "logs");
  if (!existsSync(join(folder, "catalog.yaml"))) {
    rmSync(folder, { recursive: true, force: true });
    process.stdout.write(`generating ${events} events\n`);
    await generate({ outDir: folder, events, days, firstDate: FIRST_DATE });
  }
  return done;
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .sort();

/** A log with `prefix` before every user. Lines are cut nowhere: what stands after the last line break waits for the next piece. */
export function copyWithUsers(from: string, to: string, prefix: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const source = openSync(from, "r");
  const target = openSync(to, "w");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = "";
  for (let got = readSync(source, chunk); got > 0; got = readSync(source, chunk)) {
    const text = rest + chunk.toString("latin1", 0, got);
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    writeSync(target, Buffer.from(text.slice(0, end).replaceAll(USER, `${USER}${prefix}`), "latin1"));
  }
  writeSync(target, Buffer.from(rest.replaceAll(USER, `${USER}${prefix}`), "latin1"));
  closeSync(source);
  closeSync(target);
}
