import type { AppDiscovery } from "../model/discoveryReport";

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

/** What comes of saving; `problems` are for people, one line each. */
export type Saved =
  | { readonly ok: true; readonly basedOn: string; readonly message: string }
  | { readonly ok: false; readonly problems: readonly string[] };
