import { BlockFn } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { source } from "../../beam/stages";
import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import { splitsOf, type InputFile, type Split } from "../../io/inputs/inputFile";

/**
 * The splits of a run's files, `KV<split id, Split JSON>`. The files are those the driver listed (`listInputFiles`): what is read is
 * what the run's fingerprint names, even if more files arrive meanwhile.
 */
export function listInputs(files: readonly InputFile[], splitBytes: number): (root: Root) => PCollection<KeyedBytes> {
  return source("ListInputs", new ListSplitsFn(files, splitBytes));
}

export class ListSplitsFn extends BlockFn<Uint8Array> {
  constructor(
    private readonly files: readonly InputFile[],
    private readonly splitBytes: number,
  ) {
    super();
  }

  *process(): Iterable<KeyedBytes> {
    for (const file of this.files) {
      for (const split of splitsOf(file, this.splitBytes)) {
        addProgress("splits", 1);
        yield { key: split.id, value: encodeSplit(split) };
      }
    }
  }
}

const encodeSplit = (split: Split) => new Uint8Array(Buffer.from(JSON.stringify(split), "utf8"));

export const decodeSplit = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as Split;

registered("transforms/events/listInputs", { ListSplitsFn });
