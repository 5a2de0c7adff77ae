import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import type { LineWriter } from "./lineWriter";

/** Receives the lines of one log file after the other. */
export interface LogSink {
  /** `write` fills a line writer and calls `flush` now and then. Resolves to the file's bytes on disk. */
  file(path: string, write: (flush: () => void) => void): Promise<number>;
}

/** Plain or gzipped text files. */
export class TextSink implements LogSink {
  constructor(
    private readonly lines: LineWriter,
    private readonly gzip: boolean,
  ) {}

  async file(path: string, write: (flush: () => void) => void): Promise<number> {
    mkdirSync(dirname(path), { recursive: true });
    if (this.gzip) {
      this.lines.header();
      write(() => {});
      const packed = gzipSync(this.lines.take(), { level: 4 });
      writeFileSync(path, packed);
      return packed.length;
    }
    const fd = openSync(path, "w");
    let bytes = 0;
    const drain = () => {
      const taken = this.lines.take();
      for (let at = 0; at < taken.length;) at += writeSync(fd, taken, at);
      bytes += taken.length;
    };
    this.lines.header();
    write(() => {
      if (this.lines.pendingBytes > 1 << 20) drain();
    });
    drain();
    closeSync(fd);
    return bytes;
  }
}

/** Parquet through DuckDB, from a CSV file that lives for a moment beside it. Lines that are no rows cannot be in it. */
export class ParquetSink implements LogSink {
  private constructor(
    private readonly csv: TextSink,
    private readonly run: (sql: string) => Promise<void>,
    private readonly types: string,
    readonly close: () => void,
  ) {}

  static async open(lines: LineWriter, columns: readonly (readonly [string, string])[]): Promise<ParquetSink> {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    const run = async (sql: string) => void (await connection.run(sql));
    const types = columns.map(([name, type]) => `'${name}': '${type}'`).join(", ");
    return new ParquetSink(new TextSink(lines, false), run, types, () => {
      connection.closeSync();
      instance.closeSync();
    });
  }

  async file(path: string, write: (flush: () => void) => void): Promise<number> {
    const csv = `${path}.csv`;
    await this.csv.file(csv, write);
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
    await this.run(
      `COPY (SELECT * FROM read_csv(${quoted(csv)}, header = true, auto_detect = false, delim = ',', quote = '"', nullstr = '', columns = {${this.types}})) ` +
        `TO ${quoted(path)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)`,
    );
    rmSync(csv);
    const { statSync } = await import("node:fs");
    return statSync(path).size;
  }
}
