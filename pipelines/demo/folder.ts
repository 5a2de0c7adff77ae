import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertLocal } from "../../model/config/paths";
import { UserError } from "../../model/errors";

/** Marks a folder as one that the demo made and may replace. */
const MARKER = "demo.json";
/** All that a demo makes; nothing else is ever removed. */
const MADE = [
  "logs",
  "truth",
  "output",
  "sessionary.yaml",
  "catalog.yaml",
  "categories.yaml",
  "identity.csv",
  "summary.html",
  MARKER,
];

/**
 * Readies the folder: a new or empty one, or the one of an earlier demo, whose files go.
 * @returns whether an earlier demo was replaced
 * @throws UserError when something else is in there
 */
export function readyFolder(outDir: string, options: unknown): boolean {
  assertLocal(outDir, "the demo's folder");
  const before = existsSync(outDir) ? readdirSync(outDir) : [];
  const isDemo = before.includes(MARKER);
  const others = before.filter((name) => !MADE.includes(name));
  if (before.length > 0 && (!isDemo || others.length > 0)) {
    const what = isDemo ? `more than the demo's files: ${others.slice(0, 5).join(", ")}` : "files that are not the demo's";
    throw new UserError(`${outDir} holds ${what}`, ["choose another folder with --out, or remove it"]);
  }
  for (const name of before) rmSync(join(outDir, name), { recursive: true });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, MARKER), `${JSON.stringify(options, null, 2)}\n`);
  return isDemo;
}
