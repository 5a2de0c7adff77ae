import { figure, Plot } from "./figure";
import type { Html } from "../html/html";
import { count, decimal } from "../html/numbers";

export interface StructureRow {
  /** What was measured, e.g. `silhouette`. */
  readonly measure: string;
  readonly observed: number;
  /** Smallest and largest value of the shuffled twins. */
  readonly twins: readonly [low: number, high: number];
}

/** The real sessions against twins of them without structure, measure by measure. */
export function structureComparison(app: string, rows: readonly StructureRow[], twins: number, sessions: number): Html {
  return figure({
    title: `Against shuffled data, ${app}`,
    caption: `The dot is what ${count(sessions)} sessions give, the bar what ${count(twins)} twins without structure give: the same events as often, spread over sessions at random.`,
    alt: rows
      .map(
        (row) => `${row.measure} ${decimal(row.observed, 3)}, twins ${decimal(row.twins[0], 3)} to ${decimal(row.twins[1], 3)}`,
      )
      .join("; "),
    draw: (width) => ({
      height: 60 + rows.length * 34,
      marginLeft: 80,
      x: { label: "value", domain: [Math.min(0, ...rows.map((row) => row.twins[0])), 1], grid: true, ticks: width < 500 ? 4 : 8 },
      y: { label: null, domain: rows.map((row) => row.measure) },
      marks: [
        Plot.ruleY(rows, {
          y: "measure",
          x1: (row: StructureRow) => row.twins[0],
          x2: (row: StructureRow) => row.twins[1],
          stroke: "#8a8a8a",
          strokeWidth: 9,
        }),
        Plot.dot(rows, { y: "measure", x: "observed", fill: "var(--accent)", r: 6 }),
        Plot.text(rows, {
          y: "measure",
          x: "observed",
          text: (row: StructureRow) => decimal(row.observed, 3),
          dy: -13,
          fill: "currentColor",
        }),
      ],
    }),
  });
}

export interface MapSession {
  readonly x: number;
  readonly y: number;
  readonly cluster: number;
}

/** Signs drawn for clusters, so that colour is not all that tells them apart. */
const SYMBOLS = ["circle", "triangle", "square", "diamond", "cross", "star", "wye", "asterisk"] as const;

/** Some sessions in the plane of the first two principal components, by cluster. */
export function sessionMap(
  app: string,
  sessions: readonly MapSession[],
  clusters: readonly { readonly cluster: number; readonly name: string; readonly color: string }[],
): Html {
  const colorOf = new Map(clusters.map(({ cluster, color }) => [cluster, color]));
  const centers = clusters.flatMap(({ cluster }) => {
    const own = sessions.filter((session) => session.cluster === cluster);
    return own.length === 0 ? [] : [{ cluster, x: middle(own.map(({ x }) => x)), y: middle(own.map(({ y }) => y)) }];
  });
  return figure({
    title: `Map of sessions, ${app}`,
    caption: `${count(sessions.length)} random sessions in the plane of the first two components, numbered by cluster. Clusters that lie on each other here may lie apart in the other components.`,
    alt: `A scatter of ${count(sessions.length)} sessions in ${count(centers.length)} clusters.`,
    legend: clusters.map(({ cluster, name, color }) => ({ name: `${cluster}. ${name}`, color })),
    draw: (width) => ({
      height: width < 500 ? 320 : 520,
      marginLeft: 40,
      x: { label: "first component", ticks: 5 },
      y: { label: "second component", ticks: 5 },
      marks: [
        Plot.dot(sessions, {
          x: "x",
          y: "y",
          r: width < 500 ? 1.6 : 2.4,
          stroke: (session: MapSession) => colorOf.get(session.cluster) ?? "#8a8a8a",
          strokeOpacity: 0.8,
          symbol: (session: MapSession) => SYMBOLS[session.cluster % SYMBOLS.length] as string,
        }),
        Plot.text(centers, {
          x: "x",
          y: "y",
          text: (center: (typeof centers)[number]) => `${center.cluster}`,
          fontWeight: 700,
          fontSize: 14,
          fill: "currentColor",
          stroke: "var(--paper)",
          strokeWidth: 4,
        }),
      ],
      symbol: { type: "identity" } as never,
    }),
  });
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
