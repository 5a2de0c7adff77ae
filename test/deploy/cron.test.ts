import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../model/packageRoot";
import { generate } from "../../pipelines/generate";
import { MAIN } from "../cli/cliProject";
import { madeUpProject } from "../pipelines/score/project";
import { useTempDir } from "../support/tempDir";

const SETTINGS = `
project: shop
input:
  paths: shop/logs
  user: user
  time: ts
  event: event
  app: app
scoring: { maxUnknownEventShare: 1 }
runner: { threads: 1 }
`;

describe("the cron wrapper on generated logs", function () {
  this.timeout(180_000);
  const dir = useTempDir();
  const script = join(packageRoot(), "deploy", "cron", "sessionary-nightly.sh");
  const env = (more: Readonly<Record<string, string>> = {}) => ({
    ...process.env,
    SESSIONARY: `${process.execPath} ${MAIN}`,
    SESSIONARY_CONFIG: join(dir(), "sessionary.yaml"),
    SESSIONARY_METRICS_DIR: join(dir(), "metrics"),
    SESSIONARY_ALERT: join(dir(), "alert.sh"),
    SESSIONARY_RETRY_WAIT: "0",
    ...more,
  });
  const night = (date: string, more: Readonly<Record<string, string>> = {}) =>
    spawnSync(script, [date], { env: env(more), encoding: "utf8" }).status;
  const logs = () =>
    readdirSync(join(dir(), "nightly-logs"))
      .filter((name) => name.endsWith(".log"))
      .sort()
      .map((name) => readFileSync(join(dir(), "nightly-logs", name), "utf8"))
      .join("");
  const alerts = () => (existsSync(join(dir(), "alerts")) ? readFileSync(join(dir(), "alerts"), "utf8") : "");
  const metric = (step: string, name: string) =>
    Number(
      new RegExp(`^${name}\\{.*\\} (\\S+)$`, "m").exec(
        readFileSync(join(dir(), "metrics", `sessionary-${step}.prom`), "utf8"),
      )?.[1],
    );

  beforeEach(async () => {
    madeUpProject(dir());
    writeFileSync(join(dir(), "sessionary.yaml"), SETTINGS);
    mkdirSync(join(dir(), "metrics"));
    writeFileSync(join(dir(), "alert.sh"), `#!/bin/sh\necho "$1" >> ${join(dir(), "alerts")}\n`, { mode: 0o755 });
    await generate({ outDir: join(dir(), "shop"), events: 2_000, days: 2 });
  });

  it("scores a night, finds nothing to do in the next, and redoes a day for which a file came late", () => {
    expect(night("2026-03-02")).to.equal(0);
    expect(logs())
      .to.match(/day_published .*day=2026-03-02/)
      .and.match(/run_ended .*exitCode=0/);
    expect(metric("score", "sessionary_run_exit_code")).to.equal(0);
    expect(metric("score", "sessionary_sessions")).to.be.greaterThan(10);
    expect(night("2026-03-02")).to.equal(0);
    expect(logs()).to.match(/day_unchanged .*day=2026-03-02/);
    const folder = join(dir(), "shop", "logs", "date=2026-03-02");
    const [file] = readdirSync(folder) as [string];
    const late = readFileSync(join(folder, file), "utf8").replaceAll('"user":"', '"user":"late-');
    writeFileSync(join(folder, "late.jsonl"), late);
    expect(night("2026-03-03")).to.equal(0);
    expect(logs()).to.match(/day_published .*day=2026-03-03/);
    expect(logs().match(/day_published .*day=2026-03-02/g)).to.have.length(2);
    expect(alerts()).to.equal("");
  });

  it("tries a failed step once more, alerts with the reason, and ends with the step's exit code", () => {
    writeFileSync(
      join(dir(), "sessionary.yaml"),
      SETTINGS.replace("maxUnknownEventShare: 1", "minSessions: 1000000, maxUnknownEventShare: 1"),
    );
    expect(night("2026-03-02")).to.equal(1);
    expect(logs().match(/error run_failed .*fewer than scoring.minSessions/g)).to.have.length(2);
    expect(alerts()).to.match(
      /^sessionary, .*sessionary\.yaml: score failed; nothing was published, and running it again is safe\n/,
    );
    expect(metric("score", "sessionary_run_exit_code")).to.equal(1);
    writeFileSync(join(dir(), "sessionary.yaml"), "nonsense: 1\n");
    expect(night("2026-03-02")).to.equal(2);
    expect(alerts()).to.include("score something must be changed: settings, options or files");
  });

  it("does not start beside a night that is still at work, stops a step that takes too long, and removes old logs", async () => {
    const old = join(dir(), "nightly-logs", "2020-01-01T000000Z.log");
    mkdirSync(join(dir(), "nightly-logs"));
    writeFileSync(old, "");
    utimesSync(old, 1_577_836_800, 1_577_836_800);
    const holder = spawn("flock", [join(dir(), "nightly-logs", ".lock"), "sh", "-c", "echo held; cat"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    expect(night("2026-03-02")).to.equal(75);
    expect(alerts()).to.match(/the run before is still at work\n$/);
    holder.stdin.end();
    await new Promise((resolve) => holder.once("exit", resolve));
    expect(night("2026-03-02", { SESSIONARY_TIMEOUT: "0.05s" })).to.equal(124);
    expect(alerts()).to.include("score took longer than 0.05s and was stopped");
    expect(existsSync(old)).to.equal(false);
  });
});
