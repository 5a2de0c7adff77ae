import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatCategories, type CategoriesFile } from "../../model/categories";
import type { AppDiscovery, ClusterCard, DiscoveryReport } from "../../model/discoveryReport";
import type { ReviewProject } from "../../review/project";

const card = (cluster: number, name: string, share: number): ClusterCard => ({
  cluster,
  sessions: Math.round(share * 1000),
  share: { estimate: share, low: share - 0.02, high: share + 0.02 },
  stability: 0.9 - 0.05 * cluster,
  silhouette: 0.4,
  topWeighted: [{ event: `${name.toLowerCase()}_open`, weight: 1.2 }],
  overUsed: [
    {
      event: `${name.toLowerCase()}_open`,
      share: 0.9,
      shareElsewhere: 0.1,
      lift: { estimate: 9, low: 8, high: 10 },
      words: "90 % here, 10 % elsewhere: 9.0 times as often (8.0 to 10)",
    },
  ],
  underUsed: [],
  examples: [
    {
      distance: 0.1,
      user: "a1b2c3d4e5",
      startMs: Date.UTC(2026, 2, 2, 12),
      durationMs: 400_000,
      eventCount: 60,
      events: [
        { name: "open", ms: 0 },
        { name: "open", ms: 4000 },
        { name: "<b>save</b>", ms: 300_000 },
      ],
    },
  ],
  medianDurationSeconds: 240,
  medianEvents: 9,
  eventsPerSession: 11,
  hours: Array.from({ length: 24 }, (_, hour) => (hour === 18 ? 40 : 5)),
  longTailShare: 0.2,
  concentration: 0.6,
  noiseLike: cluster === 2,
  nearest: [{ cluster: (cluster + 1) % 3, distance: 0.7 }],
  overlaps: [{ cluster: (cluster + 1) % 3, share: 0.18 }],
  inNearlyAll: [`${name.toLowerCase()}_open`],
  noiseWords: cluster === 2 ? "Looks like noise: its sessions have little in common (agreement 0.42 of 1)." : null,
  suggestedName: name,
});

const app = (name: string): AppDiscovery => ({
  app: name,
  sampledSessions: 1000,
  clusteredSessions: 990,
  eventNames: 40,
  vocabulary: [],
  tooLittle: null,
  pca: { components: 2, cumulative: [0.6, 0.85, 1] },
  candidates: [2, 3, 4].map((k) => ({
    k,
    silhouette: 0.4 - 0.02 * Math.abs(k - 3),
    medoidSilhouette: 0.5,
    meanDistance: 0.6 - 0.05 * k,
    stability: {
      mean: 0.9 - 0.03 * Math.abs(k - 3),
      standardError: 0.01,
      weightedMean: 0.9,
      shareAtLeast70: 1,
      shareAtLeast75: 0.8,
      subsets: 50,
      perCluster: Array.from({ length: k }, () => 0.9),
    },
    noiseShare: 0.2,
    sizes: Array.from({ length: k }, () => 990 / k),
    silhouettes: Array.from({ length: k }, () => 0.4),
    parts: Array.from({ length: k }, (_, a) => [0, 1, 2].map((c) => (a % 3 === c ? 100 : 0))),
  })),
  silhouetteStatement: "silhouette over all 990 rows",
  proposal: { k: 3, nearTies: [2], reason: "k = 3 has the best stability (0.900)." },
  k: 3,
  chosenByPerson: false,
  verdict: {
    structure: "clear",
    reason: "Clear structure: silhouette 0.400 above 0.100–0.120 of 20 twins without structure.",
    silhouetteRange: [0.1, 0.12],
    stabilityRange: [0.3, 0.4],
    observed: { silhouette: 0.4, stability: 0.9 },
    twins: 10,
    rows: 990,
  },
  remarks: [],
  cards: [card(0, "Search", 0.5), card(1, "Cook", 0.3), card(2, "Noise", 0.2)],
  map: [],
});

/** A small discovery of two apps in `dir`, with proposed categories and settings. */
export function reviewProject(dir: string): ReviewProject {
  const report: DiscoveryReport = {
    kind: "sessionary-discovery",
    format: 1,
    id: "2026-03-02-0a1b2c3d",
    basis: "2026-03-02-ffffffff",
    reusedEvaluations: 0,
    project: "shop",
    dates: ["2026-03-02", "2026-03-02"],
    rowsRead: 30_000,
    sessions: 2_000,
    apps: [app("web"), app("phone")],
    matches: [0, 1].map((cluster) => ({
      clusters: [
        { app: "phone", cluster },
        { app: "web", cluster },
      ],
      likeness: 0.96,
    })),
    previous: {
      id: "2026-02-02-ffffffff",
      changes: [
        { app: "web", kind: "same", old: [4], now: [0], jaccard: 0.93, sessions: 400 },
        { app: "web", kind: "born", old: [], now: [1], jaccard: 0, sessions: 300 },
        { app: "web", kind: "gone", old: [2], now: [], jaccard: 0, sessions: 3 },
      ],
    },
  };
  const both = (cluster: number) =>
    new Map([
      ["phone", [cluster]],
      ["web", [cluster]],
    ]);
  const categoriesPath = join(dir, "categories.yaml");
  const configPath = join(dir, "sessionary.yaml");
  mkdirSync(dir, { recursive: true });
  const category = (id: string, name: string, color: string, cluster: number) => ({
    id,
    name,
    description: "",
    color,
    noise: id === "noise",
    clusters: both(cluster),
  });
  const categories = [
    category("search", "Search", "#0072b2", 0),
    category("cook", "Cook", "#e69f00", 1),
    category("noise", "Noise", "#9e9e9e", 2),
  ];
  writeFileSync(categoriesPath, formatCategories({ discovery: report.id, categories }));
  writeFileSync(configPath, "# mine\nproject: shop\ninput:\n  paths: logs # here\n  user: u\n  time: t\n  event: e\n");
  const earlier = {
    discovery: "2026-02-02-ffffffff",
    categories: [{ ...categories[0]!, name: "Seasons", clusters: new Map([["web", [2]]]) }],
  };
  const reportPage = ({ categories }: CategoriesFile) => `<p>Report with ${categories.map(({ name }) => name).join(", ")}</p>`;
  return { report, zone: "Europe/Berlin", categoriesPath, configPath, earlier, reportPage };
}
