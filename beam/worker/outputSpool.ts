import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One piece of a bundle's output; `isLast` ends the output of that transform in that bundle. */
export interface OutputPiece {
  readonly instructionId: string;
  readonly transformId: string;
  readonly data: Uint8Array;
  readonly isLast: boolean;
}

export interface SpoolLimits {
  /** Output held in memory above this goes to a file. */
  readonly memoryBytes: number;
  /** Bytes handed to the network and not yet taken by it, at most (one piece may exceed it). */
  readonly inFlightBytes: number;
}

export const DEFAULT_SPOOL_LIMITS: SpoolLimits = { memoryBytes: 64 << 20, inFlightBytes: 8 << 20 };

interface Waiting {
  readonly piece: OutputPiece;
  /** Place in the file; null when the piece still holds its data. */
  readonly stored: { readonly offset: number; readonly bytes: number } | null;
}

const NO_DATA = new Uint8Array();

/**
 * Output on its way to the engine, in order, without ever making the producer wait.
 *
 * Beam's Java runners (Flink, Spark; 2.62) take at most 100 data messages of a bundle and read the rest only after the bundle's answer.
 * A worker that lets its answer wait until its output has gone waits for ever. So the output queues here, the bundle is answered, and
 * the queue follows. Above `memoryBytes` pieces wait in a file (already unlinked, so that a killed worker leaves nothing behind); a slow
 * engine then costs disk, not memory.
 */
export class OutputSpool {
  private readonly waiting: Waiting[] = [];
  private head = 0;
  private memory = 0;
  private inFlight = 0;
  private file: number | null = null;
  private fileEnd = 0;
  private storedPieces = 0;
  private closed = false;
  /** Bytes ever written to the file. */
  spooledBytes = 0;

  /** @param send hands one piece to the network and calls `taken` when the network accepted it */
  constructor(
    private readonly send: (piece: OutputPiece, taken: () => void) => void,
    private readonly limits: SpoolLimits = DEFAULT_SPOOL_LIMITS,
  ) {}

  /** Bytes held in memory, waiting. */
  get memoryBytes(): number {
    return this.memory;
  }

  /** @throws the file system's error (disk full, no permission) when the file cannot be written */
  push(piece: OutputPiece): void {
    if (piece.data.length > 0 && this.memory + piece.data.length > this.limits.memoryBytes) {
      this.waiting.push({ piece: { ...piece, data: NO_DATA }, stored: this.store(piece.data) });
    } else {
      this.memory += piece.data.length;
      this.waiting.push({ piece, stored: null });
    }
    this.pump();
  }

  close(): void {
    this.closed = true;
    this.waiting.length = 0;
    if (this.file !== null) {
      closeSync(this.file);
      this.file = null;
    }
  }

  private pump(): void {
    while (!this.closed && this.head < this.waiting.length && this.inFlight < this.limits.inFlightBytes) {
      const next = this.waiting[this.head++]!;
      this.compact();
      const piece = next.stored === null ? next.piece : { ...next.piece, data: this.load(next.stored) };
      // An empty piece counts too: otherwise thousands of end markers would enter the network's own queue at once.
      const bytes = Math.max(1024, piece.data.length);
      this.memory -= next.stored === null ? piece.data.length : 0;
      this.inFlight += bytes;
      this.send(piece, () => {
        this.inFlight -= bytes;
        this.pump();
      });
    }
  }

  private compact(): void {
    if (this.head === this.waiting.length || this.head > 1024) {
      this.waiting.splice(0, this.head);
      this.head = 0;
    }
  }

  private store(data: Uint8Array): { offset: number; bytes: number } {
    this.file ??= openUnlinked();
    const offset = this.fileEnd;
    for (let done = 0; done < data.length;) {
      done += writeSync(this.file, data, done, data.length - done, offset + done);
    }
    this.fileEnd += data.length;
    this.spooledBytes += data.length;
    this.storedPieces += 1;
    return { offset, bytes: data.length };
  }

  private load(stored: { offset: number; bytes: number }): Uint8Array {
    const data = new Uint8Array(stored.bytes);
    for (let done = 0; done < data.length;) {
      const read = readSync(this.file!, data, done, data.length - done, stored.offset + done);
      if (read === 0) {
        throw new Error(`the output spool ended ${data.length - done} bytes early`);
      }
      done += read;
    }
    this.storedPieces -= 1;
    if (this.storedPieces === 0) {
      ftruncateSync(this.file!, 0);
      this.fileEnd = 0;
    }
    return data;
  }
}

function openUnlinked(): number {
  const dir = mkdtempSync(join(tmpdir(), "sessionary-output-"));
  const file = openSync(join(dir, "spool"), "wx+", 0o600);
  rmSync(dir, { recursive: true });
  return file;
}
