import type { AppDiscovery, ClusterHistory, ClusterMatch } from "../model/discoveryReport";

/** A category as the page shows and sends it; clusters by app. */
export interface ReviewCategory {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly noise: boolean;
  readonly clusters: Readonly<Record<string, readonly number[]>>;
}

/** All that the page shows. */
export interface ReviewData {
  readonly project: string;
  /** Id of the discovery. */
  readonly id: string;
  readonly dates: readonly string[];
  readonly zone: string;
  readonly apps: readonly Omit<AppDiscovery, "vocabulary">[];
  readonly categories: readonly ReviewCategory[];
  /** Clusters of different apps with the same profile. */
  readonly matches: readonly ClusterMatch[];
  /** The earlier discovery that clusters were compared with, and what became of its clusters; null where there is none. */
  readonly previous: { readonly id: string; readonly changes: readonly ClusterHistory[] } | null;
  /** Clusters of the earlier discovery that nothing continues, in words. */
  readonly gone: readonly string[];
  /** Fingerprint of the categories file as it was read. */
  readonly basedOn: string;
  readonly categoriesPath: string;
  readonly configPath: string;
  /** Colours to choose from for new categories. */
  readonly colors: readonly string[];
}

/** Sent to save categories. */
export interface SaveCategories {
  readonly categories: readonly ReviewCategory[];
  /** `basedOn` of what the page was made from. */
  readonly basedOn: string;
}

/** Sent to choose a number of clusters. */
export interface ChooseK {
  readonly app: string;
  readonly k: number;
}

/** What comes of saving; `problems` are for people, one line each. `theirs`: fingerprint of a file that someone else changed meanwhile. */
export type Saved =
  | { readonly ok: true; readonly basedOn: string; readonly message: string }
  | { readonly ok: false; readonly problems: readonly string[]; readonly theirs?: string };
