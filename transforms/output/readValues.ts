import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { create, stage } from "../../beam/stages";
import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import { placeOf } from "../../io/places/place";

/** A small file, and the key its content gets. */
export interface KeyedFile {
  readonly key: string;
  readonly path: string;
}

/** Contents of small files that an earlier run wrote (`writeValues`), under the keys given. The files must be there. */
export function readValues(root: Root, name: string, files: readonly KeyedFile[]): PCollection<KeyedBytes> {
  const elements = files.map(({ key, path }) => ({ key, value: Buffer.from(path) }));
  return root.apply(create(`${name}Paths`, elements)).apply(stage(name, new ReadValuesFn()));
}

export class ReadValuesFn extends BlockFn {
  override async process({ key, value }: KeyedBytes): Promise<KeyedBytes[]> {
    const path = Buffer.from(value).toString("utf8");
    return [{ key, value: await placeOf(path).read(path) }];
  }
}

registered("transforms/output/readValues", { ReadValuesFn });
