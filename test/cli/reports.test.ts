import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { makeProgram } from "../../cli/program";
import { REPORT_SCHEMA_VERSION } from "../../cli/screen";
import { REPORT_FIELDS } from "../../tools/reportFields";
import { useTempDir } from "../support/tempDir";
import { runCli, startCli, type Ended } from "./cliProject";

type Report = Readonly<Record<string, unknown>>;

const typeOf = (value: unknown) => (Array.isArray(value) ? "array" : typeof value);

/** The report that a command printed, with every field that its list promises. */
function checked(command: string, { code, stdout, stderr }: Ended, codes: readonly number[] = [0]): Report {
  expect(codes, `${command}: ${stderr}`).to.include(code);
  const report = JSON.parse(stdout) as Report;
  expect(report).to.include({ schemaVersion: REPORT_SCHEMA_VERSION, command });
  for (const { name, type, nullable } of REPORT_FIELDS[command] ?? []) {
    expect(report, command).to.have.property(name);
    if (!(nullable && report[name] === null)) expect(typeOf(report[name]), `${command}: ${name}`).to.equal(type);
  }
  return report;
}

describe("the JSON reports", () => {
  const dir = useTempDir();

  it("of all commands are listed", () => {
    const commands = makeProgram().commands.map((command) => command.name());
    expect(Object.keys(REPORT_FIELDS)).to.have.members(commands);
  });

  it("have the fields of their lists, for every command", async function () {
    this.timeout(1_200_000);
    const run = (...args: string[]) => runCli(dir(), [...args, "--json", "--quiet"]);
    const demo = checked("demo", await run("demo", "--events", "50000", "--days", "3", "--out", "demo"));
    const config = ["--config", demo["configPath"] as string];
    const date = ["--date", "2026-03-02"];
    checked("init", await run("init", join("demo", "logs"), "--config", "other.yaml"));
    checked("profile", await run("profile", ...config, ...date));
    checked("discover", await run("discover", ...config, ...date), [0, 4]);
    const discoveries = readdirSync(join(dir(), "demo", "output", "discovery")).filter((name) => name.startsWith("2026"));
    const learned = discoveries.find((name) => name.includes("--")) ?? discoveries[0] ?? "";
    const folder = join(dir(), "demo", "output", "discovery", learned);
    checked(
      "train",
      await run("train", ...config, "--discovery", folder, "--categories", join(dir(), "demo", "categories.yaml")),
    );
    checked("score", await run("score", ...config, ...date));
    const status = checked("status", await run("status", ...config));
    const tables = status["tables"] as readonly { readonly name: string; readonly version: number }[];
    const version = String(tables.find(({ name }) => name === "sessions")?.version);
    checked("backfill", await run("backfill", ...config, "--from", "2026-03-02", "--to", "2026-03-02"));
    checked("export", await run("export", ...config, ...date, "--out", "day.csv"));
    checked("diff", await run("diff", ...config, ...date, "--before", "0", "--after", version));
    checked("prune", await run("prune", ...config));
    checked("generate", await run("generate", "--events", "1000", "--days", "1", "--out", "logs-only"));
    checked("export", await run("export", ...config, ...date, "--out", "day.jsonl", "--format", "jsonl"));
    const session = (await sessionIdOf(join(dir(), "day.jsonl"))) as string;
    checked("explain", await run("explain", session, ...config));
    checked("worker-pool", await untilStopped("worker-pool", ["--port", "0"]));
    checked("review", await untilStopped("review", [...config, "--discovery", learned]));
  });

  /** A command that goes on until Ctrl-C. */
  function untilStopped(command: string, args: readonly string[]): Promise<Ended> {
    const child = startCli(dir(), [command, ...args, "--json", "--log-format", "json"]);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (text: Buffer) => (stdout += text.toString("utf8")));
    child.stderr?.on("data", (text: Buffer) => {
      stderr += text.toString("utf8");
      if (text.includes('"listening"')) child.kill("SIGINT");
    });
    return new Promise((resolve) => {
      child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
  }
});

async function sessionIdOf(file: string): Promise<unknown> {
  const { readFile } = await import("node:fs/promises");
  const [line] = (await readFile(file, "utf8")).split("\n");
  return (JSON.parse(line as string) as Report)["session_id"];
}
