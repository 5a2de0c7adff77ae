import { DateTime } from "luxon";
import type { CategoriesFile } from "../../model/categories";
import type { AppDiscovery, ClusterCard, DiscoveryReport, KRow } from "../../model/discoveryReport";
import type { DiscoveryApp, DiscoveryPageData } from "../../report/pages/discoveryPage";

/** What the discovery page shows of a report, with the categories that clusters are in. */
export function pageOf(
  report: DiscoveryReport,
  categories: CategoriesFile,
  zone: string,
  earlier: CategoriesFile | null = null,
): DiscoveryPageData {
  return {
    project: report.project,
    id: report.id,
    dates: report.dates,
    apps: report.apps.map((app) => toApp(app, categories, zone)),
    history: report.previous && {
      previous: report.previous.id,
      rows: report.previous.changes.map(({ app, kind, old, now, jaccard, sessions }) => ({
        app,
        kind,
        old: old.map((cluster) => inWords(app, cluster, earlier)),
        now: now.map((cluster) => inWords(app, cluster, categories)),
        likeness: jaccard,
        sessions,
      })),
    },
  };
}

/** `3. Search`: a cluster and the category it is in. */
export function inWords(app: string, cluster: number, categories: CategoriesFile | null): string {
  const category = categories?.categories.find(({ clusters }) => clusters.get(app)?.includes(cluster));
  return category === undefined ? String(cluster) : `${cluster}. ${category.name}`;
}

function toApp(app: AppDiscovery, categories: CategoriesFile, zone: string): DiscoveryApp {
  return {
    app: app.app,
    sessions: app.clusteredSessions,
    emptySessions: app.sampledSessions - app.clusteredSessions,
    keptEvents: app.vocabulary.length,
    allEvents: app.eventNames,
    cumulativeVariance: app.pca?.cumulative ?? [],
    components: app.pca?.components ?? 0,
    kRows: app.candidates.map(toKRow),
    k: app.k ?? 0,
    reason: app.proposal?.reason ?? "",
    nearTies: app.proposal?.nearTies ?? [],
    chosenByPerson: app.chosenByPerson,
    verdict: app.verdict === null ? "not tested" : app.verdict.structure === "none" ? "no structure" : app.verdict.structure,
    verdictReason: app.verdict?.reason ?? "",
    structure: app.verdict && toStructure(app.verdict),
    silhouetteStatement: sentence(app.silhouetteStatement),
    tooLittle: app.tooLittle,
    remarks: app.remarks,
    map: app.map,
    clusters: app.cards.map((card) => toCard(app.app, card, categories, zone)),
  };
}

function toStructure({ observed, silhouetteRange, stabilityRange, twins, rows: sessions }: NonNullable<AppDiscovery["verdict"]>) {
  const silhouette = { measure: "silhouette", observed: observed.silhouette, twins: silhouetteRange };
  const stability =
    observed.stability === null || stabilityRange === null
      ? []
      : [{ measure: "stability", observed: observed.stability, twins: stabilityRange }];
  return { rows: [silhouette, ...stability], twins, sessions };
}

const sentence = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

const toKRow = ({ k, silhouette, medoidSilhouette, meanDistance, stability, noiseShare }: KRow) => ({
  k,
  silhouette,
  medoidSilhouette,
  meanDistance,
  stability: stability?.mean ?? null,
  stabilityInterval:
    stability && ([stability.mean - 1.96 * stability.standardError, stability.mean + 1.96 * stability.standardError] as const),
  stableShare: stability?.shareAtLeast70 ?? null,
  veryStableShare: stability?.shareAtLeast75 ?? null,
  noiseShare,
});

function toCard(app: string, card: ClusterCard, names: CategoriesFile, zone: string): DiscoveryApp["clusters"][number] {
  const { categories } = names;
  const category = categories.find(({ clusters }) => clusters.get(app)?.includes(card.cluster));
  const [nearest] = card.nearest;
  return {
    cluster: card.cluster,
    suggestedName: card.suggestedName,
    ...(category ? { category } : {}),
    sessions: card.sessions,
    share: card.share.estimate,
    shareInterval: [card.share.low, card.share.high],
    silhouette: card.silhouette,
    stability: card.stability,
    noiseLike: card.noiseLike,
    topEvents: card.topWeighted,
    overUsed: card.overUsed.map(toUse),
    underUsed: card.underUsed.map(toUse),
    medianEvents: card.medianEvents,
    medianSeconds: card.medianDurationSeconds,
    examples: card.examples.map((example) => ({
      user: example.user,
      start: DateTime.fromMillis(example.startMs, { zone }).toFormat("yyyy-MM-dd HH:mm"),
      durationSeconds: example.durationMs / 1000,
      eventCount: example.eventCount,
      events: example.events.map(({ name, ms }) => ({ event: name, atSeconds: ms / 1000 })),
    })),
    remark: [
      ...(nearest === undefined
        ? []
        : [`Nearest: ${inWords(app, nearest.cluster, names)} (${nearest.distance.toFixed(2)} between medoids).`]),
      ...busiestHours(card.hours),
      ...(card.longTailShare >= MUCH_LONG_TAIL ? [`${percent(card.longTailShare)} of its events are too rare to count.`] : []),
    ].join(" "),
  };
}

/** Rare events are said from this share of a cluster's events on. */
const MUCH_LONG_TAIL = 0.2;
const WINDOW_HOURS = 4;

/** The hours of the local day in which most of the sessions begin. */
export function busiestHours(hours: readonly number[]): string[] {
  const all = hours.reduce((sum, count) => sum + count, 0);
  const inWindow = (from: number) => {
    let sum = 0;
    for (let hour = from; hour < from + WINDOW_HOURS; hour++) sum += hours[hour % 24] ?? 0;
    return sum;
  };
  if (all === 0) return [];
  const from = Array.from({ length: 24 }, (_, hour) => hour).reduce((best, hour) =>
    inWindow(hour) > inWindow(best) ? hour : best,
  );
  return [`${percent(inWindow(from) / all)} begin between ${from}:00 and ${(from + WINDOW_HOURS) % 24}:00.`];
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

const toUse = ({ event, share, shareElsewhere, lift }: ClusterCard["overUsed"][number]) => ({
  event,
  shareHere: share,
  shareOverall: shareElsewhere,
  lift: lift.estimate,
});
