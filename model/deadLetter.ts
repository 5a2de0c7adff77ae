import type { Reason } from "./reasons";

/** A row that could not be used, kept so that someone can look at it. */
export interface DeadLetter {
  /** Stage that set it aside, e.g. `ReadAndPack`. */
  readonly stage: string;
  readonly reason: Reason;
  /** Path or URL of the file. */
  readonly file: string;
  /** Byte offset of the line in the uncompressed text; for Parquet the row number. */
  readonly offset: number;
  /** The row's text, capped; bytes that are not UTF-8 show as U+FFFD. Empty where raw text is left out. */
  readonly raw: string;
}

/** Dead letters as JSON lines, UTF-8. */
export function encodeDeadLetters(letters: readonly DeadLetter[]): Uint8Array {
  return new Uint8Array(Buffer.from(letters.map((letter) => `${JSON.stringify(letter)}\n`).join(""), "utf8"));
}

export function decodeDeadLetters(bytes: Uint8Array): DeadLetter[] {
  return Buffer.from(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DeadLetter);
}
