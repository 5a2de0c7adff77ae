import type { Pca } from "../../ml/pca";
import type { TermWeighting } from "../../ml/tfidf";

/** What discovery learned of one app before clustering: the events that count, their IDF, and the principal components. */
export interface DiscoverySpace {
  readonly app: string;
  /** Sampled sessions behind the document frequencies, N. */
  readonly sessionCount: number;
  /** Distinct events in the sample, before rare ones were left out. */
  readonly eventCount: number;
  readonly weighting: TermWeighting;
  /** Events in at least `minEventShare` of the sessions, ascending by UTF-8 bytes. */
  readonly events: readonly string[];
  /** ln(N / df) of each. */
  readonly idf: Float64Array;
  /** df / N of each. */
  readonly sessionShare: Float64Array;
  /** Sessions with any weight, which are the ones clustered. */
  readonly weightedSessions: number;
  /** Null when there is too little to cluster; then `tooLittle` says why. */
  readonly pca: Pca | null;
  readonly tooLittle: string | null;
}

type Arrays = { [name: string]: unknown };

/** JSON that keeps every double. */
export function encodeSpace(space: DiscoverySpace): Uint8Array {
  return Buffer.from(JSON.stringify(space, (_, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value)));
}

const decoded = new WeakMap<Uint8Array, DiscoverySpace>();

/** `decodeSpace`, once for each object that holds the bytes: for side inputs, which every element reads. */
export function spaceOf(bytes: Uint8Array): DiscoverySpace {
  const space = decoded.get(bytes) ?? decodeSpace(bytes);
  decoded.set(bytes, space);
  return space;
}

export function decodeSpace(bytes: Uint8Array): DiscoverySpace {
  const plain = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as Arrays;
  const doubles = (value: unknown) => Float64Array.from(value as number[]);
  const pca = plain["pca"] as Arrays | null;
  return {
    ...plain,
    idf: doubles(plain["idf"]),
    sessionShare: doubles(plain["sessionShare"]),
    pca: pca && {
      ...pca,
      mean: doubles(pca["mean"]),
      components: doubles(pca["components"]),
      variances: doubles(pca["variances"]),
      explained: doubles(pca["explained"]),
      cumulative: doubles(pca["cumulative"]),
    },
  } as unknown as DiscoverySpace;
}
