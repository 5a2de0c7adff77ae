import { reasonCode } from "../../model/reasons";
import type { ByteSource } from "../inputs/byteSource";
import type { LineScanner, RowSink } from "./rows";

const TOO_LONG = reasonCode("too_long");
const TRUNCATED = reasonCode("truncated_input");
const NEWLINE = 10;
/** Bytes read at once: large enough for few reads, small enough to stay near the processor. */
const CHUNK_BYTES = 1 << 20;
const TAIL_BYTES = 1 << 16;
/** Start of a line kept of one that is too long, for its dead letter. */
const KEPT_BYTES = 1 << 16;

export interface LineRange {
  /** Offset in the text of the first byte the source gives. */
  readonly sourceStart: number;
  /** The source begins inside or right before a line: everything up to the first newline belongs to the range before. */
  readonly skipFirstLine: boolean;
  /** Lines that begin at or after this offset belong to the next range. */
  readonly end: number;
  readonly maxLineBytes: number;
}

/**
 * Hands the lines of a range to a scanner, chunk by chunk: memory is a chunk and the longest line allowed. A line belongs to the range
 * it begins in. A byte-order mark at the start of the text is passed over, a missing newline at its end is put there. `onChunk` is
 * called after each chunk with the bytes read so far.
 */
export async function readLines(
  source: ByteSource,
  scanner: LineScanner,
  sink: RowSink,
  range: LineRange,
  onChunk: (bytesRead: number) => void,
): Promise<void> {
  const { maxLineBytes, end } = range;
  const most = maxLineBytes + CHUNK_BYTES + TAIL_BYTES;
  let bytes = buffers.pop() ?? new Uint8Array(CHUNK_BYTES * 2);
  let base = range.sourceStart;
  let length = 0;
  let skipping = range.skipFirstLine;
  let first = base === 0;
  let atEnd = false;
  while (!atEnd) {
    if (bytes.length - length < CHUNK_BYTES + 1) bytes = grown(bytes, Math.min(most, bytes.length * 2));
    // Past the end of the range only the rest of its last line is read.
    const inTail = base + length >= end;
    if (inTail && (length === 0 ? !skipping : bytes[length - 1] === NEWLINE)) break;
    const room = Math.min(CHUNK_BYTES, bytes.length - length - 1, inTail ? TAIL_BYTES : end - base - length);
    const answer = source.read(bytes, length, room);
    const count = typeof answer === "number" ? answer : await answer;
    let start = 0;
    const before = length;
    length += count;
    if (first && length < 3 && count > 0) continue;
    if (first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && length >= 3) start = 3;
    first = false;
    if (inTail) {
      const newline = bytes.subarray(before, length).indexOf(NEWLINE);
      if (newline >= 0) {
        length = before + newline + 1;
        atEnd = true;
      }
    }
    if (count === 0) {
      atEnd = true;
      if (source.damage !== null) {
        scanner.skipRow();
        sink.setAside(TRUNCATED, base + start, bytes, start, skipping ? start : length);
        length = start;
      } else if (length > start && bytes[length - 1] !== NEWLINE) bytes[length++] = NEWLINE;
    }
    if (skipping) {
      const newline = bytes.subarray(start, length).indexOf(NEWLINE);
      if (newline < 0) {
        base += length;
        length = 0;
        continue;
      }
      start += newline + 1;
      skipping = false;
      if (base + start >= end) break;
    }
    let consumed = start;
    const stop = bytes.subarray(start, length).lastIndexOf(NEWLINE) + 1 + start;
    if (stop > start) consumed = scanner.scan(bytes, start, stop, base, atEnd || base + stop >= end);
    if (length - consumed > maxLineBytes) {
      scanner.skipRow();
      sink.setAside(TOO_LONG, base + consumed, bytes, consumed, Math.min(length, consumed + KEPT_BYTES));
      skipping = !atEnd;
      base += length;
      length = 0;
    } else {
      bytes.copyWithin(0, consumed, length);
      base += consumed;
      length -= consumed;
    }
    onChunk(base + length - range.sourceStart);
  }
  if (buffers.length < 4 && bytes.length <= CHUNK_BYTES * 4) buffers.push(bytes);
}

/** Buffers of finished ranges, for the next ones of this thread. */
const buffers: Uint8Array[] = [];

function grown(bytes: Uint8Array, size: number): Uint8Array {
  if (size <= bytes.length) return bytes;
  const copy = new Uint8Array(size);
  copy.set(bytes);
  return copy;
}
