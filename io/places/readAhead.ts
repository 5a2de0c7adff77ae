import type { Place } from "./place";

/** Bytes asked for at once: few requests, and little is lost where the reader stops. */
const WINDOW_BYTES = 1 << 22;
/** Windows on their way while one is read. */
const AHEAD = 3;

export interface ReadHints {
  /** The file's tag: bytes of another file under its name are refused. */
  readonly tag?: string;
  /** Everything up to here will be read, so it may be fetched before it is asked for. */
  readonly until?: number;
  /** Bytes of the file: nothing is asked for behind its end. */
  readonly bytes?: number;
}

interface Window {
  /** As asked for. */
  readonly length: number;
  readonly bytes: Promise<Uint8Array>;
}

/**
 * Reads a file of a place from front to back with ranges fetched ahead, at most `AHEAD` + 1 windows at a time. Past what is known to be
 * read, each range is what is asked for, then twice as much as before: a reader of a file's head fetches little more than the head.
 */
export class ReadAhead {
  private readonly windows: Window[] = [];
  private current: Uint8Array = new Uint8Array(0);
  private used = 0;
  /** Where the next window begins. */
  private next: number;
  private asked = 0;
  private ended = false;

  constructor(
    private readonly place: Place,
    private readonly path: string,
    position: number,
    private readonly hints: ReadHints,
  ) {
    this.next = position;
  }

  /** Puts at most `most` bytes at `target[at…]` and returns how many; 0 only at the end of the file. */
  async read(target: Uint8Array, at: number, most: number): Promise<number> {
    while (this.used === this.current.length) {
      const isAtEnd = this.ended || (this.windows.length === 0 && this.next >= (this.hints.bytes ?? Infinity));
      if (isAtEnd || most === 0) return 0;
      this.fill(most);
      const window = this.windows.shift() as Window;
      this.current = await window.bytes;
      this.used = 0;
      // Shorter than asked for: the file ends here, and what was fetched behind it is empty.
      if (this.current.length < window.length) this.ended = true;
    }
    const count = Math.min(most, this.current.length - this.used);
    target.set(this.current.subarray(this.used, this.used + count), at);
    this.used += count;
    return count;
  }

  /** What is on its way is not waited for. */
  close(): void {
    this.ended = true;
    this.windows.length = 0;
    this.current = new Uint8Array(0);
    this.used = 0;
  }

  private fill(most: number): void {
    const { until = 0 } = this.hints;
    while (this.windows.length <= AHEAD && this.next < until) this.fetch(Math.min(WINDOW_BYTES, until - this.next));
    if (this.windows.length > 0) return;
    this.asked = Math.min(WINDOW_BYTES, Math.max(most, this.asked * 2));
    this.fetch(this.asked);
  }

  private fetch(length: number): void {
    const bytes = this.place.readRange(this.path, this.next, this.next + length, this.hints.tag);
    // Whoever reads the window learns of its failure.
    bytes.catch(() => undefined);
    this.windows.push({ length, bytes });
    this.next += length;
  }
}
