import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InputConfig } from "../../../model/config";
import { decodeDeadLetters, type DeadLetter } from "../../../model/deadLetter";
import { describeFile } from "../../../io/inputs/listFiles";
import { splitsOf } from "../../../io/inputs/inputFile";
import { LocalPlace } from "../../../io/places/localPlace";
import { identityHashOf } from "../../../transforms/events/identityMap";
import { readAndPack } from "../../../transforms/events/readAndPack";
import { decodeReadCounts, mergeReadCounts, setAsideTotal, type ReadCounts } from "../../../transforms/events/readCounts";
import type { ReadSettings } from "../../../transforms/events/readSettings";
import { USERS_KEY } from "../../../transforms/events/usersByDay";
import { readBlock, type ReadEvent } from "./blocks";

const INPUT: InputConfig = {
  paths: [],
  format: "auto",
  csv: { delimiter: null, header: null },
  user: { column: "user" },
  time: { column: "ts", format: "auto", zone: "UTC" },
  event: { columns: ["event"], separator: " | ", address: null },
  app: { column: "app" },
  sessionId: null,
  eventId: null,
  userAgent: null,
  receivedTime: null,
  attributes: [],
  clockToleranceSeconds: 3600,
  splitBytes: 1 << 24,
  identityMapPath: null,
  maxBadRowShare: 0.01,
  maxLineBytes: 1 << 16,
  deadLetterRawBytes: 200,
};

export type SettingsPatch = Partial<Omit<ReadSettings, "input">> & { readonly input?: Partial<InputConfig> };

export function settingsWith(patch: SettingsPatch = {}): ReadSettings {
  return {
    apps: { rename: {}, only: null },
    traffic: { robotsByUserAgent: true, robotUsers: [], staffUsers: [], robotColumn: null },
    catalogue: null,
    identityHash: null,
    range: null,
    shards: 3,
    ...patch,
    input: { ...INPUT, ...patch.input },
  };
}

export interface ReadResult {
  readonly events: ReadEvent[];
  readonly blocks: ReadonlyMap<string, Uint8Array[]>;
  readonly dead: DeadLetter[];
  readonly counts: ReadCounts;
  /** Sets of users by key. */
  readonly users: ReadonlyMap<string, Uint8Array[]>;
  readonly splitCount: number;
}

/** Writes `content` as a file, reads it through `readAndPack` in as many splits as it falls into, and checks the row equation. */
export async function readContent(
  content: string | Uint8Array,
  patch: SettingsPatch = {},
  name = "log.jsonl",
): Promise<ReadResult> {
  const folder = mkdtempSync(join(tmpdir(), "sessionary-read-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, content);
    return await readFileAt(path, patch);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function readFileAt(path: string, patch: SettingsPatch = {}): Promise<ReadResult> {
  const identityHash = await identityHashOf(patch.input?.identityMapPath ?? null);
  const settings = settingsWith({ identityHash, ...patch });
  const info = await new LocalPlace().stat(path);
  if (info === null) throw new Error(`no file ${path}`);
  const splits = splitsOf(await describeFile(info, settings.input), settings.input.splitBytes);
  const blocks = new Map<string, Uint8Array[]>();
  const users = new Map<string, Uint8Array[]>();
  const dead: DeadLetter[] = [];
  const counts: ReadCounts[] = [];
  for (const split of splits) {
    for (const { key, value } of (await readAndPack({ split, settings: JSON.stringify(settings) })).value) {
      if (key === "dead") dead.push(...decodeDeadLetters(value));
      else if (key === "counts") counts.push(decodeReadCounts(value));
      else if (key.startsWith(USERS_KEY)) users.set(key, [...(users.get(key) ?? []), value]);
      else blocks.set(key, [...(blocks.get(key) ?? []), value]);
    }
  }
  const sum = mergeReadCounts(counts);
  const events = [...blocks.values()].flat().flatMap(readBlock);
  if (sum.rowsRead !== sum.eventsPacked + setAsideTotal(sum) || events.length !== sum.eventsPacked) {
    throw new Error(`the row equation does not hold: ${JSON.stringify(sum)}, ${events.length} events`);
  }
  return { events, blocks, dead, counts: sum, users, splitCount: splits.length };
}
