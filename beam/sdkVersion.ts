// The whole SDK first: loaded one by one, its modules meet each other half-initialised.
import "apache-beam";
import { version } from "apache-beam/version";

/** The one published SDK that the repairs in this folder were written for and are tested with. */
export const SDK_VERSION = "2.49.0";

/** @throws Error when another SDK is installed: the repairs reach into it and would fail later and less clearly. */
export function assertSdkVersion(found: string = version): void {
  if (found !== SDK_VERSION) {
    throw new Error(`sessionary needs apache-beam ${SDK_VERSION}, found ${found}: run "npm install apache-beam@${SDK_VERSION}"`);
  }
}

assertSdkVersion();
