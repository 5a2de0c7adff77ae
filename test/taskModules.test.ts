import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../model/packageRoot";
import { sourceFiles } from "../tools/layers";

/** Each takes longer to load than many a log to read. */
const HEAVY = ["apache-beam", "@grpc", "apache-arrow", "parquet-wasm", "yaml", "zod", "@duckdb"];

/** Modules that threads load: those named in `defineTask(join(__dirname, "…"))`, from the package's root. */
function taskModules(): string[] {
  const named = sourceFiles(packageRoot()).flatMap((file) => {
    const source = readFileSync(join(packageRoot(), `${file}.ts`), "utf8");
    if (!source.includes("defineTask<")) return [];
    return [...source.matchAll(/join\(__dirname, "([^"]+)"\)/g)].map(([, name]) =>
      join(dirname(file), name!.replace(/\.js$/, "")),
    );
  });
  return [...new Set(named)].sort();
}

describe("the modules that threads load", () => {
  it("bring no heavy packages with them: each thread of each run would load those anew", () => {
    const modules = taskModules();
    expect(modules).to.include.members(["transforms/events/readAndPack", "transforms/training/proposeTask"]);
    const script = `for (const file of ${JSON.stringify(modules.map((file) => join(__dirname, "..", file)))}) require(file);
      console.log(JSON.stringify(Object.keys(require.cache)))`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    expect(stderr).to.equal("");
    const packages = (JSON.parse(stdout) as string[]).flatMap((file) => /node_modules[\\/](@?[^\\/]+)/.exec(file)?.[1] ?? []);
    expect(packages.filter((name) => HEAVY.includes(name))).to.deep.equal([]);
    expect(packages).to.include("luxon");
  });
});
