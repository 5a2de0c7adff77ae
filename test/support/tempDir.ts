import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder of its own for every test of the surrounding `describe`, gone after the test.
 *
 *     const dir = useTempDir();
 *     it("writes a file", () => writeFileSync(join(dir(), "a.txt"), "…"));
 */
export function useTempDir(): () => string {
  let current: string | undefined;
  beforeEach(() => {
    current = mkdtempSync(join(tmpdir(), "sessionary-test-"));
  });
  afterEach(() => {
    if (current !== undefined) rmSync(current, { recursive: true, force: true });
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error("the temporary folder exists only while a test runs");
    return current;
  };
}

/** Runs `body` with a folder of its own and removes the folder, whatever happens. */
export async function withTempDir<T>(body: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "sessionary-test-"));
  try {
    return await body(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
