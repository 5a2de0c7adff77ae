import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";

/** Writes each session block to a file of its own, for tests that look at what came out. */
export class WriteSessionsFn extends BlockFn {
  constructor(private readonly folder: string) {
    super();
  }

  override process({ value }: KeyedBytes): KeyedBytes[] {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, createHash("sha256").update(value).digest("hex")), value);
    return [];
  }
}

/** The one block of such a file. */
export const splitBlocksOfFile = (bytes: Uint8Array): Uint8Array[] => [new Uint8Array(bytes)];

registered("test/support/sessionFiles", { WriteSessionsFn });
