import { open } from "node:fs/promises";
import { placeOf, type FileInfo } from "./place";
import { ReadAhead } from "./readAhead";

const PIECE_BYTES = 1 << 22;

/** Copies a file of any place to a new file of this machine; memory stays small. @throws DataError when it changes meanwhile */
export async function download(file: FileInfo, localFile: string): Promise<void> {
  const target = await open(localFile, "wx");
  const source = new ReadAhead(placeOf(file.path), file.path, 0, { tag: file.tag, bytes: file.bytes, until: file.bytes });
  try {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, Math.max(1, file.bytes)));
    for (let left = file.bytes; left > 0;) {
      const count = await source.read(piece, 0, Math.min(left, piece.length));
      if (count === 0) throw new Error(`${file.path} ends ${left} bytes early`);
      await target.write(piece, 0, count);
      left -= count;
    }
  } finally {
    source.close();
    await target.close();
  }
}
