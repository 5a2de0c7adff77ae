import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { explained, SpillFile } from "./spillFile";

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
  /** A process that is told to stop leaves at once: its files go with it. */
  private readonly onExit = () => this.removeFolder();
  /** Bytes written to disk so far. */
  spilledBytes = 0;

  /** @param limitBytes values held in memory at most, over all holders */
  constructor(
    private readonly limitBytes: number,
    private readonly tempDir: string,
  ) {
    sweepLeftovers(tempDir);
  }

  /** @throws UserError when the temporary folder cannot be written to */
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
      this.folder = explained(this.tempDir, () => {
        mkdirSync(this.tempDir, { recursive: true });
        return mkdtempSync(join(this.tempDir, `${OWN_PREFIX}${process.pid}-`));
      });
      process.once("exit", this.onExit);
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
    this.removeFolder();
    process.off("exit", this.onExit);
    this.holders.clear();
  }

  private removeFolder(): void {
    if (this.folder !== null) {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

const OWN_PREFIX = `sessionary-run-${hostname()}-`;

/** A run that was killed could not remove its folder: the next one on the same machine does. */
function sweepLeftovers(tempDir: string): void {
  if (!existsSync(tempDir)) {
    return;
  }
  for (const name of readdirSync(tempDir)) {
    const pid = name.startsWith(OWN_PREFIX) ? Number.parseInt(name.slice(OWN_PREFIX.length), 10) : NaN;
    if (pid > 0 && !isAlive(pid)) {
      rmSync(join(tempDir, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
