import { createHash } from "node:crypto";
import { publishedDay } from "../../io/delta/publish";
import { readSnapshot } from "../../io/delta/deltaLog";
import type { Snapshot } from "../../io/delta/snapshot";
import type { InputFile } from "../../io/inputs/inputFile";
import { listInputFiles } from "../../io/inputs/listFiles";
import { placeOf } from "../../io/places/place";
import { identityHashOf } from "../../transforms/events/identityMap";
import { loadModel } from "../../transforms/scoring/loadModel";
import type { Catalogue } from "../../model/catalogue";
import type { Config } from "../../model/config";
import { UserError } from "../../model/errors";
import { dateOfDay, dayNumber } from "../../model/localDays";
import { allTables } from "../../model/tables/tables";
import { cutOptionsOf, readRangeMs } from "../../transforms/sessions/cutOptions";
import { autoShards, readCatalogue } from "../readPlan";
import { rememberedSpans } from "./fileTimes";
import { fingerprintOf, runIdOf, settingsHashOf } from "./fingerprint";
import { identityUseOf, type IdentityUseOf } from "./identityUses";
import { mayHold, spanByPath, type Span } from "./inputSpans";
import { modelFolder } from "./modelFolder";

/** One day as it would be made now. */
export interface DayPlan {
  readonly date: string;
  readonly fingerprint: string;
  readonly settingsHash: string;
  readonly runId: string;
  /** Files that the fingerprint names: all whose path does not put them elsewhere. */
  readonly inputs: readonly InputFile[];
  /** Files to read: those of `inputs` that are not known to hold nothing near the day. */
  readonly files: readonly InputFile[];
  /** Times read, so that the day's sessions come out as in a run over all time. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly parts: number;
  /** Fingerprints that the tables show of the day now, by table; null where the table has nothing of it. */
  readonly seen: Readonly<Record<string, string | null>>;
}

/** All that is the same for every day of a project. */
export interface ProjectState {
  readonly config: Config;
  readonly modelFolder: string;
  readonly modelId: string;
  readonly catalogue: Catalogue | null;
  readonly catalogueHash: string | null;
  readonly identityHash: string | null;
  /** What the identity map says of the users of a day; null without one. */
  readonly identityUse: IdentityUseOf | null;
  /** Spans as the paths say, and as earlier runs learned. */
  readonly files: readonly { readonly file: InputFile; readonly byPath: Span; readonly learned: Span }[];
  readonly snapshots: ReadonlyMap<string, Snapshot>;
}

/**
 * Looks at inputs, model and tables.
 * @throws UserError when a file, the model or the catalogue is missing or damaged
 */
export async function readProjectState(config: Config): Promise<ProjectState> {
  const folder = await modelFolder(config);
  const { bundle } = await loadModel(folder);
  const remembered = await rememberedSpans(config);
  const identityHash = await identityHashOf(config.input.identityMapPath);
  const byPath = spanByPath(config.input);
  const files = (await listInputFiles(config.input, null)).map((file) => ({
    file,
    byPath: byPath(file.path),
    learned: remembered(file),
  }));
  const snapshots = new Map<string, Snapshot>();
  for (const { name } of allTables([])) {
    snapshots.set(name, await readSnapshot(`${config.output.path}/${name}`));
  }
  return {
    config,
    modelFolder: folder,
    modelId: bundle.id,
    catalogue: await readCatalogue(config.catalogPath),
    catalogueHash: await hashOf(config.catalogPath),
    identityHash,
    identityUse: identityUseOf(config, identityHash),
    files,
    snapshots,
  };
}

async function hashOf(path: string | null): Promise<string | null> {
  if (path === null) return null;
  const place = placeOf(path);
  if ((await place.stat(path)) === null) throw new UserError(`${path} cannot be read: there is no such file`);
  return createHash("sha256")
    .update(await place.read(path))
    .digest("hex");
}

export function planDay(state: ProjectState, date: string): DayPlan {
  const { config } = state;
  const day = dayNumber(date);
  const range = readRangeMs(cutOptionsOf(config, { from: day, to: day }), day, day);
  const near = state.files.filter(({ byPath }) => mayHold(byPath, range.fromMs, range.toMs));
  const inputs = near.map(({ file }) => file);
  const files = near.filter(({ learned }) => mayHold(learned, range.fromMs, range.toMs)).map(({ file }) => file);
  const parts = config.output.parts === "auto" ? autoParts(inputs) : config.output.parts;
  const settingsHash = settingsHashOf({
    config,
    catalogue: state.catalogueHash,
    modelId: state.modelId,
    parts,
  });
  const fingerprint = fingerprintOf({
    date,
    settingsHash,
    identityMap: state.identityHash,
    files: inputs,
    baseDir: config.baseDir,
  });
  const seen = Object.fromEntries(
    [...state.snapshots].map(([name, snapshot]) => [name, publishedDay(snapshot, date)?.fingerprint ?? null]),
  );
  return { date, fingerprint, settingsHash, runId: runIdOf(date, fingerprint), inputs, files, range, parts, seen };
}

/** Part files of a day, in `auto`: the number of shards is a power of two and at least this, unless parts would be very large. */
const ENOUGH_PARTS = 8;
const BYTES_PER_PART = 128 << 20;
/** A part is sorted and encoded as a whole in the memory of a thread. */
const MOST_BYTES_PER_PART = 1 << 30;

/** A power of two by the size of the day's files, so that it divides the number of shards whatever else a job reads. */
export function autoParts(files: readonly Pick<InputFile, "bytes">[]): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const wanted = Math.max(Math.min(bytes / BYTES_PER_PART, ENOUGH_PARTS), bytes / MOST_BYTES_PER_PART);
  return 2 ** Math.ceil(Math.log2(Math.max(1, wanted)));
}

/**
 * Shards of a job: a multiple of the parts of all of its days.
 * @throws UserError when both numbers are set and do not fit
 */
export function shardsOf(config: Config, days: readonly DayPlan[], files: readonly InputFile[]): number {
  const { shards } = config.sessions;
  const { parts } = config.output;
  if (shards === "auto") {
    const automatic = autoShards(files);
    return parts === "auto" ? automatic : parts * Math.ceil(automatic / parts);
  }
  if (days.every((day) => shards % day.parts === 0)) return shards;
  throw new UserError(`sessions.shards (${shards}) must be a multiple of output.parts (${days[0]?.parts})`);
}

/** Dates `from .. to`, both included. @throws UserError when they are not in order */
export function datesOf(from: string, to: string): string[] {
  const first = dayNumber(from);
  const last = dayNumber(to);
  if (first > last) throw new UserError(`the range ends before it begins: ${from} … ${to}`);
  return Array.from({ length: last - first + 1 }, (_, i) => dateOfDay(first + i));
}
