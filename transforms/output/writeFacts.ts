import { createHash } from "node:crypto";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
import { mapBounded } from "../../io/places/bounded";
import { placeOf } from "../../io/places/place";

/** One element's key and bytes, as the driver reads them. */
export interface Fact {
  readonly key: string;
  readonly base64: string;
}

/**
 * Writes small results (counts, sums of a day) for the driver, one file a key; keys with the prefix are unique in the run.
 *
 *     KV<key, bytes>  →  `folder/<hash of the key>.json`
 */
export class WriteFactsFn extends BlockFn {
  constructor(
    private readonly folder: string,
    private readonly prefix: string,
  ) {
    super();
  }

  override async process(element: KeyedBytes): Promise<void> {
    const key = this.prefix + element.key;
    // Keys hold names out of logs: slashes, dots, any length.
    const name = createHash("sha256").update(key).digest("hex").slice(0, 32);
    const fact: Fact = { key, base64: Buffer.from(element.value).toString("base64") };
    await placeOf(this.folder).write(`${this.folder}/${name}.json`, Buffer.from(JSON.stringify(fact), "utf8"));
  }
}

/** What `WriteFactsFn` wrote, by key. */
export async function readFacts(folder: string): Promise<Map<string, Uint8Array>> {
  const place = placeOf(folder);
  const facts = new Map<string, Uint8Array>();
  const files = await mapBounded(await place.list(`${folder}/`), ({ path }) => place.read(path));
  for (const bytes of files) {
    const { key, base64 } = JSON.parse(Buffer.from(bytes).toString("utf8")) as Fact;
    facts.set(key, new Uint8Array(Buffer.from(base64, "base64")));
  }
  return facts;
}

registered("transforms/output/writeFacts", { WriteFactsFn });
