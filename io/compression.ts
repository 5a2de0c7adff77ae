import { createGunzip, type Gunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { openBytes, type ByteSource } from "./inputs/byteSource";
import type { ReadHints } from "./places/readAhead";

export type Compression = "none" | "gzip" | "zstd";

const PIECE_BYTES = 1 << 18;
/** Decompressed bytes waiting to be read, about; above it decompression pauses. */
const WAITING_BYTES = 1 << 23;

/** By the first bytes of a file; names lie too often. */
export function compressionOf(firstBytes: Uint8Array): Compression {
  if (firstBytes[0] === 0x1f && firstBytes[1] === 0x8b) return "gzip";
  if (firstBytes[0] === 0x28 && firstBytes[1] === 0xb5 && firstBytes[2] === 0x2f && firstBytes[3] === 0xfd) return "zstd";
  return "none";
}

/**
 * The decompressed bytes of a file, streamed. gzip may have many members, zstd many frames. A file that ends or breaks off early gives
 * what was before that, then `damage`.
 */
export function openDecompressed(path: string, compression: Compression, hints: ReadHints = {}): ByteSource {
  const stored = openBytes(path, 0, hints);
  if (compression === "gzip") return new GunzipBytes(stored);
  return compression === "zstd" ? new ZstdBytes(stored) : stored;
}

/** Pieces handed over in order and read in any sizes. */
class Pieces {
  waiting = 0;
  private readonly list: Uint8Array[] = [];

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.list.push(piece);
    this.waiting += piece.length;
  }

  take(target: Uint8Array, at: number, most: number): number {
    let taken = 0;
    while (taken < most && this.list.length > 0) {
      const piece = this.list[0] as Uint8Array;
      const part = piece.length <= most - taken ? piece : piece.subarray(0, most - taken);
      target.set(part, at + taken);
      taken += part.length;
      if (part.length === piece.length) this.list.shift();
      else this.list[0] = piece.subarray(part.length);
    }
    this.waiting -= taken;
    return taken;
  }
}

class GunzipBytes implements ByteSource {
  damage: string | null = null;
  private readonly pieces = new Pieces();
  private readonly gunzip: Gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  private ended = false;
  private closed = false;
  private failure: Error | null = null;
  private wake: () => void = () => undefined;

  constructor(private readonly stored: ByteSource) {
    this.gunzip.on("data", (piece: Uint8Array) => {
      this.pieces.push(piece);
      if (this.pieces.waiting > WAITING_BYTES) this.gunzip.pause();
      this.wake();
    });
    this.gunzip.on("end", () => this.finish(null));
    this.gunzip.on("error", (error) => this.finish(error.message));
    this.feed().catch((error: unknown) => {
      this.failure = error as Error;
      this.finish(null);
    });
  }

  async read(target: Uint8Array, at: number, most: number): Promise<number> {
    while (this.pieces.waiting === 0 && !this.ended) {
      this.gunzip.resume();
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if (this.failure !== null) throw this.failure;
    return this.pieces.take(target, at, most);
  }

  close(): void {
    this.closed = true;
    this.gunzip.destroy();
    this.stored.close();
  }

  private finish(damage: string | null): void {
    this.damage ??= damage;
    this.ended = true;
    this.wake();
  }

  private async feed(): Promise<void> {
    while (!this.ended && !this.closed) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = await this.stored.read(piece, 0, PIECE_BYTES);
      if (count === 0) {
        this.gunzip.end();
        return;
      }
      // The callback comes when the piece is decompressed, or with the error that ends it all.
      await new Promise<void>((resolve) => this.gunzip.write(piece.subarray(0, count), () => resolve()));
    }
  }
}

class ZstdBytes implements ByteSource {
  damage: string | null = null;
  private readonly pieces = new Pieces();
  private readonly decoder: Decompress;
  private ended = false;

  constructor(private readonly stored: ByteSource) {
    this.decoder = new Decompress((piece) => this.pieces.push(piece));
  }

  async read(target: Uint8Array, at: number, most: number): Promise<number> {
    while (this.pieces.waiting === 0 && !this.ended) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = await this.stored.read(piece, 0, PIECE_BYTES);
      this.ended = count === 0;
      try {
        this.decoder.push(piece.subarray(0, count), this.ended);
      } catch (error) {
        this.ended = true;
        this.damage = (error as Error).message;
      }
    }
    return this.pieces.take(target, at, most);
  }

  close(): void {
    this.ended = true;
    this.stored.close();
  }
}
