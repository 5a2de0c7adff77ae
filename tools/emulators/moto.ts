import { pythonEnvironment } from "../python/environment";
import { startEmulator, type Emulator } from "./emulator";

/** Starts moto's server, an S3 in memory that honours conditions on writes; its packages are pinned in `tools/python`. */
export async function startMoto(): Promise<Emulator> {
  const python = await pythonEnvironment("emulators-requirements.txt");
  return startEmulator({
    name: "moto",
    command: python,
    // Its own command names the folder it was installed to, which has moved since.
    args: (port) => ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
  });
}
