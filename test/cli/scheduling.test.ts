import { expect } from "chai";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../cli/metrics/metricList";
import { packageRoot } from "../../model/packageRoot";
import { useTempDir } from "../support/tempDir";
import { runCli, scoredProject, SETTINGS, startCli, writeVisits } from "./cliProject";

type Line = Readonly<Record<string, unknown>>;
const linesOf = (text: string) => text.split("\n").filter(Boolean);
const parsed = (text: string) => linesOf(text).map((line) => JSON.parse(line) as Line);

/** Values of a metrics file by `name{own labels}`, without the labels that all have. */
function valuesOf(file: string): Map<string, number> {
  const samples = linesOf(readFileSync(file, "utf8")).filter((line) => !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const [, name, labels, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) as unknown as [string, string, string, string];
      const own = labels.split(",").filter((label) => !/^(command|config)=/.test(label));
      return [own.length > 0 ? `${name}{${own.join(",")}}` : name, Number(value)];
    }),
  );
}

describe("a run for a scheduler", () => {
  const dir = useTempDir();
  const score = (...args: string[]) => runCli(dir(), ["score", "--date", "2016-07-01", ...args]);

  it("logs one JSON object a line on standard error, each with run, command and level; standard output is the report's", async () => {
    scoredProject(dir());
    const { code, stdout, stderr } = await score("--log-format", "json", "--json");
    expect(code).to.equal(0);
    const report = JSON.parse(stdout) as Line;
    expect(report).to.include({ schemaVersion: 1, command: "score" });
    const lines = parsed(stderr);
    expect(new Set(lines.map(({ run }) => run)).size).to.equal(1);
    for (const line of lines) {
      expect(line).to.include({ command: "score", level: "info" });
      expect(line["time"]).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
    const events = lines.map(({ event }) => event);
    expect(events[0]).to.equal("run_started");
    expect(events.at(-1)).to.equal("run_ended");
    const steps = lines.filter(({ event }) => event === "step").map(({ step, day }) => [step, day].filter(Boolean).join(" "));
    expect(steps).to.deep.equal([
      "run",
      "check thresholds",
      "manifest 2016-07-01",
      ...["daily", "transitions", "event_counts", "dead_letters", "runs", "sessions"].map(
        (table) => `commit ${table} 2016-07-01`,
      ),
      "clean up",
    ]);
    expect(lines.find(({ event }) => event === "day_published")).to.include({ day: "2016-07-01", version: 0, sessions: 2 });
    expect(lines.find(({ event }) => event === "app_scored")).to.include({ day: "2016-07-01", app: "web", sessions: 2 });
    expect(lines.at(-1)).to.include({ exitCode: 0 });
  });

  it("logs lines for people with the same content, keeps strings with blanks in quotes, and only errors when quiet", async () => {
    scoredProject(dir());
    const { stderr } = await score("--log-format", "text");
    const lines = linesOf(stderr);
    expect(lines[0]).to.match(/^\S+Z info {2}run_started command=score .*pid=\d+ .*run=\S+$/);
    expect(lines.some((line) => / step command=score step="commit sessions" day=2016-07-01 /.test(line))).to.equal(true);
    expect((await score("--log-format", "text", "--quiet")).stderr).to.equal("");
    const failed = await runCli(dir(), ["score", "--log-format", "text", "--quiet"]);
    expect(failed.code).to.equal(2);
    expect(linesOf(failed.stderr)).to.have.length(1);
    expect(failed.stderr).to.match(/error run_failed command=score kind=user message="say which days.*exitCode=2/);
  });

  it("writes metrics that say what it did, in names that the list and the page have", async () => {
    scoredProject(dir(), 2);
    const file = join(dir(), "score.prom");
    expect((await score("--metrics", file, "--quiet")).code).to.equal(0);
    const values = valuesOf(file);
    expect(Object.fromEntries(values)).to.include({
      sessionary_run_exit_code: 0,
      'sessionary_days{outcome="published"}': 1,
      sessionary_rows_read: 12,
      'sessionary_rows{outcome="in_sessions"}': 6,
      'sessionary_rows{outcome="other_day"}': 6,
      sessionary_bad_rows: 0,
      sessionary_sessions: 2,
      sessionary_events: 6,
      'sessionary_scored_sessions{app="web"}': 2,
      'sessionary_day_sessions{date="2016-07-01"}': 2,
      'sessionary_table_days{state="current"}': 1,
      'sessionary_table_days{state="missing"}': 1,
      sessionary_newest_day_timestamp_seconds: Date.UTC(2016, 6, 1) / 1_000,
    });
    expect(values.get("sessionary_unknown_event_ratio")).to.be.closeTo(2 / 6, 1e-9);
    expect(values.get("sessionary_run_peak_memory_bytes")).to.be.greaterThan(1e7);
    expect([...values.keys()].some((name) => name.startsWith("sessionary_run_stage_seconds{stage="))).to.equal(true);
    const names = new Set([...values.keys()].map((name) => name.replace(/\{.*/, "")));
    expect([...names].filter((name) => !(name in METRICS))).to.deep.equal([]);
    const page = readFileSync(join(packageRoot(), "docs", "operations.md"), "utf8");
    expect(Object.keys(METRICS).filter((name) => !page.includes(`\`${name}\``))).to.deep.equal([]);
    expect(readdirSync(dir()).filter((name) => name.includes(".tmp"))).to.deep.equal([]);
  });

  it("that fails keeps the time of the last success and gives its own exit code", async () => {
    scoredProject(dir());
    const file = join(dir(), "score.prom");
    await score("--metrics", file, "--quiet");
    const success = valuesOf(file).get("sessionary_last_success_timestamp_seconds");
    writeFileSync(
      join(dir(), "sessionary.yaml"),
      SETTINGS.replace("minBatchSessions: 3", "minBatchSessions: 3, minSessions: 50"),
    );
    writeVisits(dir(), 0, ["cleo"], "late.jsonl");
    const { code, stderr } = await runCli(dir(), ["score", "--date", "2016-07-01", "--quiet"], { SESSIONARY_METRICS: file });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^error: 2016-07-01 has 3 sessions, fewer than scoring.minSessions/);
    const values = valuesOf(file);
    expect(values.get("sessionary_run_exit_code")).to.equal(1);
    expect(values.get("sessionary_last_success_timestamp_seconds")).to.equal(success);
    expect(values.has("sessionary_sessions")).to.equal(false);
  });

  it("with settings that are wrong still gives metrics; a metrics file without a folder is refused before any work", async () => {
    scoredProject(dir(), 1, `${SETTINGS}nonsense: 1\n`);
    const file = join(dir(), "score.prom");
    expect((await score("--metrics", file, "--quiet")).code).to.equal(2);
    expect(valuesOf(file).get("sessionary_run_exit_code")).to.equal(2);
    writeFileSync(join(dir(), "sessionary.yaml"), SETTINGS);
    const refused = await score("--metrics", join(dir(), "nowhere", "score.prom"));
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.match(/metrics cannot be written to .*there is no such folder/);
    expect(readdirSync(join(dir(), "output"))).to.deep.equal(["models"]);
  });

  it("that is told to stop ends with 130, one line, no lock and no temporary file; the next run finds all well", async function () {
    this.timeout(120_000);
    scoredProject(dir());
    mkdirSync(join(dir(), "tmp"));
    // A log that takes a while, and a limit that makes the run write temporary files.
    const line =
      '{"user":"dan","app":"web","ms":1467363600000,"name":"SEARCH","pad":"0123456789012345678901234567890123456789"}\n';
    writeFileSync(join(dir(), "logs", "big.jsonl"), line.repeat(1_500_000));
    writeFileSync(
      join(dir(), "sessionary.yaml"),
      SETTINGS.replace("threads: 1", "threads: 1, spillMegabytes: 0.01, tempDir: tmp"),
    );
    const file = join(dir(), "score.prom");
    const child = startCli(dir(), ["score", "--date", "2016-07-01", "--log-format", "json", "--metrics", file]);
    let stderr = "";
    let sent = false;
    child.stderr?.on("data", (text: Buffer) => {
      stderr += text.toString("utf8");
      if (sent || !stderr.includes('"progress"')) return;
      sent = true;
      child.kill("SIGTERM");
    });
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect(code).to.equal(130);
    const last = parsed(stderr).slice(-2);
    expect(last[0]).to.include({ event: "run_failed", exitCode: 130, message: "stopped by SIGTERM" });
    expect(last[1]).to.include({ event: "run_ended", exitCode: 130 });
    expect(valuesOf(file).get("sessionary_run_exit_code")).to.equal(130);
    expect(readdirSync(join(dir(), "output", "runs", "_locks"))).to.deep.equal([]);
    expect(readdirSync(join(dir(), "tmp"))).to.deep.equal([]);
    expect(readdirSync(join(dir(), "output"))).to.not.include("sessions");
    writeFileSync(join(dir(), "logs", "big.jsonl"), "");
    expect((await score("--quiet")).code).to.equal(0);
  });
});
