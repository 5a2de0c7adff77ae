/**
 * The actions of a Delta Lake log that we write and read (github.com/delta-io/delta, PROTOCOL.md; reader version 1, writer version 2).
 * A commit is one JSON file with an action a line.
 */
export interface AddFile {
  /** Relative to the table's folder, percent-encoded. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string>>;
  readonly size: number;
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON: `{"numRecords": …}`. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RemoveFile {
  readonly path: string;
  readonly deletionTimestamp: number;
  readonly dataChange: boolean;
  /** True where partition values and size are given. */
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string>>;
  readonly size?: number;
}

export interface MetaData {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime: number;
}

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
}

/** What a publish was, for people: shown by `DESCRIBE HISTORY` and `DeltaTable.history()`. */
export interface CommitInfo {
  readonly timestamp: number;
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
  readonly engineInfo: string;
  /** JSON text of our own facts about the run. */
  readonly userMetadata: string;
}

export type Action =
  | { readonly protocol: Protocol }
  | { readonly metaData: MetaData }
  | { readonly add: AddFile }
  | { readonly remove: RemoveFile }
  | { readonly commitInfo: CommitInfo };

export const PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

export const encodeCommit = (actions: readonly Action[]): Uint8Array =>
  Buffer.from(actions.map((action) => `${JSON.stringify(action)}\n`).join(""), "utf8");

/** @throws SyntaxError when a line is not JSON */
export function decodeCommit(bytes: Uint8Array): Action[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Action);
}
