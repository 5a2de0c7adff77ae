import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeProgram } from "../../cli/program";
import { hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";

const MAIN = join(__dirname, "../../cli/main.js");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Logs of twelve users over two days, one JSON line an event. */
function writeLogs(file: string): void {
  const lines = Array.from({ length: 240 }, (_, i) =>
    JSON.stringify({
      ts: new Date(START_MS + hours(Math.floor(i / 60) * 12) + minutes(i % 60)).toISOString(),
      user: `u${i % 12}`,
      action: ["SEARCH", "CLICK", "VIEW", "SAVE"][(i * 7) % 4],
    }),
  );
  writeFileSync(file, lines.join("\n"));
}

const SETTINGS = "project: shop\ninput: { paths: logs, user: user, time: ts, event: action }\n";

describe("the help of a command", () => {
  const { commands } = makeProgram();

  it("is there for each of them", () => {
    expect(commands.map((command) => command.name())).to.include.members([
      "init",
      "profile",
      "discover",
      "train",
      "score",
      "generate",
    ]);
  });

  for (const command of commands) {
    it(`${command.name()} says what it does and gives an example`, () => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(command.description()).to.not.equal("");
      expect(help).to.match(/Examples?:\n {2}sessionary /);
    });
  }
});

describe("the command line", () => {
  const dir = useTempDir();
  const run = (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [MAIN, ...args],
        { cwd: dir(), env: { ...process.env, NO_COLOR: "1" } },
        (error, stdout, stderr) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });
  const project = (settings = SETTINGS) => {
    mkdirSync(join(dir(), "logs"));
    writeLogs(join(dir(), "logs", "a.jsonl"));
    writeFileSync(join(dir(), "sessionary.yaml"), settings);
  };

  it("helps, and documents its exit codes", async () => {
    const { code, stdout } = await run("--help");
    expect(code).to.equal(0);
    expect(stdout).to.contain("Exit codes: 0 done");
  });

  it("ends with 2 for what it does not know, and says what was meant", async () => {
    const { code, stderr } = await run("profil");
    expect(code).to.equal(2);
    expect(stderr).to.contain("Did you mean profile?");
    expect((await run("profile", "--thread", "2")).stderr).to.contain("Did you mean --threads?");
  });

  it("ends with 2 without settings, and says how to make them", async () => {
    const { code, stderr } = await run("profile");
    expect(code).to.equal(2);
    expect(stderr).to.contain("there is no ").and.contain("sessionary init");
  });

  it("takes the job endpoint as Flink's client writes it", async () => {
    project(`${SETTINGS}sessions: { method: windows }\n`);
    const { code, stderr } = await run("profile", "--runner", "flink", "--job_endpoint=localhost:1");
    expect(code).to.equal(2);
    expect(stderr).to.contain("refused on flink");
  });

  it("tells every problem of the settings at once, as JSON where asked for", async () => {
    project(`${SETTINGS}sesions: { maxHours: 5 }\ndiscovery: { kMin: 9, kMax: 4 }\n`);
    const { code, stdout } = await run("discover", "--json");
    expect(code).to.equal(2);
    const { error } = JSON.parse(stdout) as { error: { kind: string; message: string; hints: string[]; exitCode: number } };
    expect(error).to.deep.include({ kind: "user", message: "sessionary.yaml has 2 problems", exitCode: 2 });
    expect(error.hints[0]).to.equal("line 3, column 1: sesions: unknown key; did you mean `sessions`?");
    expect(error.hints[1]).to.match(/^line 4, column 20: discovery\.kMin/);
  });

  it("names the columns there are when the settings name another", async () => {
    project(SETTINGS.replace("user: user", "user: user_id"));
    const { code, stderr } = await run("profile");
    expect(code).to.equal(2);
    expect(stderr).to.contain('input.user: "user_id"').and.contain("ts, user, action");
  });

  it("says which range the data has when the days asked for are empty", async () => {
    project();
    const { code, stderr } = await run("profile", "--date", "2020-01-01");
    expect(code).to.equal(2);
    expect(stderr).to.contain("2016-07-01T00:00:00.000Z").and.contain("2016-07-02T12:59:00.000Z");
  });

  it("says which file cannot be read, and why", async () => {
    project(SETTINGS.replace("paths: logs", "paths: logs/b.jsonl"));
    const { code, stderr } = await run("profile");
    expect(code).to.equal(2);
    expect(stderr).to.contain(join("logs", "b.jsonl")).and.contain("no such file");
  });

  it("prints one JSON object on standard output and nothing else", async () => {
    project();
    const { code, stdout, stderr } = await run("profile", "--json", "--quiet");
    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    const report = JSON.parse(stdout) as { rowsRead: number; kind: string };
    expect(report).to.include({ kind: "sessionary-profile", rowsRead: 240 });
  });

  it("goes from logs to settings to a profile", async () => {
    mkdirSync(join(dir(), "logs"));
    writeLogs(join(dir(), "logs", "a.jsonl"));
    expect((await run("init", "logs")).code).to.equal(0);
    const { code, stdout } = await run("profile");
    expect(code).to.equal(0);
    expect(stdout).to.contain("240 rows read, 2016-07-01 to 2016-07-02 (UTC)");
    const again = await run("init", "logs");
    expect(again.code).to.equal(2);
    expect(again.stderr).to.contain("are there already");
  });
});
