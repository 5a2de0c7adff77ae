import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { packageRoot } from "../../model/packageRoot";
import { cacheDir, matchesChecksums, readChecksums } from "./cache";

const BEAM_JAVA = "2.62.0";
const BEAM_PRISM = "2.77.0";
const BEAM_PYTHON = "2.77.0";
const DELTA = "3.3.0";

const HERE = (): string => join(packageRoot(), "tools", "engine");

/**
 * Folder of an engine's jars, fetched through Maven from the coordinates in `<name>-pom.xml` and compared with `<name>.sha256`.
 * @throws UserError when Maven is missing or fails, or a jar differs
 */
export function jarsOf(name: "flink" | "spark"): string {
  return fetchedJars(name, `${name}-beam-${BEAM_JAVA}`);
}

/** Folder of the jars that let a Spark 3.5 read Delta tables, fetched like an engine's. */
export const deltaJars = (): string => fetchedJars("delta", `delta-spark-${DELTA}`);

function fetchedJars(name: string, folder: string): string {
  const lib = cacheDir("engines", folder, "lib");
  const expected = readChecksums(join(HERE(), `${name}.sha256`));
  if (!matchesChecksums(lib, expected)) {
    const pom = join(HERE(), `${name}-pom.xml`);
    run("mvn", ["-B", "-q", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${lib}`]);
    if (!matchesChecksums(lib, expected)) {
      throw new UserError(`Maven did not deliver all jars of ${name} to ${lib}`);
    }
  }
  return lib;
}

/** Path of the Prism binary, built by Go from its module proxy; Go's own checksum database guards the sources. */
export function prismBinary(): string {
  const dir = cacheDir("engines", `prism-${BEAM_PRISM}`);
  const binary = join(dir, "prism");
  if (!existsSync(binary)) {
    const module = `github.com/apache/beam/sdks/v2/go/cmd/prism@v${BEAM_PRISM}`;
    run("go", ["install", "-ldflags", "-s -w", module], { GOBIN: dir });
  }
  return binary;
}

/** Python of a virtual environment that holds Beam's local job service. */
export function beamPython(): string {
  const dir = cacheDir("engines", `python-beam-${BEAM_PYTHON}`);
  const python = join(dir, "bin", "python");
  if (!existsSync(join(dir, "installed"))) {
    run("python3", ["-m", "venv", dir]);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `apache-beam==${BEAM_PYTHON}`]);
    run("touch", [join(dir, "installed")]);
  }
  return python;
}

/** @throws UserError unless a Java that Flink 1.19 and Spark 3.5 run on is there */
export function checkJava(): void {
  const { stderr, status } = spawnSync("java", ["-version"], { encoding: "utf8" });
  const major = Number(/version "(\d+)/.exec(stderr ?? "")?.[1]);
  if (status !== 0 || ![11, 17].includes(major)) {
    throw new UserError(
      status === 0 ? `Java ${major} is installed; Flink 1.19 and Spark 3.5 need 11 or 17` : "Java is not installed",
      ["install a JDK 17 and put its java on the PATH"],
    );
  }
}

function run(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  process.stderr.write(`${command} ${args.join(" ")}\n`);
  const { status, error } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  if (error !== undefined || status !== 0) {
    throw new UserError(`${command} ${error === undefined ? `ended with code ${status}` : `cannot be run: ${error.message}`}`, [
      `needed for this engine: ${command} on the PATH, and its registry reachable`,
    ]);
  }
}
