import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../model/packageRoot";
import { MAIN, scoredProject, startCli } from "../cli/cliProject";
import { useTempDir } from "../support/tempDir";
import { contentOf, useEngine } from "./support/underTest";

const REST = "http://localhost:8381";

/** Content of the tables but for their logs, which say when they were written. */
const tablesOf = (dir: string) =>
  new Map([...contentOf(join(dir, "output"))].filter(([path]) => !path.includes("_delta_log") && !path.includes("/runs/_")));

/** A cluster of several JVMs takes a minute to start: only where asked for, `SESSIONARY_CLUSTERS=flink-cluster`. */
const isWanted = (process.env["SESSIONARY_CLUSTERS"] ?? "").split(",").includes("flink-cluster");

const describeWhereWanted = isWanted ? describe : () => undefined;

describeWhereWanted("the nightly wrapper on a Flink session cluster", function () {
  this.timeout(900_000);
  const dir = useTempDir();
  const deploy = (...path: string[]) => join(packageRoot(), "deploy", ...path);
  const night = (env: Readonly<Record<string, string>>) =>
    spawnSync(deploy("cron", "sessionary-nightly.sh"), ["2016-07-01"], {
      env: { ...process.env, SESSIONARY_CONFIG: join(dir(), "sessionary.yaml"), SESSIONARY_RETRIES: "0", ...env },
      encoding: "utf8",
    });
  const onFlink = {
    SESSIONARY: deploy("flink", "on-flink.sh"),
    SESSIONARY_PROGRAM: `${process.execPath} ${MAIN}`,
    SESSIONARY_JOB_SERVER: "localhost:8097",
    SESSIONARY_FLINK_REST: REST,
    SESSIONARY_POOL: "localhost:50123",
  };
  const logs = () =>
    readdirSync(join(dir(), "nightly-logs"))
      .filter((name) => name.endsWith(".log"))
      .map((name) => readFileSync(join(dir(), "nightly-logs", name), "utf8"))
      .join("");
  useEngine("flink-cluster");

  it("writes the bytes of the embedded run, with a pool of workers beside the task managers", async () => {
    scoredProject(dir());
    expect(night({ SESSIONARY: `${process.execPath} ${MAIN}` }).status).to.equal(0);
    const embedded = tablesOf(dir());
    for (const table of readdirSync(join(dir(), "output")).filter((name) => name !== "models")) {
      rmSync(join(dir(), "output", table), { recursive: true });
    }
    const pool = startCli(dir(), ["worker-pool", "--port", "50123"]);
    try {
      await new Promise((resolve) => pool.stdout?.once("data", resolve));
      const { status } = night(onFlink);
      expect(status, logs()).to.equal(0);
      expect(tablesOf(dir())).to.deep.equal(embedded);
    } finally {
      pool.kill("SIGTERM");
    }
  });

  it("that does not answer fails the night with the reason", () => {
    scoredProject(dir());
    mkdirSync(join(dir(), "nightly-logs"));
    expect(night({ ...onFlink, SESSIONARY_FLINK_REST: "http://localhost:1" }).status).to.equal(1);
    expect(logs()).to.include("the Flink cluster at http://localhost:1 does not answer");
    expect(night({ ...onFlink, SESSIONARY_PARALLELISM: "100" }).status).to.equal(1);
    expect(logs()).to.match(/has \d+ free slots, 100 are wanted/);
  });
});
