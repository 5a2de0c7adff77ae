import { UserError } from "../../model/errors";
import type { InputConfig } from "../../model/config";
import { openDecompressed } from "../compression";
import { openBytes, type ByteSource } from "../inputs/byteSource";
import type { InputFile } from "../inputs/inputFile";
import { csvRecords } from "./csvText";
import { DelimitedScanner } from "./delimited";
import { JsonLinesScanner } from "./jsonl";
import type { FieldPlan, LineScanner, RowSink } from "./rows";
import { textOf } from "./utf8";
import { WeblogScanner } from "./weblog";

const HEADER_BYTES = 1 << 20;

/** The scanner of a text file's format. `fromStart`: it will see the first line of the file. */
export async function scannerOf(
  file: InputFile,
  input: Pick<InputConfig, "csv" | "maxLineBytes">,
  plan: FieldPlan,
  sink: RowSink,
  fromStart: boolean,
): Promise<LineScanner> {
  const { maxLineBytes } = input;
  switch (file.format) {
    case "jsonl":
      return new JsonLinesScanner(plan, sink, maxLineBytes);
    case "csv":
    case "tsv": {
      const delimiter = file.delimiter ?? (file.format === "tsv" ? "\t" : ",");
      const given = input.csv.header;
      const header = given ?? (fromStart ? null : await readHeader(file, delimiter));
      const options = { delimiter, header, quotedNewlines: !file.splittable, maxLineBytes, path: file.path };
      return new DelimitedScanner(plan, sink, options);
    }
    case "combined":
    case "common":
      return new WeblogScanner(plan, sink, file.format === "combined", maxLineBytes);
    case "parquet":
      throw new Error("Parquet has no lines");
  }
}

/** The column names in a delimited file's first record. */
export async function readHeader(file: Pick<InputFile, "path" | "compression">, delimiter: string): Promise<string[]> {
  const head = await readHead(file, HEADER_BYTES);
  const [header] = csvRecords(textOf(head, 0, head.length), delimiter, 1);
  if (header === undefined) throw new UserError(`${file.path} has no header line`);
  return header;
}

/** The first bytes of a file's text, at most `most`. */
export async function readHead(
  { path, compression, ...hints }: Pick<InputFile, "path" | "compression"> & { readonly bytes?: number; readonly tag?: string },
  most: number,
): Promise<Uint8Array> {
  const source: ByteSource = compression === "none" ? openBytes(path, 0, hints) : openDecompressed(path, compression, hints);
  try {
    const bytes = new Uint8Array(most);
    let length = 0;
    while (length < most) {
      const count = await source.read(bytes, length, most - length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    source.close();
  }
}
