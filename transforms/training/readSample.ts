import type { PCollection } from "apache-beam";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { composite, create, spread, stage } from "../../beam/stages";
import type { KeyedBytes, Root } from "../../beam/types";
import { placeOf } from "../../io/places/place";
import { splitBlocks } from "../../model/labelledSample";
import { withPlace } from "./placeInSample";

/** A file of an app's labelled sample. */
export interface SampleFile {
  readonly app: string;
  /** Position among the app's files. */
  readonly part: number;
  readonly path: string;
}

/**
 * The labelled sample of a discovery.
 *
 *     root  →  KV<app, labelled block>, each with its place in the sample (`placeInSample`)
 */
export function readSample(files: readonly SampleFile[]) {
  const elements = files.map((file) => ({ key: file.path, value: new Uint8Array(Buffer.from(JSON.stringify(file))) }));
  return composite("ReadSample", (root: Root): PCollection<KeyedBytes> =>
    root.apply(create("SampleFiles", elements)).apply(spread("SpreadFiles")).apply(stage("ReadBlocks", new ReadBlocksFn())),
  );
}

/** KV<path, sample file> → KV<app, labelled block> */
export class ReadBlocksFn extends BlockFn {
  async process({ value }: KeyedBytes): Promise<KeyedBytes[]> {
    const { app, part, path } = JSON.parse(Buffer.from(value).toString()) as SampleFile;
    const blocks = splitBlocks(await placeOf(path).read(path));
    // The order of values of a group is not defined: each block carries its place, so that rows can be put back in order.
    return blocks.map((block, i) => ({
      key: app,
      value: withPlace(block, { part, block: i }),
    }));
  }
}

registered("transforms/training/readSample", { ReadBlocksFn });
