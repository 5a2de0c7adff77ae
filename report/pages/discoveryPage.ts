import { kCurves, kTable, sizeBars, varianceCurve, type KRow } from "../charts/clustering";
import { SERIES_COLORS } from "../charts/colors";
import { html, type Html } from "../html/html";
import { count, decimal, percent } from "../html/numbers";
import { page } from "../html/page";
import { warning } from "../html/parts";
import { clusterCard, type ClusterCard } from "./clusterCard";

export type { ClusterCard, EventUse, ExampleSession } from "./clusterCard";
export type { KRow } from "../charts/clustering";

/** All that a discovery shows. */
export interface DiscoveryPageData {
  readonly project: string;
  /** Id of the discovery. */
  readonly id: string;
  /** Dates sampled, `2026-03-02`. */
  readonly dates: readonly string[];
  readonly apps: readonly DiscoveryApp[];
}

export interface DiscoveryApp {
  readonly app: string;
  /** Sessions learned from; those left out because none of the kept events occurs in them. */
  readonly sessions: number;
  readonly emptySessions: number;
  /** Events kept by the document-frequency filter, of all event names seen. */
  readonly keptEvents: number;
  readonly allEvents: number;
  /** Cumulative shares of variance by component. */
  readonly cumulativeVariance: readonly number[];
  readonly components: number;
  readonly kRows: readonly KRow[];
  readonly k: number;
  /** Why this k, one sentence. */
  readonly reason: string;
  /** Other k that are nearly as good. */
  readonly nearTies: readonly number[];
  /** Said loudly when it is `no structure`. */
  readonly verdict: "structure" | "no structure" | "not tested";
  readonly clusters: readonly ClusterCard[];
}

export function discoveryPage({ project, id, dates, apps }: DiscoveryPageData): string {
  return page({
    title: `Discovery of ${project}`,
    subtitle: `${id}, sessions of ${dates.length > 2 ? `${dates[0]} to ${dates.at(-1)}` : dates.join(" and ")}`,
    facts: apps.flatMap((app) => [
      {
        label: app.app,
        value: `${app.k} clusters`,
        note: `${count(app.sessions)} sessions, silhouette ${decimal(app.kRows.find((row) => row.k === app.k)?.silhouette)}`,
      },
    ]),
    sections: apps.map((app, i) => ({ id: `app-${i + 1}`, title: app.app, body: appBody(app) })),
  });
}

function appBody(app: DiscoveryApp): Html {
  const bars = [...app.clusters]
    .sort((a, b) => b.sessions - a.sessions)
    .map((card) => ({
      name: `${card.cluster}. ${card.category?.name ?? card.suggestedName}`,
      size: card.sessions,
      color: card.category?.color ?? (card.noiseLike ? "#8a8a8a" : SERIES_COLORS[0]),
      interval: card.shareInterval ?? null,
    }));
  return html`${app.verdict === "no structure" && warning("No structure: shuffled data cluster as well as these. The clusters below are what the method made, not what people do.")}
    <p>${app.reason}${app.nearTies.length > 0 && ` Nearly as good: ${app.nearTies.join(", ")}.`}</p>
    <p class="note">
      ${count(app.sessions)} sessions, ${count(app.keptEvents)} of ${count(app.allEvents)} event names kept,
      ${count(app.components)} components with ${percent(app.cumulativeVariance[app.components - 1] ?? NaN)} of the variance;
      ${count(app.emptySessions)} sessions had none of the kept events and are in no cluster.
    </p>
    ${kCurves(app.app, app.kRows, app.k)} ${kTable(app.app, app.kRows, app.k)}
    ${varianceCurve(app.app, app.cumulativeVariance, app.components)} ${sizeBars(`Sizes of the clusters, ${app.app}`, bars)}
    <h3>The clusters</h3>
    <div class="cards">${[...app.clusters].sort((a, b) => b.sessions - a.sessions).map(clusterCard)}</div>`;
}
