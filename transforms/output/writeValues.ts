import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { placeOf } from "../../io/places/place";

/**
 * Writes each value as the file `folder/prefix<key>suffix`, atomically; keys are escaped so that any key is a file name. One value a key.
 * Emits KV<path, nothing>. How small results come back to the driver, on any engine.
 */
export function writeValues(name: string, folder: string, prefix = "", suffix = "") {
  return stage(name, new WriteValuesFn(folder, prefix, suffix));
}

/** Path of the file that `writeValues` makes of a key. */
export const valuePath = (folder: string, key: string, prefix = "", suffix = "") =>
  `${folder}/${prefix}${/^[\w.%-]+$/.test(key) ? key : encodeURIComponent(key).replaceAll("*", "%2A")}${suffix}`;

export class WriteValuesFn extends BlockFn {
  constructor(
    private readonly folder: string,
    private readonly prefix: string,
    private readonly suffix: string,
  ) {
    super();
  }

  override async process({ key, value }: KeyedBytes): Promise<KeyedBytes[]> {
    const path = valuePath(this.folder, key, this.prefix, this.suffix);
    await placeOf(path).write(path, value);
    return [{ key: path, value: new Uint8Array(0) }];
  }
}

registered("transforms/output/writeValues", { WriteValuesFn });
