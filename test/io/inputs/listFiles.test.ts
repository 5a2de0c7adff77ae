import { expect } from "chai";
import fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expandDateParts } from "../../../io/inputs/dateParts";
import { globToRegExp } from "../../../io/inputs/glob";
import { splitsOf, type InputFile } from "../../../io/inputs/inputFile";
import { listInputFiles } from "../../../io/inputs/listFiles";

const ROW = '{"user":"a","ts":1,"event":"e","app":"w"}\n';

describe("listInputFiles", () => {
  let folder: string;
  const put = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const list = async (paths: string[], range: { fromMs: number; toMs: number } | null = null, more = {}) => {
    const time = { column: "ts", format: "auto" as const, zone: "Europe/Berlin" };
    const input = {
      paths: paths.map((path) => join(folder, path)),
      format: "auto" as const,
      csv: { delimiter: null, header: null },
      splitBytes: 100,
      time,
      ...more,
    };
    return (await listInputFiles(input, range)).map((file) => ({ ...file, name: file.path.slice(folder.length + 1) }));
  };
  const names = async (...args: Parameters<typeof list>) => (await list(...args)).map(({ name }) => name);
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sessionary-list-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("finds files by name, folder and pattern, each once and sorted; hidden ones and markers not", async () => {
    for (const name of ["b.jsonl", "a/2.jsonl", "a/1.jsonl", "a/.hidden", "a/_SUCCESS", "c.txt"]) put(name, ROW);
    expect(await names(["b.jsonl", "a", "a/*.jsonl"])).to.deep.equal(["a/1.jsonl", "a/2.jsonl", "b.jsonl"]);
    expect(await names(["**/*.jsonl"])).to.deep.equal(["a/1.jsonl", "a/2.jsonl", "b.jsonl"]);
    expect(await names(["{b,c}.*"])).to.deep.equal(["b.jsonl", "c.txt"]);
  });

  it("keeps only the files of the dates asked for, local dates of the zone", async () => {
    for (const day of ["01", "02", "03"]) for (const hour of ["00", "23"]) put(`2024/07/${day}/h${hour}.jsonl`, ROW);
    const range = { fromMs: Date.UTC(2024, 6, 1, 22), toMs: Date.UTC(2024, 6, 2, 22) };
    expect(await names(["{yyyy}/{MM}/{dd}/h{HH}.jsonl"], range)).to.deep.equal(["2024/07/02/h00.jsonl", "2024/07/02/h23.jsonl"]);
    expect(await names(["{yyyy}/{MM}/{dd}/*"], range)).to.have.length(2);
    expect(await names(["{yyyy}/{MM}/{dd}/*"])).to.have.length(6);
    expect(await names(["{yyyy}-{MM}.jsonl"], range)).to.deep.equal([]);
  });

  it("sees format, delimiter and compression in the bytes, not in the name", async () => {
    put("a.txt", ROW);
    put("b.txt", gzipSync("user;ts;event\na;1;e\n"));
    put("c.txt", "user\tts\nx\t1\n");
    put("d.txt", '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "Mozilla"\n');
    put("e.txt", '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5\n');
    const seen = (await list(["."])).map(({ format, delimiter, compression, splittable }) => [
      format,
      delimiter,
      compression,
      splittable,
    ]);
    expect(seen).to.deep.equal([
      ["jsonl", null, "none", true],
      ["csv", ";", "gzip", false],
      ["tsv", "\t", "none", false],
      ["combined", null, "none", true],
      ["common", null, "none", true],
    ]);
  });

  it("lets a large CSV be split only when it quotes nothing", async () => {
    put("plain.csv", "a,b\n" + "1,2\n".repeat(50));
    put("quoted.csv", "a,b\n" + "1,2\n".repeat(50) + '"x",2\n');
    expect((await list(["plain.csv", "quoted.csv"])).map(({ splittable }) => splittable)).to.deep.equal([true, false]);
  });

  it("names what cannot be read and why", async () => {
    put("odd.bin", "just one word\nand another\n");
    put("wide.txt", Buffer.from("\ufeffuser", "utf16le"));
    const message = (path: string) =>
      list([path]).then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
    expect(await message("gone.jsonl")).to.match(/gone\.jsonl cannot be read: there is no such file/);
    expect(await message("*.csv")).to.match(/no file matches .*\*\.csv/);
    expect(await message("odd.bin")).to.match(/odd\.bin: its format is not plain/);
    expect(await message("wide.txt")).to.match(/wide\.txt is UTF-16 text/);
  });
});

describe("expandDateParts", () => {
  it("gives each hour that a range touches, over a clock change", () => {
    const patterns = expandDateParts(
      "/x/{yyyy}{MM}{dd}-{HH}",
      { fromMs: Date.UTC(2024, 9, 26, 23, 30), toMs: Date.UTC(2024, 9, 27, 2, 30) },
      "Europe/Berlin",
    );
    expect(patterns).to.deep.equal(["/x/20241027-01", "/x/20241027-02", "/x/20241027-03"]);
  });
});

describe("globToRegExp", () => {
  it("keeps * and ? within a folder and ** not", () => {
    const fits = (pattern: string, path: string) => globToRegExp(pattern).test(path);
    expect([
      fits("/a/*.js", "/a/x.js"),
      fits("/a/*.js", "/a/b/x.js"),
      fits("/a/**/x.js", "/a/x.js"),
      fits("/a/**/x.js", "/a/b/c/x.js"),
    ]).to.deep.equal([true, false, true, true]);
    expect([
      fits("/a?c", "/abc"),
      fits("/a?c", "/a/c"),
      fits("/[a-c]x", "/bx"),
      fits("/[!a-c]x", "/bx"),
      fits("/{ab,c+}.x", "/c+.x"),
    ]).to.deep.equal([true, false, true, false, true]);
  });
});

describe("splitsOf", () => {
  const file = (more: Partial<InputFile>): InputFile => ({
    path: "/f",
    bytes: 1000,
    tag: "",
    format: "jsonl",
    compression: "none",
    delimiter: null,
    splittable: true,
    rowGroups: null,
    ...more,
  });

  it("covers a file without gaps or overlaps, in parts of about the size asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 700 }), (bytes, splitBytes) => {
        const splits = splitsOf(file({ bytes }), splitBytes);
        let at = 0;
        for (const { start, end } of splits) {
          expect(start).to.equal(at);
          expect(end - start).to.be.within(1, Math.ceil(splitBytes * 1.5));
          at = end;
        }
        expect(at).to.equal(bytes);
        expect(new Set(splits.map(({ id }) => id)).size).to.equal(splits.length);
      }),
    );
  });

  it("reads a file that cannot be split whole, row groups in runs, and an empty file not at all", () => {
    expect(splitsOf(file({ splittable: false }), 10).map(({ start, end }) => [start, end])).to.deep.equal([[0, 1000]]);
    expect(splitsOf(file({ rowGroups: [5, 5, 5, 5, 5] }), 2000).map(({ start, end }) => [start, end])).to.deep.equal([
      [0, 2],
      [2, 4],
      [4, 5],
    ]);
    expect(splitsOf(file({ bytes: 0 }), 10)).to.deep.equal([]);
  });
});
