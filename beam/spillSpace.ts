import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SpillFile } from "./spillFile";

/** Someone who holds values in memory and can write them to disk. */
export interface SpillHolder {
  /** Bytes in memory, as told to `SpillSpace.hold`. */
  heldBytes: number;
  /** Writes everything held to disk; the space then takes `heldBytes` as 0. */
  spill(): void;
}

/**
 * The memory limit and the temporary folder that all waiting stages of a run share. Above the limit the holder with most bytes
 * spills, so that a run has few large files and a small holder never pays for a large one.
 */
export class SpillSpace {
  private readonly holders = new Set<SpillHolder>();
  private readonly files: SpillFile[] = [];
  private folder: string | null = null;
  private heldBytes = 0;
  /** Bytes written to disk so far. */
  spilledBytes = 0;

  /** @param limitBytes values held in memory at most, over all holders */
  constructor(
    private readonly limitBytes: number,
    private readonly tempDir: string,
  ) {}

  hold(holder: SpillHolder, bytes: number): void {
    this.holders.add(holder);
    holder.heldBytes += bytes;
    this.heldBytes += bytes;
    while (this.heldBytes > this.limitBytes) {
      const largest = [...this.holders].reduce((a, b) => (b.heldBytes > a.heldBytes ? b : a));
      this.spilledBytes += largest.heldBytes;
      largest.spill();
      this.release(largest, largest.heldBytes);
    }
  }

  release(holder: SpillHolder, bytes: number): void {
    holder.heldBytes -= bytes;
    this.heldBytes -= bytes;
  }

  /** A new file in the run's folder, which is made with the first one. */
  openFile(): SpillFile {
    if (this.folder === null) {
      mkdirSync(this.tempDir, { recursive: true });
      this.folder = mkdtempSync(join(this.tempDir, "sessionary-run-"));
    }
    const file = new SpillFile(join(this.folder, `spill-${this.files.length}`));
    this.files.push(file);
    return file;
  }

  /** Closes and removes all files and the folder. */
  close(): void {
    for (const file of this.files) {
      file.close();
    }
    if (this.folder !== null) {
      rmSync(this.folder, { recursive: true, force: true });
    }
    this.holders.clear();
  }
}
