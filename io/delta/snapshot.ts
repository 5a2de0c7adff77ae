import { UserError } from "../../model/errors";
import type { Action, AddFile, MetaData, Protocol, RemoveFile } from "./actions";

/** A table as it was after one version. */
export interface Snapshot {
  /** −1 before the first commit. */
  readonly version: number;
  readonly metaData: MetaData | null;
  readonly protocol: Protocol | null;
  /** Current files by path. */
  readonly files: ReadonlyMap<string, AddFile>;
  /** Files that older versions have and this one has not, by path. */
  readonly removed: ReadonlyMap<string, RemoveFile>;
}

export const NO_TABLE: Snapshot = { version: -1, metaData: null, protocol: null, files: new Map(), removed: new Map() };

/** The state after one more commit: the last word on a path wins. */
export function applyActions(before: Snapshot, version: number, actions: readonly Action[]): Snapshot {
  const files = new Map(before.files);
  const removed = new Map(before.removed);
  let { metaData, protocol } = before;
  for (const action of actions) {
    if ("add" in action) {
      files.set(action.add.path, action.add);
      removed.delete(action.add.path);
    } else if ("remove" in action) {
      files.delete(action.remove.path);
      removed.set(action.remove.path, action.remove);
    } else if ("metaData" in action) {
      metaData = action.metaData;
    } else if ("protocol" in action) {
      protocol = action.protocol;
    }
  }
  return { version, metaData, protocol, files, removed };
}

/** @throws UserError when the table was changed by a writer of a newer protocol than we understand */
export function assertReadable({ protocol }: Snapshot, root: string): void {
  if (protocol && (protocol.minReaderVersion > 1 || protocol.minWriterVersion > 2)) {
    const { minReaderVersion, minWriterVersion } = protocol;
    throw new UserError(
      `${root} needs Delta reader ${minReaderVersion}, writer ${minWriterVersion}; sessionary knows reader 1, writer 2`,
      ["another program has upgraded the table: write to another output folder, or re-create the table without the new features"],
    );
  }
}

/** Files of one partition, by path. */
export const filesOfDate = (snapshot: Snapshot, date: string): AddFile[] =>
  [...snapshot.files.values()]
    .filter(({ partitionValues }) => partitionValues["date"] === date)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
