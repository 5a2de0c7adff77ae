import type { ClusterCard, DiscoveryPageData } from "../../report/pages/discoveryPage";
import type { ModelPageData } from "../../report/pages/modelPage";
import type { ProfilePageData } from "../../report/pages/profilePage";
import type { SummaryPageData } from "../../report/pages/summaryPage";

/** Plausible plain data for each page; names hold what must be escaped. */
const NASTY = `<script>alert("x")</script> & 'co'`;

const dates = Array.from({ length: 14 }, (_, i) => `2026-03-${String(i + 2).padStart(2, "0")}`);
const APPS = ["web", "iphone"];
const CATEGORIES = [
  { id: "browse", name: "Browse ideas", color: "#0072b2" },
  { id: "find", name: "Find a recipe", color: "#e69f00" },
  { id: "cook", name: "Cook", color: "#009e73" },
  { id: "keep", name: "Keep on boards", color: "#cc79a7" },
  { id: "plan", name: "Plan and shop", color: "#56b4e9" },
  { id: "social", name: "Talk with others", color: "#d55e00" },
  { id: "odds", name: "Odds and ends", color: "#9e9e9e" },
];

const bell = (x: number, middle: number, width: number) => Math.exp(-(((x - middle) / width) ** 2) / 2);

export const profileData = (): ProfilePageData => ({
  project: NASTY,
  from: "2026-03-02",
  to: "2026-03-15",
  rows: {
    read: 1_072_043,
    used: 1_063_000,
    duplicates: 4_338,
    setAside: [
      { reason: "not_json", rows: 1_046, meaning: "the line is not JSON" },
      { reason: "no_user", rows: 1_016, meaning: "no user in the row" },
      { reason: "clock_ahead", rows: 2_643, meaning: "the event's time is later than its arrival" },
    ],
  },
  apps: APPS.map((app, i) => ({
    app,
    users: 3_200 + i,
    events: 480_000,
    pauses: Array.from({ length: 60 }, (_, b) => {
      const from = 0.1 * 10 ** (b / 10);
      return {
        fromSeconds: from,
        toSeconds: from * 10 ** 0.1,
        pauses: Math.round(40_000 * bell(b, 22, 5) + 9_000 * bell(b, 52, 4)),
      };
    }),
    gap:
      i === 0
        ? {
            verdict: "clear" as const,
            gapSeconds: 1_790,
            reason: "A pause of 29.8 min is as likely a short one as a long one.",
            intervalSeconds: { low: 1_500, high: 2_100 },
          }
        : { verdict: "no clear gap" as const, gapSeconds: 1_800, reason: "One bell fits as well as two.", intervalSeconds: null },
    curve: Array.from({ length: 40 }, (_, n) => ({ gapSeconds: 60 * 1.15 ** n, sessions: 20_000 + 60_000 / (1 + n) })),
  })),
  days: APPS.flatMap((app, i) =>
    dates.map((date, d) => ({ date, app, events: 30_000 + 4_000 * (d % 7) + 5_000 * i, users: 900 + 60 * (d % 7) + 100 * i })),
  ),
  traffic: [
    { kind: "human", users: 5_563, events: 960_000, sessions: 40_607 },
    { kind: "staff", users: 6, events: 2_645, sessions: 131 },
    { kind: "robot", users: 9, events: 90_018, sessions: 294 },
  ],
  robotRules: [{ rule: "active in more than 22 hours of a day", users: 2, events: 37_000 }],
  events: Array.from({ length: 60 }, (_, i) => ({
    name: i === 0 ? NASTY : `event_number_${i}`,
    kind: i === 3 ? "background" : "user",
    events: Math.round(90_000 / (i + 1)),
    users: Math.round(4_000 / Math.sqrt(i + 1)),
    firstDate: "2026-03-02",
    lastDate: "2026-03-15",
    ...(i === 5 && { proposal: "background: follows no pause of its own" }),
  })),
  remarks: ["2 users are awake for more than 22 hours of a day."],
  marks: [{ date: "2026-03-09", what: "hint_card_close is new" }],
});

const card = (i: number): ClusterCard => ({
  cluster: i + 1,
  suggestedName: i === 0 ? NASTY : `search_submit + result_open ${i}`,
  ...(i > 0 && i < 7 && { category: { name: CATEGORIES[i]?.name ?? "", color: CATEGORIES[i]?.color ?? "" } }),
  sessions: 4_000 - 260 * i,
  share: (4_000 - 260 * i) / 31_000,
  shareInterval: [(3_900 - 260 * i) / 31_000, (4_100 - 260 * i) / 31_000],
  silhouette: 0.5 - 0.03 * i,
  stability: 0.97 - 0.01 * i,
  noiseLike: i === 6,
  topEvents: ["search_submit", "search_result_open", "search_refine", "idea_open", "diet_tag_set"].map((event, e) => ({
    event,
    weight: 7.6 / (e + 1),
  })),
  noiseWords:
    i === 6
      ? "Looks like noise: its sessions have little in common (agreement 0.40 of 1); 23 % of its events are too rare to count."
      : null,
  inNearlyAll: ["app_open", NASTY],
  overUsed: [{ event: "search_submit", words: "98 % here, 20 % elsewhere: 4.9 times as often (4.5 to 5.3)" }],
  underUsed: [
    {
      event: "clip_play_with_a_very_long_name_that_must_wrap_somewhere_on_small_screens",
      words: "2 % here, 20 % elsewhere: 10 times less often (8.1 to 13)",
    },
  ],
  medianEvents: 13,
  medianSeconds: 412,
  examples: [
    {
      user: "a81f0c22",
      start: "2026-03-02 18:04",
      durationSeconds: 700,
      eventCount: 14,
      events: ["app_open", "search_submit", "search_submit", "search_result_open", "idea_open"].map((event, e) => ({
        event,
        atSeconds: e * e * 15,
      })),
    },
  ],
  remarks: [`Overlap: of its sessions, 12 % to 3. ${NASTY} lie nearly as near.`],
});

export const discoveryData = (): DiscoveryPageData => ({
  project: NASTY,
  id: "2026-03-02_4c1d",
  dates: ["2026-03-02", "2026-03-03", "2026-03-04"],
  matches: [
    {
      clusters: [
        { app: "web", name: `3. ${NASTY}` },
        { app: "phone", name: "4. Cook" },
      ],
      likeness: 0.97,
      together: true,
    },
  ],
  history: {
    previous: "2026-02-02_0a1b",
    rows: [
      { app: "web", kind: "same", old: ["3. Search"], now: [`4. ${NASTY}`], likeness: 0.93, sessions: 900 },
      { app: "web", kind: "born", old: [], now: ["5. Cook"], likeness: 0, sessions: 80 },
    ],
  },
  apps: APPS.map((app, a) => ({
    app,
    sessions: 31_000,
    emptySessions: 12,
    keptEvents: 55,
    allEvents: 481,
    cumulativeVariance: Array.from({ length: 55 }, (_, i) => 1 - Math.exp(-(i + 1) / 14)).map(
      (v, i, all) => v / (all.at(-1) ?? 1) || i,
    ),
    components: 22,
    kRows: Array.from({ length: 15 }, (_, i) => ({
      k: i + 4,
      silhouette: 0.39 - 0.006 * Math.abs(i - 9),
      stability: a === 0 ? 0.95 - 0.01 * Math.abs(i - 9) : null,
      intervals: { stability: a === 0 ? ([0.9 - 0.01 * Math.abs(i - 9), 0.98 - 0.01 * Math.abs(i - 9)] as const) : null },
      stableShare: a === 0 ? 1 : null,
      noiseShare: 0.25 - 0.01 * i,
      veryStableShare: a === 0 ? 0.96 : null,
      medoidSilhouette: 0.5 - 0.004 * i,
      meanDistance: 0.6 - 0.01 * i,
    })),
    k: 13,
    reason: "13 clusters: the smallest noise share among the most stable numbers.",
    nearTies: [12, 14],
    broaderK: a === 0 ? { k: 6, stability: 0.93, silhouette: 0.38 } : null,
    chosenByPerson: a === 0,
    verdict: a === 0 ? ("clear" as const) : ("no structure" as const),
    verdictReason:
      a === 0 ? "Clear structure: silhouette 0.390 above 0.050–0.080." : "No structure found: 0.050 not above 0.050–0.080.",
    structure: {
      rows: [
        { measure: "silhouette", observed: 0.39, twins: [0.05, 0.08] as const },
        { measure: "stability", observed: 0.95, twins: [0.3, 0.4] as const },
      ],
      twins: 10,
      sessions: 2_000,
    },
    silhouetteStatement: "Silhouette over all 2,000 rows",
    tooLittle: null,
    remarks: [`One name is 85 % of all events ${NASTY}`],
    map: Array.from({ length: 60 }, (_, i) => ({ x: Math.sin(i), y: Math.cos(i * 1.3), cluster: i % 13 })),
    clusters: Array.from({ length: 13 }, (_, i) => card(i)),
  })),
});

export const modelData = (): ModelPageData => {
  const n = CATEGORIES.length;
  return {
    project: NASTY,
    modelId: "9f2c1a07d3e4b5c6",
    trainedOn: "2026-03-02",
    apps: APPS.map((app, a) => ({
      app,
      classes: CATEGORIES.map((c) => c.name),
      trainSessions: 20_000,
      testSessions: 10_000,
      confusion: Array.from({ length: n * n }, (_, i) => (Math.floor(i / n) === i % n ? 1_300 : (i * 7) % 40)),
      totalError: a === 0 ? 0.07 : 0.18,
      totalErrorInterval: [0.06, 0.08] as const,
      errors: CATEGORIES.map((c, i) => ({
        category: c.name,
        scoringOnly: i === n - 1 ? 0.8 : 0.06,
        withNoiseFeature: i === n - 1 ? 0.27 : 0.06,
        allEvents: i === n - 1 ? 0.07 : 0.03,
      })),
      totals: { scoringOnly: 0.16, withNoiseFeature: 0.097, allEvents: 0.035 },
      scoringEvents: ["search_submit", "clip_play", "idea_save"].map((event, i) => ({
        event,
        idf: 1.7 - 0.1 * i,
        importance: 0.2 - 0.05 * i,
      })),
      meanNoise: 0.612,
      trees: 250,
      minLeaf: 60,
      calibration: [{ confidence: 0.95, right: 0.97, sessions: 7_000 }],
    })),
  };
};

export const summaryData = (): SummaryPageData => ({
  title: `Demo ${NASTY}`,
  subtitle: "Two weeks of a fictitious product",
  facts: [
    { label: "Events", value: "1,065,130" },
    { label: "Sessions", value: "41,032", note: "294 of robots" },
    { label: "Labels right", value: "94.2 %" },
  ],
  categories: CATEGORIES,
  days: dates.map((date, d) => {
    const weights = CATEGORIES.map((_, i) => 1 + 0.3 * Math.sin((2 * Math.PI * (d + i)) / 7));
    const total = weights.reduce((a, b) => a + b, 0);
    return { date, shares: Object.fromEntries(CATEGORIES.map((c, i) => [c.id, (weights[i] ?? 0) / total])) };
  }),
  sizes: CATEGORIES.map((c, i) => ({ id: c.id, sessions: 9_000 - 800 * i, interval: null })),
  marks: [
    { date: "2026-03-09", what: "theme_switch is called appearance_switch" },
    { date: "2026-03-11", what: NASTY },
  ],
  accuracy: APPS.map((app, i) => ({
    app,
    color: ["#0072b2", "#e69f00"][i] ?? "",
    points: dates.map((date, d) => ({ date, value: 0.94 - 0.01 * i + 0.004 * Math.sin(d) })),
  })),
  checks: [
    { what: "Adjusted Rand index of the categories against the truth, web", measured: "0.91", holds: true },
    { what: "Robots found", measured: "5 of 9", holds: null },
    { what: "Accuracy after the logging change", measured: "81 % (94 % before)", holds: false },
  ],
  before: {
    date: "2026-03-09",
    rows: CATEGORIES.map((c, i) => ({
      category: c.name,
      before: 0.2 - 0.02 * i,
      after: 0.2 - 0.02 * i + 0.003,
      trueBefore: 0.21 - 0.02 * i,
      trueAfter: 0.21 - 0.02 * i,
    })),
  },
  files: [
    { what: "Discovery", path: "discovery/index.html", link: true },
    { what: "Session table", path: "output/sessions", link: false },
  ],
});
