/** A number with its 95 % interval. */
export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** One k of one app: a column of the paper's Table 2. */
export interface KRow {
  readonly k: number;
  readonly silhouette: number;
  /** Mean of 1 - d₁/d₂; not comparable with the silhouette. */
  readonly medoidSilhouette: number;
  readonly meanDistance: number;
  /** Of the three means above. Reports of old have none. */
  readonly standardErrors?: {
    readonly silhouette: number;
    readonly medoidSilhouette: number;
    readonly meanDistance: number;
  };
  /** Null when stability was not computed. */
  readonly stability: {
    readonly mean: number;
    readonly standardError: number;
    readonly weightedMean: number;
    readonly shareAtLeast70: number;
    readonly shareAtLeast75: number;
    readonly subsets: number;
    /** Mean Jaccard of each cluster. */
    readonly perCluster: readonly number[];
  } | null;
  readonly noiseShare: number;
  readonly sizes: readonly number[];
  /** Silhouette of each cluster. */
  readonly silhouettes: readonly number[];
  /** `parts[a][c]`: of some random sessions, those in cluster a of this k and in cluster c of the k taken. Reports of old have none. */
  readonly parts?: readonly (readonly number[])[];
}

/** An event in a cluster against the same event in all other sessions. */
export interface EventUse {
  readonly event: string;
  /** Share of the cluster's sessions with the event, and of all other sessions. */
  readonly share: number;
  readonly shareElsewhere: number;
  /** share / shareElsewhere. */
  readonly lift: Estimate;
  /** For people, e.g. "94 % here, 23 % elsewhere: 4.1 times as often (3.8 to 4.4)". */
  readonly words: string;
}

export interface CardExample {
  readonly distance: number;
  readonly user: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly eventCount: number;
  readonly events: readonly { readonly name: string; readonly ms: number }[];
}

/** What a person needs to name a cluster. */
export interface ClusterCard {
  readonly cluster: number;
  readonly sessions: number;
  readonly share: Estimate;
  /** Mean Jaccard over half-subsets; null when not computed. */
  readonly stability: number | null;
  readonly silhouette: number;
  /** Highest mean TF-IDF weight a session, descending (paper Table 5). */
  readonly topWeighted: readonly { readonly event: string; readonly weight: number }[];
  readonly overUsed: readonly EventUse[];
  readonly underUsed: readonly EventUse[];
  readonly examples: readonly CardExample[];
  readonly medianDurationSeconds: number;
  readonly medianEvents: number;
  readonly eventsPerSession: number;
  /** Sessions by hours since local midnight, 0 … 23 (24 where the clock went back). */
  readonly hours: readonly number[];
  /** Share of event occurrences outside the clustering vocabulary. */
  readonly longTailShare: number;
  /** Length of the mean unit row: 1 = all sessions alike, near 0 = nothing in common. */
  readonly concentration: number;
  readonly noiseLike: boolean;
  /** Nearest other clusters by distance of their centers. */
  readonly nearest: readonly { readonly cluster: number; readonly distance: number }[];
  /** Clusters that its sessions lie nearly as near to, and the share of its sessions that do, largest first. Reports of old have none. */
  readonly overlaps?: readonly { readonly cluster: number; readonly share: number }[];
  /** Events in nearly all of its sessions, most frequent first. */
  readonly inNearlyAll?: readonly string[];
  /** What speaks for and against its being noise, one sentence; null where nothing does. */
  readonly noiseWords?: string | null;
  readonly suggestedName: string;
}

export interface AppDiscovery {
  readonly app: string;
  readonly sampledSessions: number;
  /** Sessions with any weight: those clustered. */
  readonly clusteredSessions: number;
  readonly eventNames: number;
  /** Events that counted: in at least `minEventShare` of the sessions. */
  readonly vocabulary: readonly { readonly event: string; readonly idf: number; readonly sessionShare: number }[];
  /** Why nothing was clustered, or null. */
  readonly tooLittle: string | null;
  readonly pca: { readonly components: number; readonly cumulative: readonly number[] } | null;
  readonly candidates: readonly KRow[];
  readonly silhouetteStatement: string;
  readonly proposal: { readonly k: number; readonly nearTies: readonly number[]; readonly reason: string } | null;
  /** A much smaller k that holds as well, for those who want broad kinds; null where there is none, absent in reports of old. */
  readonly broader?: { readonly k: number; readonly stability: number; readonly silhouette: number } | null;
  readonly k: number | null;
  readonly chosenByPerson: boolean;
  readonly verdict: {
    readonly structure: "clear" | "weak" | "none";
    readonly reason: string;
    readonly silhouetteRange: readonly [number, number];
    readonly stabilityRange: readonly [number, number] | null;
    /** The real sessions, measured as the twins were. */
    readonly observed: { readonly silhouette: number; readonly stability: number | null };
    readonly twins: number;
    /** Sessions each of them was measured on. */
    readonly rows: number;
  } | null;
  /** What is odd about the logs of this app, what was done about it, and with what effect. */
  readonly remarks: readonly string[];
  readonly cards: readonly ClusterCard[];
  /** Some sessions in the plane of the first two components. */
  readonly map: readonly { readonly x: number; readonly y: number; readonly cluster: number }[];
}

/** Two clusters of different apps with the same profile on the events that both apps have: people may well call them one category. */
export interface ClusterMatch {
  readonly clusters: readonly [
    { readonly app: string; readonly cluster: number },
    { readonly app: string; readonly cluster: number },
  ];
  /** Cosine of their mean weights on shared events, 0..1. */
  readonly likeness: number;
}

/** What became of clusters between two discoveries, on the same sessions: those of the later one. */
export interface ClusterHistory {
  readonly app: string;
  readonly kind: "same" | "split" | "merged" | "gone" | "born";
  /** Clusters of the earlier discovery, ascending; empty for `born`. */
  readonly old: readonly number[];
  /** Clusters of this discovery, ascending; empty for `gone`. */
  readonly now: readonly number[];
  /** Jaccard similarity of the two sides, 0..1; 0 for `born` and `gone`. */
  readonly jaccard: number;
  /** Sampled sessions in both sides; for `gone` and `born` those of the cluster. */
  readonly sessions: number;
}

/** `discovery.json`. */
export interface DiscoveryReport {
  readonly kind: "sessionary-discovery";
  readonly format: 1;
  readonly id: string;
  /** The same for discoveries of the same sessions that differ in the k they try or take. */
  readonly basis: string;
  /** Evaluations taken over from earlier discoveries (`discover --resume`). */
  readonly reusedEvaluations: number;
  readonly project: string;
  readonly dates: readonly string[];
  readonly rowsRead: number;
  readonly sessions: number;
  readonly apps: readonly AppDiscovery[];
  /** Clusters of different apps that look the same, the most alike first. Reports of old have none. */
  readonly matches?: readonly ClusterMatch[];
  /** The discovery whose categories were carried over, and what became of its clusters; null where there was none. */
  readonly previous: { readonly id: string; readonly changes: readonly ClusterHistory[] } | null;
}
