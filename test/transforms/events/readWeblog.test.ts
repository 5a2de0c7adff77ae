import { expect } from "chai";
import { readContent, type SettingsPatch } from "./harness";

const input = {
  user: { column: "host" },
  time: { column: "time", format: "clf", zone: "UTC" },
  event: { columns: ["method", "path"], separator: " ", address: { depth: 1, dropQuery: true, backgroundExtensions: ["png"] } },
  app: { constant: "site" },
  userAgent: { column: "userAgent" },
} as const;
const PATCH: SettingsPatch = { input };
const line = (request: string, rest = '200 12 "-" "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0"', host = "1.2.3.4") =>
  `${host} - - [17/May/2015:10:05:03 +0200] "${request}" ${rest}\n`;

describe("reading web-server logs", () => {
  it("takes method and path, short addresses, background files and robots", async () => {
    const { events, counts } = await readContent(
      line("GET /a/b?x=1 HTTP/1.1") + line("POST /c HTTP/1.1", '500 - "-" "Googlebot/2.1"') + line("GET /logo.PNG HTTP/1.0"),
      PATCH,
    );
    expect(events.map((e) => [e.name, e.traffic, e.timeMs])).to.have.deep.members([
      ["GET /a", 0, Date.UTC(2015, 4, 17, 8, 5, 3)],
      ["POST /c", 2, Date.UTC(2015, 4, 17, 8, 5, 3)],
    ]);
    expect(counts.setAside).to.deep.equal({ background: 1 });
  });

  it("reads escaped quotes, user names with spaces, spaces in the path, HTTP/0.9, and fields behind the known ones", async () => {
    const text =
      line('GET /a\\"b HTTP/1.1', '200 1 "ref \\"x\\"" "agent \\\\" extra "more"') +
      '1.2.3.4 - ann lee [17/May/2015:10:05:03 +0200] "GET /my page HTTP/1.1" 200 1 "-" "-"\n' +
      line("GET /old") +
      line("-", '408 0 "-" "-"', "5.6.7.8");
    const { events, counts } = await readContent(text, {
      input: { ...input, event: { ...input.event, columns: ["user", "path"] } },
    });
    expect(events.map((e) => e.name)).to.have.members([' /a\\"b', "ann lee /my page", " /old"]);
    expect(counts.setAside).to.deep.equal({ missing_event: 1 });
  });

  it("sets aside lines cut short", async () => {
    const whole = line("GET / HTTP/1.1").trimEnd();
    for (const cut of [5, 20, 40, 60, whole.length - 1]) {
      const { counts } = await readContent(line("GET / HTTP/1.1") + whole.slice(0, cut), PATCH);
      expect(counts.setAside, whole.slice(0, cut)).to.deep.equal({ malformed: 1 });
    }
  });

  it("reads the common format, and says which columns it lacks", async () => {
    const common = '1.2.3.4 - - [17/May/2015:10:05:03 +0200] "GET /x HTTP/1.1" 200 5\n';
    const { events } = await readContent(common, { input: { ...input, userAgent: null } });
    expect(events.map((e) => e.name)).to.deep.equal(["GET /x"]);
    const error = await readContent(common, PATCH).catch((e: unknown) => e as Error);
    expect(error).to.have.property("message", 'a web-server log has no column "userAgent"');
  });
});
