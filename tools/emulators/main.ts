import { planOf } from "../engine/engines";
import { startFakeGcs } from "./fakeGcs";
import { startMoto } from "./moto";

// Fetches the emulators that `npm run test:places` needs, and starts each once; what is there already is not fetched again.
async function main(): Promise<void> {
  // One engine, whose workers read and write there too.
  planOf("prism");
  for (const start of [startMoto, () => startFakeGcs()]) await (await start()).stop();
}

main().catch((error: Error & { hints?: readonly string[] }) => {
  console.error([`error: ${error.message}`, ...(error.hints ?? [])].join("\n"));
  process.exitCode = 1;
});
