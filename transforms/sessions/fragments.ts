import { ByteReader, encodeEventBlock, readEventBlockHeader, type PackedEvent } from "../../model/eventBlock";

/** A stretch of one user's events in one block, every pause shorter than the splitting pause. */
export interface Fragment {
  /** `app NUL user`, or `app NUL user NUL session id`. */
  readonly key: Uint8Array;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Pause that would have ended it. */
  readonly pauseMs: number;
  /** An event block of its own. */
  readonly block: Uint8Array;
}

/**
 * Cuts the runs of an event block wherever the pause is at least `splitPauseMs(app)`. What the blocks of other splits hold of the same user
 * may close such a pause again; that is for whoever brings the fragments together.
 * @throws RangeError when `bytes` is not an event block
 */
export function* fragmentsOf(bytes: Uint8Array, splitPauseMs: (app: string) => number): Generator<Fragment> {
  const shape = readEventBlockHeader(bytes);
  const reader = new ByteReader(bytes, shape.namesAt);
  const names = readTexts(reader);
  const texts = readTexts(reader);
  for (let run = 0; run < shape.runCount; run++) {
    const key = readBytes(reader, reader.varint());
    const count = reader.varint();
    const pause = splitPauseMs(appOf(key));
    let events: PackedEvent[] = [];
    let timeMs = reader.f64();
    for (let i = 0; i < count; i++) {
      const sinceMs = reader.varint();
      timeMs += sinceMs;
      if (events.length > 0 && sinceMs >= pause) {
        yield fragment(shape, key, pause, events);
        events = [];
      }
      const code = reader.varint();
      const numbers = Array.from({ length: shape.numberCount }, () => reader.f64());
      const values = Array.from({ length: shape.textCount }, () => reader.varint());
      events.push({
        timeMs,
        name: names[Math.floor(code / 4)] as string,
        traffic: code % 4,
        numbers,
        texts: values.map((value) => (value === 0 ? null : (texts[value - 1] as string))),
        idHash: shape.hasEventIds ? readBytes(reader, 8) : null,
      });
    }
    if (events.length > 0) yield fragment(shape, key, pause, events);
  }
}

function fragment(
  shape: ReturnType<typeof readEventBlockHeader>,
  key: Uint8Array,
  pauseMs: number,
  events: readonly PackedEvent[],
): Fragment {
  const firstMs = (events[0] as PackedEvent).timeMs;
  const lastMs = (events.at(-1) as PackedEvent).timeMs;
  return { key, firstMs, lastMs, pauseMs, block: encodeEventBlock(shape, [{ key, events }]) };
}

function readTexts(reader: ByteReader): string[] {
  return Array.from({ length: reader.u32() }, () => Buffer.from(readBytes(reader, reader.varint())).toString("utf8"));
}

function readBytes(reader: ByteReader, count: number): Uint8Array {
  const bytes = reader.bytes.slice(reader.at, reader.at + count);
  reader.at += count;
  return bytes;
}

/** The part of a key before its first NUL. */
export function appOf(key: Uint8Array): string {
  return Buffer.from(key.subarray(0, key.indexOf(0))).toString("utf8");
}
