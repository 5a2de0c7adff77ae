import { kCurves, kTable, sizeBars, varianceCurve, type KRow } from "../charts/clustering";
import { sessionMap, structureComparison, type MapSession, type StructureRow } from "../charts/structure";
import { SERIES_COLORS } from "../charts/colors";
import { html, type Html } from "../html/html";
import { count, decimal, percent } from "../html/numbers";
import { page } from "../html/page";
import { table, warning } from "../html/parts";
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
  /** Clusters of different apps with the same profile, the most alike first. */
  readonly matches: readonly ClusterMatchRow[];
  /** What became of the clusters of an earlier discovery; null when none was compared. */
  readonly history: ClusterHistoryTable | null;
}

export interface ClusterMatchRow {
  /** Two clusters in words, `3. Search`, with their apps. */
  readonly clusters: readonly { readonly app: string; readonly name: string }[];
  /** Cosine of their profiles on shared events, 0..1. */
  readonly likeness: number;
  /** They are in one category already. */
  readonly together: boolean;
}

export interface ClusterHistoryTable {
  /** Id of the earlier discovery. */
  readonly previous: string;
  readonly rows: readonly {
    readonly app: string;
    readonly kind: "same" | "split" | "merged" | "gone" | "born";
    /** Clusters in words, `3. Search`; empty for what was born or has gone. */
    readonly old: readonly string[];
    readonly now: readonly string[];
    /** Jaccard similarity, 0..1. */
    readonly likeness: number;
    readonly sessions: number;
  }[];
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
  /** A much smaller k that holds as well, for those who want broad kinds; null where there is none. */
  readonly broaderK: { readonly k: number; readonly stability: number; readonly silhouette: number } | null;
  /** True when a person chose `k`; the proposal is told in `reason`. */
  readonly chosenByPerson: boolean;
  /** Said loudly when it is `no structure` or `weak`. */
  readonly verdict: "clear" | "weak" | "no structure" | "not tested";
  readonly verdictReason: string;
  /** What was compared with shuffled twins; null when not tested. */
  readonly structure: { readonly rows: readonly StructureRow[]; readonly twins: number; readonly sessions: number } | null;
  /** How the silhouette was computed: over all sessions or some. */
  readonly silhouetteStatement: string;
  /** Why nothing could be clustered, or null. */
  readonly tooLittle: string | null;
  /** What is odd about the logs, and what was done about it. */
  readonly remarks: readonly string[];
  readonly map: readonly MapSession[];
  readonly clusters: readonly ClusterCard[];
}

export function discoveryPage({ project, id, dates, apps, matches, history }: DiscoveryPageData): string {
  return page({
    title: `Discovery of ${project}`,
    subtitle: `${id}, ${dates.length === 0 ? "all sessions" : `sessions of ${dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`}`}`,
    facts: apps.flatMap((app) => [
      {
        label: app.app,
        value: app.tooLittle !== null ? "too little" : app.verdict === "no structure" ? "no structure" : `${app.k} clusters`,
        note:
          app.tooLittle !== null
            ? "to categorize"
            : `${count(app.sessions)} sessions, silhouette ${decimal(app.kRows.find((row) => row.k === app.k)?.silhouette)}`,
      },
    ]),
    sections: [
      ...apps.map((app, i) => ({ id: `app-${i + 1}`, title: app.app, body: appBody(app, `app-${i + 1}`) })),
      ...(matches.length > 0 ? [{ id: "matches", title: "The same in several apps", body: matchesBody(matches) }] : []),
      ...(history ? [{ id: "history", title: "Since the earlier discovery", body: historyBody(history) }] : []),
    ],
  });
}

function appBody(app: DiscoveryApp, id: string): Html {
  const remarks =
    app.remarks.length > 0 &&
    html`<h3>About these logs</h3>
      <ul>
        ${app.remarks.map((remark) => html`<li>${remark}</li>`)}
      </ul>`;
  if (app.tooLittle !== null) {
    return html`${warning(`Too little to categorize: ${app.tooLittle}.`)}
      <p class="note">${count(app.sessions + app.emptySessions)} sessions sampled, ${count(app.allEvents)} event names seen.</p>
      ${remarks}`;
  }
  const clusters = [...app.clusters].sort((a, b) => b.sessions - a.sessions);
  const named = clusters.map((card, i) => ({
    cluster: card.cluster,
    name: card.category?.name ?? card.suggestedName,
    size: card.sessions,
    color: card.category?.color ?? (card.noiseLike ? "#8a8a8a" : (SERIES_COLORS[i % SERIES_COLORS.length] as string)),
    interval: card.shareInterval ?? null,
  }));
  const byCluster = [...named].sort((a, b) => a.cluster - b.cluster);
  const bars = named.map((bar) => ({ ...bar, name: `${bar.cluster}. ${bar.name}` }));
  const parts = [
    ["sizes", "Sizes"],
    ...(app.map.length > 0 ? [["map", "Map"]] : []),
    ["clusters", "The clusters"],
    ["numbers", "Numbers of clusters"],
  ] as [string, string][];
  return html`${verdictOf(app)}
    <p>
      ${app.reason}${app.nearTies.length > 0 && ` Nearly as good: k = ${app.nearTies.join(", ")}.`}${app.chosenByPerson && ` A person chose k = ${app.k}.`}
    </p>
    ${
      app.broaderK &&
      html`<p>
        For broader kinds: k = ${app.broaderK.k} holds as well, with stability ${decimal(app.broaderK.stability)} and silhouette
        ${decimal(app.broaderK.silhouette)}; take it with <code>discover --resume --k ${`${app.app}=${app.broaderK.k}`}</code>.
      </p>`
    }
    <p class="note">
      ${count(app.sessions)} sessions, ${count(app.keptEvents)} of ${count(app.allEvents)} event names kept,
      ${count(app.components)} components with ${percent(app.cumulativeVariance[app.components - 1] ?? NaN)} of the variance;
      ${count(app.emptySessions)} sessions had none of the kept events and are in no cluster. ${app.silhouetteStatement}.
    </p>
    ${remarks}
    <ul class="parts">
      ${parts.map(
        ([part, title]) =>
          html`<li>
            <a href="#${id}-${part}">${title}<span class="hidden"> of ${app.app}</span></a>
          </li>`,
      )}
    </ul>
    <div id="${id}-sizes">${sizeBars(`Sizes of the clusters, ${app.app}`, bars)}</div>
    ${app.map.length > 0 && html`<div id="${id}-map">${sessionMap(app.app, app.map, byCluster)}</div>`}
    <h3 id="${id}-clusters">The clusters</h3>
    <div class="cards">${clusters.map(clusterCard)}</div>
    <h3 id="${id}-numbers">How many clusters, and whether there are any</h3>
    ${app.structure && structureComparison(app.app, app.structure.rows, app.structure.twins, app.structure.sessions)}
    ${kCurves(app.app, app.kRows, app.k, app.nearTies)} ${kTable(app.app, app.kRows, app.k)}
    ${varianceCurve(app.app, app.cumulativeVariance, app.components)}`;
}

function verdictOf({ verdict, verdictReason }: DiscoveryApp): Html {
  if (verdict === "no structure") {
    return warning(
      `No structure: shuffled data cluster as well as these. The clusters below are what the method made, not what people do. ${verdictReason.replace(/^No structure found: /, "Measured: ")}`,
    );
  }
  if (verdict === "weak")
    return warning(
      `Treat these clusters with care: sessions lie closer together than in shuffled data, but the same clusters do not come back more reliably than there. ${verdictReason}`,
    );
  return html`<p>
    ${verdict === "not tested" ? "Whether there is structure at all was not tested (discovery.nullRuns is 0)." : verdictReason}
  </p>`;
}

const KINDS = { same: "the same", split: "split", merged: "merged", gone: "gone", born: "new" };

const matchesBody = (matches: readonly ClusterMatchRow[]): Html =>
  html`<p>
      Clusters that use the events that both apps have in the same proportions: 1 is the same profile. They are proposed as one
      category; <code>sessionary review</code> or <code>categories.yaml</code> joins or parts them.
    </p>
    ${table("Clusters of different apps with the same profile", matches, [
      { title: "Cluster", value: ({ clusters: [one] }) => `${one?.app}: ${one?.name}` },
      { title: "Looks like", value: ({ clusters: [, other] }) => `${other?.app}: ${other?.name}` },
      { title: "Likeness", value: (row) => decimal(row.likeness), number: true },
      { title: "In one category", value: (row) => (row.together ? "yes" : "no") },
    ])}`;

const historyBody = ({ previous, rows }: ClusterHistoryTable): Html =>
  html`<p>
      The sessions sampled for this discovery, labelled by the clusters of <code>${previous}</code> and by those of this one.
      Categories of clusters that are the same, parts of a split, or merged were carried over with their ids and names. A session
      is new to the earlier discovery when it lives on events that this one did not know; a cluster has gone when less than a
      tenth of its share is left.
    </p>
    ${table("What became of the clusters", rows, [
      { title: "App", value: (row) => row.app },
      { title: "Became", value: (row) => KINDS[row.kind] },
      { title: "Before", value: (row) => row.old.join("; ") || "–" },
      { title: "Now", value: (row) => row.now.join("; ") || "–" },
      {
        title: "Jaccard",
        value: (row) => (row.old.length > 0 && row.now.length > 0 ? decimal(row.likeness) : "–"),
        number: true,
      },
      { title: "Sessions", value: (row) => count(row.sessions), number: true },
    ])}`;
