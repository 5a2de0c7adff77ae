import { DateTime } from "luxon";
import type { CategoriesFile } from "../../model/categories";
import { wilsonInterval } from "../../ml/statistics";
import type { AppDiscovery, ClusterCard, ClusterMatch, DiscoveryReport, KRow } from "../../model/discoveryReport";
import type { KRow as ChartRow } from "../../report/charts/clustering";
import { overlapInWords } from "../../report/pages/cardWords";
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
    apps: report.apps.map((app) => toApp(app, categories, zone, report.matches ?? [])),
    matches: (report.matches ?? []).map(({ clusters, likeness }) => ({
      clusters: clusters.map(({ app, cluster }) => ({ app, name: inWords(app, cluster, categories) })),
      likeness,
      together: isOneCategory(clusters, categories),
    })),
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

const isOneCategory = (clusters: ClusterMatch["clusters"], { categories }: CategoriesFile) =>
  categories.some((category) => clusters.every(({ app, cluster }) => category.clusters.get(app)?.includes(cluster)));

function toApp(app: AppDiscovery, categories: CategoriesFile, zone: string, matches: readonly ClusterMatch[]): DiscoveryApp {
  const hours = app.cards[0]?.hours.map((_, hour) => app.cards.reduce((sum, card) => sum + card.hours[hour]!, 0)) ?? [];
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
    broaderK: app.broader ?? null,
    chosenByPerson: app.chosenByPerson,
    verdict: app.verdict === null ? "not tested" : app.verdict.structure === "none" ? "no structure" : app.verdict.structure,
    verdictReason: app.verdict?.reason ?? "",
    structure: app.verdict && toStructure(app.verdict),
    silhouetteStatement: sentence(app.silhouetteStatement),
    tooLittle: app.tooLittle,
    remarks: app.remarks,
    map: app.map,
    clusters: app.cards.map((card) => toCard(app.app, card, { categories, zone, hours, matches })),
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

function toKRow(row: KRow): ChartRow {
  const { k, silhouette, medoidSilhouette, meanDistance, standardErrors: errors, stability, noiseShare, sizes } = row;
  return {
    k,
    silhouette,
    medoidSilhouette,
    meanDistance,
    stability: stability?.mean ?? null,
    stableShare: stability?.shareAtLeast70 ?? null,
    veryStableShare: stability?.shareAtLeast75 ?? null,
    noiseShare,
    intervals: {
      stability: stability && around(stability.mean, stability.standardError),
      noiseShare: intervalOf(noiseShare, sizes),
      ...(errors && {
        silhouette: around(silhouette, errors.silhouette),
        medoidSilhouette: around(medoidSilhouette, errors.medoidSilhouette),
        meanDistance: around(meanDistance, errors.meanDistance),
      }),
    },
  };
}

/** 95 % interval of a mean. */
const around = (mean: number, standardError: number): readonly [number, number] => [
  mean - 1.96 * standardError,
  mean + 1.96 * standardError,
];

/** 95 % interval of the share of a cluster among as many sessions. */
function intervalOf(share: number, sizes: readonly number[]): readonly [number, number] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const { low, high } = wilsonInterval(Math.round(share * all), all);
  return [low, high];
}

interface CardContext {
  readonly categories: CategoriesFile;
  readonly zone: string;
  /** Sessions of the whole app by hour of the day. */
  readonly hours: readonly number[];
  readonly matches: readonly ClusterMatch[];
}

function toCard(app: string, card: ClusterCard, context: CardContext): DiscoveryApp["clusters"][number] {
  const { categories: names, zone } = context;
  const category = names.categories.find(({ clusters }) => clusters.get(app)?.includes(card.cluster));
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
    noiseWords: card.noiseWords ?? null,
    topEvents: card.topWeighted,
    inNearlyAll: card.inNearlyAll ?? [],
    overUsed: card.overUsed,
    underUsed: card.underUsed,
    medianEvents: card.medianEvents,
    medianSeconds: card.medianDurationSeconds,
    examples: card.examples.map((example) => ({
      user: example.user,
      start: DateTime.fromMillis(example.startMs, { zone }).toFormat("yyyy-MM-dd HH:mm"),
      durationSeconds: example.durationMs / 1000,
      eventCount: example.eventCount,
      events: example.events.map(({ name, ms }) => ({ event: name, atSeconds: ms / 1000 })),
    })),
    remarks: [
      overlapInWords(card, (cluster) => inWords(app, cluster, names)),
      ...alikeInWords(app, card.cluster, context),
      ...busiestHours(card.hours, context.hours),
    ],
  };
}

function alikeInWords(app: string, cluster: number, { categories, matches }: CardContext): string[] {
  const others = matches.flatMap(({ clusters, likeness }) => {
    const own = clusters.findIndex((one) => one.app === app && one.cluster === cluster);
    if (own < 0) return [];
    const other = clusters[1 - own]!;
    return [`${other.app} “${inWords(other.app, other.cluster, categories)}” (${likeness.toFixed(2)})`];
  });
  return others.length > 0 ? [`Same profile in other apps: ${others.join(", ")}.`] : [];
}

const WINDOW_HOURS = 4;

/**
 * The hours of the local day in which most of the sessions begin.
 * @param overall sessions of all clusters by hour, to compare with
 */
export function busiestHours(hours: readonly number[], overall: readonly number[] = []): string[] {
  const sum = (of: readonly number[]) => of.reduce((total, count) => total + count, 0);
  const inWindow = (of: readonly number[], from: number) =>
    sum(Array.from({ length: WINDOW_HOURS }, (_, i) => of[(from + i) % 24] ?? 0));
  const all = sum(hours);
  if (all === 0) return [];
  const from = Array.from({ length: 24 }, (_, hour) => hour).reduce((best, hour) =>
    inWindow(hours, hour) > inWindow(hours, best) ? hour : best,
  );
  const compared = sum(overall) > 0 ? ` (${percent(inWindow(overall, from) / sum(overall))} of all sessions do)` : "";
  return [`${percent(inWindow(hours, from) / all)} begin between ${from}:00 and ${(from + WINDOW_HOURS) % 24}:00${compared}.`];
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
