import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { readContent, type SettingsPatch } from "./harness";

const row = (user: string, second: number, event = "e") =>
  `{"user":"${user}","ts":${1_600_000_000 + second},"event":"${event}","app":"web"}\n`;
const users = (events: readonly { readonly user: string }[]) => events.map(({ user }) => user);

describe("faulty input", () => {
  it("keeps good rows around malformed lines and says where those are", async () => {
    const text = `${row("a", 1)}not json\n\n  \n[1]\n${row("b", 2)}"text"\n{"user":\n${row("c", 3).trimEnd()}`;
    const { events, counts, dead } = await readContent(text);
    expect(users(events)).to.have.members(["a", "b", "c"]);
    expect(counts.rowsRead).to.equal(7);
    expect(counts.setAside).to.deep.equal({ malformed: 4 });
    for (const { offset, raw } of dead) expect(text.slice(offset, offset + raw.length)).to.equal(raw);
  });

  it("passes over a byte-order mark and reads CRLF", async () => {
    const text = `\ufeff${row("a", 1)}${row("b", 2)}`.replaceAll("\n", "\r\n");
    for (const content of [text, gzipSync(text)]) {
      const { events, counts } = await readContent(content);
      expect(users(events)).to.have.members(["a", "b"]);
      expect(counts.setAside).to.deep.equal({});
    }
    const csv = `\ufeff"user",ts,event,app\r\na,1,e,web\r\n`;
    expect(users((await readContent(csv, {}, "x.csv")).events)).to.deep.equal(["a"]);
  });

  it("sets aside bytes that are not UTF-8 in user, app and event, and only there", async () => {
    const bad = Buffer.from([0x61, 0xff, 0x62]);
    const line = (user: Uint8Array, event: Uint8Array, other: Uint8Array) =>
      Buffer.concat([
        Buffer.from('{"user":"'),
        user,
        Buffer.from('","ts":1600000000,"event":"'),
        event,
        Buffer.from('","app":"web","x":"'),
        other,
        Buffer.from('"}\n'),
      ]);
    const good = Buffer.from("é");
    const escaped = Buffer.from("\\n\\ud800");
    const { events, counts } = await readContent(
      Buffer.concat([
        line(bad, good, good),
        line(good, bad, good),
        line(good, good, bad),
        line(bad, escaped, good),
        line(good, escaped, good),
      ]),
    );
    expect(users(events)).to.deep.equal(["é"]);
    expect(counts.setAside).to.deep.equal({ bad_encoding: 4 });
  });

  it("sets aside NUL bytes in user, app and session id, which would break the session key", async () => {
    const patch: SettingsPatch = { input: { sessionId: { column: "s" } } };
    const line = (user: string, app: string, s: string) => `${JSON.stringify({ user, ts: 1e12, event: "e\0", app, s })}\n`;
    const { counts, events } = await readContent(
      line("a\0", "w", "s") + line("a", "w\0", "s") + line("a", "w", "s\0") + line("a", "w", "s") + line("a", "w", ""),
      patch,
    );
    expect(counts.setAside).to.deep.equal({ nul_in_key: 3, given_session_missing: 1 });
    expect(events.map(({ session, name }) => [session, name])).to.deep.equal([["s", "e\0"]]);
    const raw = '{"user":"a\0b","ts":1000000000000,"event":"e","app":"w"}\n';
    expect((await readContent(raw)).counts.setAside).to.deep.equal({ malformed: 1 });
    expect((await readContent("user,ts,event,app\na\0b,5,e,w\n", {}, "x.csv")).counts.setAside).to.deep.equal({ nul_in_key: 1 });
  });

  it("passes over a line of 50 MB without holding it, wherever the splits fall", async () => {
    const long = `{"user":"${"x".repeat(50 << 20)}","ts":1,"event":"e","app":"w"}\n`;
    const text = row("a", 1) + long + row("b", 2);
    for (const input of [{}, { splitBytes: 9 << 20 }]) {
      const { events, counts, dead } = await readContent(text, { input });
      expect(users(events)).to.have.members(["a", "b"]);
      expect(counts.setAside).to.deep.equal({ too_long: 1 });
      expect(dead[0]!.offset).to.equal(row("a", 1).length);
      expect(dead[0]!.raw).to.have.length(200);
    }
  });

  it("counts a line just over the limit as too long, and one of the limit as good, in any split", async () => {
    const of = (length: number) => row("a", 1).trimEnd().padEnd(length, " ") + "\n";
    for (const splitBytes of [1 << 20, 150]) {
      const { counts } = await readContent(of(300) + of(301) + of(300) + row("b", 2), {
        input: { maxLineBytes: 300, splitBytes },
      });
      expect(counts.setAside).to.deep.equal({ too_long: 1 });
      expect(counts.rowsRead).to.equal(4);
    }
  });

  it("keeps the rows before a gzip file breaks off, and one dead letter for the rest", async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => row(`user${(i * 7919) % 5000}`, i));
    const whole = gzipSync(lines.join(""));
    const { events, counts, dead } = await readContent(whole.subarray(0, Math.floor(whole.length * 0.6)), {}, "x.gz");
    expect(events.length).to.be.within(2000, 4000);
    expect(counts.setAside).to.deep.equal({ truncated_input: 1 });
    expect(dead[0]!.offset).to.equal(lines.slice(0, events.length).join("").length);
  });

  it("reads gzip files of several members", async () => {
    const { events } = await readContent(
      Buffer.concat([gzipSync(row("a", 1) + row("b", 2).slice(0, 9)), gzipSync(row("b", 2).slice(9))]),
    );
    expect(users(events)).to.have.members(["a", "b"]);
  });

  it("gives counts and nothing else for an empty file and one of blank lines", async () => {
    const { events, counts, dead } = await readContent("\n\r\n\n");
    expect([events, dead, counts.rowsRead, counts.firstMs]).to.deep.equal([[], [], 0, null]);
    expect((await readContent("")).splitCount).to.equal(0);
  });

  it("keeps at most 1,000 dead letters a reason and counts the others", async () => {
    const { counts, dead } = await readContent("bad\n".repeat(1500));
    expect(dead).to.have.length(1000);
    expect([counts.setAside.malformed, counts.deadLettersLeftOut]).to.deep.equal([1500, 500]);
  });

  it("packs a compressed file piece by piece, so that its size does not matter", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => row(`user${i % 100}`, i));
    const { events, blocks, counts } = await readContent(gzipSync(lines.join(""), { level: 1 }), {
      input: { splitBytes: 1 << 20 },
      shards: 1,
    });
    expect([events.length, counts.rowsRead]).to.deep.equal([60_000, 60_000]);
    expect(blocks.get("shard-00000")).to.have.length.within(2, 5);
  });
});
