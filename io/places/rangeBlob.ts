import type { FileInfo, Place } from "./place";

/** What a reader of Parquet needs of a `Blob`: a file of a place, of which only the ranges that are asked for are fetched. */
export class RangeBlob implements Pick<Blob, "size" | "arrayBuffer"> {
  constructor(
    private readonly place: Place,
    private readonly file: FileInfo,
    private readonly start = 0,
    private readonly end = file.bytes,
  ) {}

  get size(): number {
    return this.end - this.start;
  }

  /** Bytes `start..end`, counted from the end where negative, as `Blob` does. */
  slice(start = 0, end = this.size): RangeBlob {
    const at = (position: number) =>
      this.start + Math.max(0, Math.min(this.size, position < 0 ? this.size + position : position));
    return new RangeBlob(this.place, this.file, at(start), Math.max(at(start), at(end)));
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.place.readRange(this.file.path, this.start, this.end, this.file.tag);
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }
}
