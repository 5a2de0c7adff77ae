import { expect } from "chai";
import { REPORT_SCHEMA_VERSION, Screen, tableText } from "../../cli/screen";

/** What a screen prints on standard output. */
function printed(settings: { json: boolean; quiet: boolean }, body: (screen: Screen) => void): string {
  let text = "";
  body(new Screen({ ...settings, command: "profile" }, null, (part) => (text += part)));
  return text;
}

const all = (screen: Screen) => {
  screen.line("a result");
  screen.table(["name", "share"], [["web", "12.5 %"]]);
  screen.json({ share: 0.125, counts: Uint32Array.of(1, 2), names: new Map([["a", 1]]) });
};

describe("a screen", () => {
  it("prints lines and tables for people", () => {
    expect(printed({ json: false, quiet: false }, all)).to.equal("a result\nname   share\nweb   12.5 %\n");
  });

  it("prints one JSON object and nothing else for programs, maps and typed arrays as what they hold", () => {
    const text = printed({ json: true, quiet: false }, all);
    expect(JSON.parse(text)).to.deep.equal({
      schemaVersion: REPORT_SCHEMA_VERSION,
      command: "profile",
      share: 0.125,
      counts: [1, 2],
      names: { a: 1 },
    });
  });

  it("prints nothing when quiet, but JSON where asked for", () => {
    expect(printed({ json: false, quiet: true }, all)).to.equal("");
    expect(JSON.parse(printed({ json: true, quiet: true }, all))).to.have.property("share", 0.125);
  });
});

describe("a table", () => {
  it("sets numbers right and words left", () => {
    expect(
      tableText(
        ["app", "sessions"],
        [
          ["iphone", "1,200"],
          ["web", "88"],
        ],
      ),
    ).to.equal(["app     sessions", "iphone     1,200", "web           88"].join("\n"));
  });
});
