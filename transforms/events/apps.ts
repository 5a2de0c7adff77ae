import type { AppsConfig } from "../../model/config";
import { reasonCode } from "../../model/reasons";
import { KeyTable } from "../../io/formats/keyTable";
import { polyHash } from "../../io/formats/rows";
import { isValidUtf8, textOf } from "../../io/formats/utf8";

const OTHER_APP = reasonCode("other_app");
const BAD_ENCODING = reasonCode("bad_encoding");
const NUL_IN_KEY = reasonCode("nul_in_key");
const MISSING_APP = reasonCode("missing_app");

/** Raw app values → dense app ids, renamed and restricted as `apps` says. */
export class Apps {
  /** `app NUL` of each app id, the beginning of its session keys, and its unmixed hash. */
  readonly prefixes: Uint8Array[] = [];
  readonly prefixHashes: number[] = [];
  private readonly raw = new KeyTable();
  private readonly outcome: number[] = [];
  private readonly idByName = new Map<string, number>();

  constructor(private readonly config: AppsConfig) {}

  /** Id of the app written at `bytes[start..end]`, or minus the code of the reason why its events are not used. */
  idOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const before = this.raw.count;
    const id = this.raw.intern(0, bytes, start, end, hash);
    if (id === before) this.outcome.push(this.outcomeOf(bytes, start, end));
    return this.outcome[id]!;
  }

  ofConstant(value: string): number {
    const bytes = Buffer.from(value, "utf8");
    return this.idOf(bytes, 0, bytes.length, polyHash(bytes, 0, bytes.length));
  }

  private outcomeOf(bytes: Uint8Array, start: number, end: number): number {
    if (!isValidUtf8(bytes, start, end)) return -BAD_ENCODING;
    const value = textOf(bytes, start, end);
    const name = Object.hasOwn(this.config.rename, value) ? this.config.rename[value]! : value;
    if (name === "") return -MISSING_APP;
    if (name.includes("\0")) return -NUL_IN_KEY;
    if (this.config.only !== null && !this.config.only.includes(name)) return -OTHER_APP;
    let id = this.idByName.get(name);
    if (id === undefined) {
      id = this.prefixes.length;
      this.idByName.set(name, id);
      const prefix = Buffer.from(`${name}\0`, "utf8");
      this.prefixes.push(prefix);
      this.prefixHashes.push(polyHash(prefix, 0, prefix.length));
    }
    return id;
  }
}
