import { createHash } from "node:crypto";
import { placeOf, type FileInfo } from "../../io/places/place";
import type { InputChange } from "../../model/inputFacts/change";
import { dateOfDay, dayOfMs } from "../../model/localDays";
import type { FileCounts } from "../../transforms/events/readCounts";
import { inputName } from "./fingerprint";
import { spanByPath } from "./inputSpans";
import type { ProjectState } from "./plan";

/** Files up to this size are compared as a whole, larger ones by their size and three pieces. */
const WHOLE_BYTES = 4 << 20;
const PIECE_BYTES = 1 << 20;
/** Files with fewer rows may agree in their number of rows, first and last time by chance. */
const MIN_ROWS = 50;

/**
 * Files of a run that were given twice: the same bytes under two names, or the same rows written otherwise (as many rows and events, the
 * same first and last time). Their events were counted once, since equal events are duplicates.
 */
export async function sameFiles(
  { config }: ProjectState,
  files: readonly FileInfo[],
  counts: Readonly<Record<string, FileCounts>>,
): Promise<InputChange[]> {
  const countsOf = ({ path }: FileInfo) => (Object.hasOwn(counts, path) ? (counts[path] as FileCounts) : null);
  const filled = files.filter((file) => (countsOf(file)?.rowsRead ?? 0) > 0);
  const digests = new Map<string, string>();
  for (const group of groups(filled, ({ bytes }) => String(bytes))) {
    for (const file of group) digests.set(file.path, await digestOf(file));
  }
  const sameBytes = groups(
    filled.filter(({ path }) => digests.has(path)),
    ({ path }) => digests.get(path) as string,
  );
  const known = new Set(sameBytes.flatMap((group) => group.slice(1).map(({ path }) => path)));
  const sameRows = groups(
    filled.filter((file) => !known.has(file.path) && (countsOf(file)?.rowsRead ?? 0) >= MIN_ROWS),
    (file) => JSON.stringify(countsOf(file)),
  ).filter(([first]) => first !== undefined && countsOf(first)?.firstMs !== countsOf(first)?.lastMs);
  const byPath = spanByPath(config.input);
  const change = (kind: "same file" | "same rows", group: readonly FileInfo[]): InputChange => {
    const since = group
      .map((file) => byPath(file.path)?.fromMs ?? countsOf(file)?.firstMs ?? 0)
      .map((ms) => dateOfDay(dayOfMs(ms, config.zone)))
      .sort()
      .at(-1);
    const names = group.map(({ path }) => inputName(path, config.baseDir)).sort();
    const what = kind === "same file" ? "are the same file" : "hold the same rows";
    return {
      kind,
      since,
      column: names.join(" "),
      text: `${names.join(" and ")} ${what} (${since}); equal events count once`,
      advice: "take all but one away; if another file was meant, have it sent again",
      explains: [],
    };
  };
  return [...sameBytes.map((group) => change("same file", group)), ...sameRows.map((group) => change("same rows", group))];
}

/** Those that share a key with another. */
function groups(files: readonly FileInfo[], keyOf: (file: FileInfo) => string): FileInfo[][] {
  const byKey = new Map<string, FileInfo[]>();
  for (const file of files) byKey.set(keyOf(file), [...(byKey.get(keyOf(file)) ?? []), file]);
  return [...byKey.values()].filter((group) => group.length > 1);
}

async function digestOf({ path, bytes }: FileInfo): Promise<string> {
  const place = placeOf(path);
  const hash = createHash("sha256").update(String(bytes));
  if (bytes <= WHOLE_BYTES) return hash.update(await place.read(path)).digest("hex");
  for (const start of [0, Math.floor(bytes / 2), bytes - PIECE_BYTES]) {
    hash.update(await place.readRange(path, start, start + PIECE_BYTES));
  }
  return hash.digest("hex");
}
