import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../model/packageRoot";

/**
 * Builds the WebAssembly kernels: each `ml/kernels/<name>.as` (AssemblyScript) becomes `ml/kernels/<name>Wasm.ts`, a module that holds
 * the few kilobytes of WebAssembly as base64, so that nothing has to be found or fetched when the program runs.
 */
export async function builtKernels(): Promise<Map<string, string>> {
  const folder = join(packageRoot(), "ml", "kernels");
  const built = new Map<string, string>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".as"))
    .sort()) {
    const name = file.slice(0, -3);
    const wasm = await compile(name, readFileSync(join(folder, file), "utf8"));
    built.set(join(folder, `${name}Wasm.ts`), moduleText(name, wasm));
  }
  return built;
}

/** Memory is imported and sized by the caller; no run-time library, no bounds assertions. */
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--importMemory", "--noExportMemory"];

interface Compiler {
  main(
    argv: string[],
    api: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array | string): void;
      listFiles(): string[];
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

async function compile(name: string, source: string): Promise<Uint8Array> {
  const asc = (await import("assemblyscript/asc")) as unknown as Compiler;
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main([`${name}.ts`, "--outFile", `${name}.wasm`, ...OPTIONS], {
    readFile: (path) => (path === `${name}.ts` ? source : null),
    writeFile: (path, contents) => {
      if (path.endsWith(".wasm") && typeof contents !== "string") wasm = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) {
    throw new Error(`kernel ${name} does not compile: ${error?.message ?? ""}\n${stderr.toString()}`);
  }
  return wasm;
}

function moduleText(name: string, wasm: Uint8Array): string {
  const lines =
    Buffer.from(wasm)
      .toString("base64")
      .match(/.{1,120}/g) ?? [];
  return [
    `/** WebAssembly of \`${name}.as\`, ${wasm.length} bytes, base64. Made by \`tools/buildKernels.ts\`; do not edit. */`,
    `export const ${name.toUpperCase()}_WASM =`,
    ...lines.map((line, i) => `  "${line}"${i === lines.length - 1 ? ";" : " +"}`),
    "",
  ].join("\n");
}

async function writeAll(): Promise<void> {
  for (const [path, text] of await builtKernels()) {
    writeFileSync(path, text);
    process.stdout.write(`${path}\n`);
  }
}

if (process.argv[1] === __filename) {
  writeAll().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
}
