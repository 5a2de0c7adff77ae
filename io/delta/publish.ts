import { randomUUID } from "node:crypto";
import { UserError } from "../../model/errors";
import { deltaSchema, PARTITION, type TableColumn, type TableSchema } from "../../model/tables/tableSchema";
import { PROTOCOL, type Action, type AddFile, type MetaData } from "./actions";
import { VERSIONS_PER_CHECKPOINT, writeCheckpoint } from "./checkpoint";
import { checkpointPath, readSnapshot, writeCommit } from "./deltaLog";
import { filesOfDate, type Snapshot } from "./snapshot";

/** A Parquet file that a run wrote under a table's folder and wants readers to see. */
export interface NewFile {
  /** Relative to the table's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

/** One day of one table, ready to be seen. */
export interface DayPublish {
  readonly root: string;
  readonly schema: TableSchema;
  readonly date: string;
  readonly files: readonly NewFile[];
  /** Same fingerprint = same bytes. */
  readonly fingerprint: string;
  readonly runId: string;
  /** Small facts about the day, kept with its files and given back by `publishedDay`. */
  readonly tags: Readonly<Record<string, string>>;
  /** What the plan saw: fingerprint of the day's files then, null when there were none. */
  readonly seen: string | null;
  /** Facts for the table's history. */
  readonly facts: unknown;
  readonly engineInfo: string;
  readonly nowMs: number;
}

export type PublishOutcome =
  /** Files were added and old ones removed in `version`. */
  | { readonly kind: "published"; readonly version: number }
  /** The table has exactly this already. */
  | { readonly kind: "unchanged"; readonly version: number };

/** Another run published other content for the day while this one was working. */
export class PublishConflict extends UserError {}

/** What a table shows of a day. */
export interface PublishedDay {
  readonly date: string;
  readonly fingerprint: string;
  readonly runId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly files: readonly AddFile[];
}

/** @returns null when the table has nothing for the date */
export function publishedDay(snapshot: Snapshot, date: string): PublishedDay | null {
  const files = filesOfDate(snapshot, date);
  const tags = files[0]?.tags ?? {};
  return files.length === 0 ? null : { date, fingerprint: tags["fingerprint"] ?? "", runId: tags["runId"] ?? "", tags, files };
}

/** Dates that a table has, ascending. */
export const publishedDates = (snapshot: Snapshot): string[] =>
  [...new Set([...snapshot.files.values()].map(({ partitionValues }) => partitionValues[PARTITION] ?? ""))].sort();

/**
 * Replaces a day of a table in one commit that readers see whole or not at all. A writer that loses a version number reads again:
 * another day was published, so it commits on top; the same day with the same fingerprint, nothing is left to do.
 *
 * @throws PublishConflict when the same day was published with other inputs since the plan was made
 */
export async function publishDay(day: DayPublish): Promise<PublishOutcome> {
  for (;;) {
    const snapshot = await readSnapshot(day.root);
    const current = publishedDay(snapshot, day.date);
    if (current?.fingerprint === day.fingerprint) {
      return { kind: "unchanged", version: snapshot.version };
    }
    if ((current?.fingerprint ?? null) !== day.seen) {
      throw new PublishConflict(
        `${day.schema.name} of ${day.date} was published by another run (${current?.runId ?? "its files were removed"}) with other inputs; nothing of this run is shown`,
        ["run `sessionary status`, then score the day again"],
      );
    }
    const version = snapshot.version + 1;
    if (await writeCommit(day.root, version, actionsOf(day, snapshot, current))) {
      await checkpointWhenLong(day.root, version, day.nowMs);
      return { kind: "published", version };
    }
  }
}

function actionsOf(day: DayPublish, snapshot: Snapshot, current: PublishedDay | null): Action[] {
  const metaData = metaDataOf(day, snapshot.metaData);
  const added = new Set(day.files.map(({ path }) => path));
  const tags = { ...day.tags, fingerprint: day.fingerprint, runId: day.runId };
  return [
    {
      commitInfo: {
        timestamp: day.nowMs,
        operation: "WRITE",
        operationParameters: { mode: "Overwrite", partitionBy: JSON.stringify([PARTITION]), predicate: `date = '${day.date}'` },
        engineInfo: day.engineInfo,
        userMetadata: JSON.stringify({ date: day.date, runId: day.runId, fingerprint: day.fingerprint, facts: day.facts }),
      },
    },
    ...(snapshot.protocol ? [] : [{ protocol: PROTOCOL }]),
    ...(metaData === snapshot.metaData ? [] : [{ metaData }]),
    ...(current?.files ?? [])
      .filter(({ path }) => !added.has(path))
      .map(({ path, size, partitionValues }) => ({
        remove: { path, deletionTimestamp: day.nowMs, dataChange: true, extendedFileMetadata: true, partitionValues, size },
      })),
    ...day.files.map(({ path, bytes, rows }) => ({
      add: {
        path,
        partitionValues: { [PARTITION]: day.date },
        size: bytes,
        modificationTime: day.nowMs,
        dataChange: true,
        stats: JSON.stringify({ numRecords: rows }),
        tags,
      },
    })),
  ];
}

/** The table's description: as it is, or with the columns that are new. Columns that are no longer written stay, and read as null. */
function metaDataOf(day: DayPublish, before: MetaData | null): MetaData {
  const { schema } = day;
  if (before === null) {
    return {
      id: randomUUID(),
      name: schema.name,
      description: schema.about,
      format: { provider: "parquet", options: {} },
      schemaString: JSON.stringify(deltaSchema(schema.columns)),
      partitionColumns: [PARTITION],
      configuration: {},
      createdTime: day.nowMs,
    };
  }
  const known = columnsOf(before);
  const typeOf = new Map(known.map(({ name, type }) => [name, type]));
  for (const { name, type } of schema.columns) {
    const had = typeOf.get(name);
    if (had !== undefined && had !== type) {
      throw new UserError(`column ${name} of the table ${schema.name} is ${had}, this run writes ${type}`, [
        `give the attribute another name in the config, or write to another output folder`,
      ]);
    }
  }
  const added = schema.columns.filter(({ name }) => !typeOf.has(name));
  return added.length === 0 ? before : { ...before, schemaString: JSON.stringify(deltaSchema([...known, ...added])) };
}

/** Columns of a table as its log describes them. */
export function columnsOf(metaData: MetaData): TableColumn[] {
  const { fields } = JSON.parse(metaData.schemaString) as ReturnType<typeof deltaSchema>;
  return fields.map(({ name, type, metadata }) => ({ name, type, about: metadata.comment ?? "" }));
}

/** A checkpoint only saves time: a failure to write it must not fail a publish that readers already see. */
async function checkpointWhenLong(root: string, version: number, nowMs: number): Promise<void> {
  if (version === 0 || version % VERSIONS_PER_CHECKPOINT !== 0) return;
  const snapshot = await readSnapshot(root, version);
  await writeCheckpoint(root, checkpointPath(root, version), snapshot, nowMs).catch(() => undefined);
}
