import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Benches by name; each says in its own help comment what it shows and what it does not. */
const BENCHES: Readonly<Record<string, string>> = {
  score: "score/main.js",
  scale: "scale/main.js",
  engines: "engines/main.js",
  kmedoids: "ml/kmedoids.js",
  forest: "ml/forest.js",
  discovery: "discovery/speed.js",
  calibrate: "discovery/calibrate.js",
  behaviour: "behaviour/main.js",
};

/** `npm run bench -- NAME [options]`: runs one bench in a process of its own. */
function main([name, ...options]: readonly string[]): void {
  const file = name === undefined ? undefined : BENCHES[name];
  if (file === undefined) {
    process.stderr.write(`which bench? npm run bench -- ${Object.keys(BENCHES).join("|")} [options]\n`);
    process.exitCode = 2;
    return;
  }
  process.exitCode = spawnSync(process.execPath, [join(__dirname, file), ...options], { stdio: "inherit" }).status ?? 1;
}

main(process.argv.slice(2));
