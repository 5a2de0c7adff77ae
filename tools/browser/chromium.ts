import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/** Flags for a browser without a screen, in a container or not, that asks nothing of the network. */
export const CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"];

/** Path of a Chromium on this machine: the variable `CHROMIUM`, or a usual place; null when there is none. */
export function findChromium(): string | null {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  return PLACES.find((path) => existsSync(path)) ?? null;
}

/**
 * A Chromium, installed from Debian's packages where there is none and this process may do so.
 * @throws Error that says what to install
 */
export function chromium(): string {
  const found = findChromium() ?? (canInstall() ? install() : null);
  if (found === null) {
    throw new Error(
      "these tests need Chromium: install it (Debian: apt-get install chromium), or name its path in the variable CHROMIUM",
    );
  }
  return found;
}

const canInstall = () => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

function install(): string | null {
  const apt = (...args: string[]) =>
    execFileSync("apt-get", args, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  try {
    apt("update");
    apt("install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core");
  } catch {
    return null;
  }
  return findChromium();
}
