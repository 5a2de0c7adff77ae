import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { cacheDir } from "../engine/cache";
import { startEmulator, type Emulator } from "./emulator";

const VERSION = "1.56.1";

/** Path of fake-gcs-server, built by Go from its module proxy; Go's own checksum database guards the sources. */
function fakeGcsBinary(): string {
  const dir = cacheDir("emulators", `fake-gcs-server-${VERSION}`);
  const binary = join(dir, "fake-gcs-server");
  if (!existsSync(binary)) {
    const args = ["install", "-ldflags", "-s -w", `github.com/fsouza/fake-gcs-server@v${VERSION}`];
    process.stderr.write(`go ${args.join(" ")}\n`);
    const { status, error } = spawnSync("go", args, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, GOBIN: dir, CGO_ENABLED: "0" },
    });
    if (error !== undefined || status !== 0) {
      throw new UserError(`go ${error === undefined ? `ended with code ${status}` : `cannot be run: ${error.message}`}`, [
        "needed for the emulator of Google Cloud Storage: go on the PATH, and its module proxy reachable",
      ]);
    }
  }
  return binary;
}

/**
 * Starts fake-gcs-server, a Google Cloud Storage in memory.
 * @param seenAs address that clients reach it at, where that is another one: uploads in parts are sent there
 */
export function startFakeGcs(seenAs?: string): Promise<Emulator> {
  return startEmulator({
    name: "fake-gcs-server",
    command: fakeGcsBinary(),
    args: (port) => {
      const address = seenAs ?? `http://127.0.0.1:${port}`;
      const host = address.replace(/^https?:\/\//, "");
      const listen = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-backend", "memory"];
      return [...listen, "-external-url", address, "-public-host", host, "-log-level", "warn"];
    },
  });
}
