import { mkdirSync, symlinkSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunKind } from "../../beam/types";
import { cacheDir } from "./cache";
import { beamPython, checkJava, jarsOf, prismBinary } from "./fetchEngine";
import { flinkConfig } from "./flinkConfig";

export const ENGINE_NAMES = ["flink", "flink-cluster", "spark", "spark-cluster", "prism", "python"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** One process of an engine; started in order, each ready before the next. */
export interface EngineProcess {
  readonly role: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Port that accepts connections when the process is ready; null where the next process shows it. */
  readonly port: number | null;
}

export interface EnginePlan {
  /** Port of Beam's job service. */
  readonly jobPort: number;
  readonly processes: readonly EngineProcess[];
  /** Further addresses people need. */
  readonly notes: readonly string[];
}

export const JOB_PORTS: Readonly<Record<EngineName, number>> = {
  flink: 8099,
  "flink-cluster": 8097,
  spark: 8098,
  "spark-cluster": 8096,
  prism: 8073,
  python: 8077,
};

/** `runner.kind` of each. */
export const ENGINE_KINDS: Readonly<Record<EngineName, RunKind>> = {
  flink: "flink",
  "flink-cluster": "flink",
  spark: "spark",
  "spark-cluster": "spark",
  prism: "prism",
  python: "portable",
};

const FLINK_REST_PORT = 8381;
const SPARK_MASTER_PORT = 7177;
const SPARK_UI_PORT = 8391;

/** Modules of the JDK that Flink and Spark reach into. */
const OPENED = [
  "java.lang",
  "java.lang.invoke",
  "java.lang.reflect",
  "java.io",
  "java.net",
  "java.nio",
  "java.text",
  "java.time",
  "java.util",
  "java.util.concurrent",
  "java.util.concurrent.atomic",
  "java.util.concurrent.locks",
  "sun.nio.ch",
  "sun.nio.cs",
  "sun.security.action",
  "sun.util.calendar",
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/** For small jobs: a JVM that compiles only once, and lightly, halves the CPU of start and first jobs; long jobs want it as it is. */
const LIGHT_JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** {@link planOf} for engines that run small jobs only, as tests do. */
export function lightPlanOf(name: EngineName): EnginePlan {
  const plan = planOf(name);
  const processes = plan.processes.map((part) =>
    part.command === "java" ? { ...part, args: [...LIGHT_JAVA, ...part.args] } : part,
  );
  return { ...plan, processes };
}

/** Fetches what an engine needs and says how to start it on loopback. */
export function planOf(name: EngineName, jobPort = JOB_PORTS[name]): EnginePlan {
  switch (name) {
    case "flink":
      return { jobPort, processes: [flinkJobServer("[local]", jobPort)], notes: [] };
    case "flink-cluster":
      return flinkCluster(jobPort);
    case "spark":
      return { jobPort, processes: [sparkJobServer("local[2]", jobPort)], notes: [] };
    case "spark-cluster":
      return sparkCluster(jobPort);
    case "prism":
      return {
        jobPort,
        processes: [
          {
            role: "prism",
            command: prismBinary(),
            args: ["--job_port", String(jobPort), "--serve_http=false", "--log_level", "warn", "--log_kind", "text"],
            port: jobPort,
          },
        ],
        notes: [],
      };
    case "python": {
      const args = ["-m", "apache_beam.runners.portability.local_job_service_main", "--port", String(jobPort)];
      return { jobPort, processes: [{ role: "job-service", command: beamPython(), args, port: jobPort }], notes: [] };
    }
  }
}

function flinkJobServer(master: string, jobPort: number, more: readonly string[] = []): EngineProcess {
  const beam = ["--flink-master", master, ...more];
  return java(
    "job-server",
    jarsOf("flink"),
    "org.apache.beam.runners.flink.FlinkJobServerDriver",
    jobServerArgs("flink", jobPort, beam),
    {
      heap: "2g",
      port: jobPort,
    },
  );
}

function sparkJobServer(master: string, jobPort: number): EngineProcess {
  const args = jobServerArgs("spark", jobPort, ["--clean-artifacts-per-job", "true", "--spark-master-url", master]);
  return java("job-server", jarsOf("spark"), "org.apache.beam.runners.spark.SparkJobServerDriver", args, {
    heap: "2g",
    port: jobPort,
  });
}

function jobServerArgs(engine: string, jobPort: number, more: readonly string[]): string[] {
  const artifacts = cacheDir("run", `${engine}-artifacts`);
  const ports = ["--job-port", String(jobPort), "--artifact-port", "0", "--expansion-port", "0"];
  return ["--job-host", "localhost", ...ports, "--artifacts-dir", artifacts, ...more];
}

/** A JobManager and two TaskManagers from the same jars as the job server. */
function flinkCluster(jobPort: number): EnginePlan {
  const lib = jarsOf("flink");
  const conf = cacheDir("run", "flink-conf");
  writeFileSync(join(conf, "config.yaml"), flinkConfig(FLINK_REST_PORT, cacheDir("run", "flink-tmp")));
  const entry = "org.apache.flink.runtime";
  const jobManager = java("jobmanager", lib, `${entry}.entrypoint.StandaloneSessionClusterEntrypoint`, ["--configDir", conf], {
    heap: "512m",
    port: FLINK_REST_PORT,
  });
  const taskManager = (role: string): EngineProcess =>
    java(role, lib, `${entry}.taskexecutor.TaskManagerRunner`, ["--configDir", conf], {
      heap: "896m",
      direct: "512m",
      port: null,
    });
  return {
    jobPort,
    processes: [
      jobManager,
      taskManager("taskmanager-1"),
      taskManager("taskmanager-2"),
      flinkJobServer(`localhost:${FLINK_REST_PORT}`, jobPort, ["--flink-conf-dir", conf]),
    ],
    notes: [`runner option flinkRest: http://localhost:${FLINK_REST_PORT}`],
  };
}

/** A Master and one Worker from the same jars as the job server. */
function sparkCluster(jobPort: number): EnginePlan {
  const lib = jarsOf("spark");
  const home = sparkHome(lib);
  const env = { SPARK_HOME: home, SPARK_SCALA_VERSION: "2.12", SPARK_LOCAL_DIRS: cacheDir("run", "spark-local") };
  const master = `spark://localhost:${SPARK_MASTER_PORT}`;
  const deploy = "org.apache.spark.deploy";
  const masterArgs = ["--host", "localhost", "--port", String(SPARK_MASTER_PORT), "--webui-port", String(SPARK_UI_PORT)];
  const workerArgs = [
    master,
    "--host",
    "localhost",
    "--cores",
    "2",
    "--memory",
    "2g",
    "--work-dir",
    cacheDir("run", "spark-work"),
  ];
  return {
    jobPort,
    processes: [
      { ...java("master", lib, `${deploy}.master.Master`, masterArgs, { heap: "512m", port: SPARK_MASTER_PORT }), env },
      { ...java("worker", lib, `${deploy}.worker.Worker`, workerArgs, { heap: "512m", port: null }), env },
      { ...sparkJobServer(master, jobPort), env },
    ],
    notes: [`master ${master}, its page http://localhost:${SPARK_UI_PORT}`],
  };
}

/** Spark finds its jars below a home that has a file RELEASE. */
function sparkHome(lib: string): string {
  const home = cacheDir("run", "spark-home");
  if (!existsSync(join(home, "jars"))) {
    symlinkSync(lib, join(home, "jars"));
  }
  writeFileSync(join(home, "RELEASE"), "Spark 3.5.0\n");
  mkdirSync(join(home, "conf"), { recursive: true });
  return home;
}

interface JavaLimits {
  readonly heap: string;
  readonly direct?: string;
  readonly port: number | null;
}

function java(
  role: string,
  lib: string,
  main: string,
  args: readonly string[],
  { heap, direct, port }: JavaLimits,
): EngineProcess {
  checkJava();
  const limits = [`-Xmx${heap}`, ...(direct === undefined ? [] : [`-XX:MaxDirectMemorySize=${direct}`])];
  const temp = `-Djava.io.tmpdir=${cacheDir("run", "java-tmp")}`;
  return { role, command: "java", args: [...limits, temp, ...OPENED, "-cp", join(lib, "*"), main, ...args], port };
}
