import { figure, Plot } from "./figure";
import type { Html } from "../html/html";
import { count, decimal, percent } from "../html/numbers";
import { table } from "../html/parts";

/** Cumulative share of variance by number of components (paper, Figure 2). */
export function varianceCurve(app: string, cumulativeShare: readonly number[], chosen: number): Html {
  const points = cumulativeShare.map((share, i) => ({ components: i + 1, share }));
  const reached = cumulativeShare[chosen - 1] ?? NaN;
  return figure({
    title: `Variance explained by the first components, ${app}`,
    caption: `${chosen} components keep ${percent(reached)} of the variance.`,
    alt: `A rising curve over ${points.length} components: the first explains ${percent(cumulativeShare[0] ?? NaN)}, the first ${chosen} explain ${percent(reached)}.`,
    draw: (width) => ({
      height: width < 500 ? 220 : 260,
      marginLeft: 48,
      x: { label: "components", tickFormat: "d", ticks: width < 500 ? 5 : 10, domain: [0, points.length] },
      y: { label: "variance explained", domain: [0, 1], tickFormat: "%", grid: true, ticks: 5 },
      marks: [
        Plot.ruleY([0]),
        Plot.ruleX([chosen], { stroke: "var(--warn)", strokeWidth: 2 }),
        Plot.line(points, { x: "components", y: "share", stroke: "var(--accent)", strokeWidth: 2 }),
        Plot.dot(points, { x: "components", y: "share", fill: "var(--accent)", r: 2.5 }),
        Plot.text([{ components: chosen, share: reached }], {
          x: "components",
          y: "share",
          text: () => `${chosen}`,
          dx: 6,
          dy: 12,
          textAnchor: "start",
          fill: "var(--warn)",
          fontWeight: 600,
        }),
      ],
    }),
    numbers: table(`Variance of ${app}`, points, [
      { title: "Components", value: (p) => p.components },
      { title: "Explained", value: (p) => percent(p.share), number: true },
    ]),
  });
}

export interface KRow {
  readonly k: number;
  readonly silhouette: number;
  /** Mean of 1 - d₁/d₂; another measure than the silhouette, usually larger. */
  readonly medoidSilhouette: number;
  /** Mean distance of a session to its medoid. */
  readonly meanDistance: number;
  /** Mean Jaccard similarity over half-subsets, null when not measured. */
  readonly stability: number | null;
  /** Share of sessions in clusters of stability ≥ 0.7, and ≥ 0.75. */
  readonly stableShare: number | null;
  readonly veryStableShare: number | null;
  /** Share of sessions in the noise-like cluster, null when there is none. */
  readonly noiseShare: number | null;
  /** 95 % intervals, of what they are known of. */
  readonly intervals?: Readonly<Partial<Record<Measured, Interval | null>>>;
}

type Measured = "silhouette" | "medoidSilhouette" | "meanDistance" | "stability" | "noiseShare";
type Interval = readonly [low: number, high: number];

const CURVES = [
  { name: "silhouette", color: "#0072b2", dash: "", of: "silhouette" },
  { name: "stability (Jaccard)", color: "#009e73", dash: "6 3", of: "stability" },
  { name: "medoid silhouette", color: "#cc79a7", dash: "8 3 2 3", of: "medoidSilhouette" },
  { name: "mean distance to the medoid", color: "#8a8a8a", dash: "1 4", of: "meanDistance" },
  { name: "sessions in the noise-like cluster", color: "#d55e00", dash: "2 3", of: "noiseShare" },
] as const;

/** What speaks for each number of clusters (paper, Table 2), as curves. `nearTies` are other k that the rule cannot tell from the best. */
export function kCurves(app: string, rows: readonly KRow[], chosenK: number, nearTies: readonly number[] = []): Html {
  const curves = CURVES.map((curve) => ({
    ...curve,
    points: rows.flatMap((row) => {
      const value = row[curve.of];
      return value === null ? [] : [{ k: row.k, value }];
    }),
    bars: rows.flatMap((row) => {
      const interval = row.intervals?.[curve.of];
      return interval ? [{ k: row.k, low: interval[0], high: interval[1] }] : [];
    }),
  })).filter(({ points }) => points.length > 0);
  const chosen = rows.find((row) => row.k === chosenK);
  const best = rows.reduce<KRow | undefined>(
    (top, row) => (top === undefined || row.silhouette > top.silhouette ? row : top),
    undefined,
  );
  return figure({
    title: `Numbers of clusters compared, ${app}`,
    caption: `The line marks k = ${chosenK}${nearTies.length > 0 ? `, dashed ones what is nearly as good: ${nearTies.join(", ")}` : ""}. Bars are 95 % intervals: of the stability over half-subsets, of the others with the sessions as a sample.`,
    alt: `Curves over k from ${rows[0]?.k ?? "–"} to ${rows.at(-1)?.k ?? "–"}. The silhouette is highest at k = ${best?.k ?? "–"} with ${decimal(best?.silhouette)}; at the proposed k = ${chosenK} it is ${decimal(chosen?.silhouette)}${chosen?.stability !== null && chosen?.stability !== undefined ? ` and the stability ${decimal(chosen.stability)}` : ""}.`,
    legend: curves,
    draw: (width) => ({
      height: width < 500 ? 240 : 300,
      marginLeft: 44,
      x: { label: "k", tickFormat: "d", ticks: rows.map((row) => row.k).filter((_, i) => width >= 500 || i % 3 === 0) },
      y: { label: "value", grid: true, zero: true, ticks: 6 },
      marks: [
        Plot.ruleY([0]),
        Plot.ruleX(nearTies, { stroke: "var(--warn)", strokeDasharray: "2 4" }),
        Plot.ruleX([chosenK], { stroke: "var(--warn)", strokeWidth: 2 }),
        ...curves.flatMap(({ points, bars, color, dash }) => [
          Plot.ruleX(bars, { x: "k", y1: "low", y2: "high", stroke: color }),
          Plot.line(points, { x: "k", y: "value", stroke: color, strokeWidth: 2, strokeDasharray: dash }),
          Plot.dot(points, { x: "k", y: "value", fill: color, r: 2.5 }),
        ]),
      ],
    }),
  });
}

const withInterval = (value: number | null, interval: Interval | null | undefined) =>
  interval ? `${decimal(value)} ± ${decimal((interval[1] - interval[0]) / 2)}` : decimal(value);

const shareOrDash = (share: number | null) => (share === null ? "–" : percent(share, 0));

/** The same as a table like the paper's Table 2, the k taken marked. */
export const kTable = (app: string, rows: readonly KRow[], chosenK: number) =>
  table(
    `Numbers of clusters, ${app}`,
    rows,
    [
      { title: "k", value: (row) => row.k, number: true },
      { title: "In noise-like cluster", value: (row) => shareOrDash(row.noiseShare), number: true },
      {
        title: "Stability (Jaccard)",
        value: (row) => withInterval(row.stability, row.intervals?.stability),
        number: true,
      },
      { title: "In clusters of stability ≥ 0.7", value: (row) => shareOrDash(row.stableShare), number: true },
      { title: "≥ 0.75", value: (row) => shareOrDash(row.veryStableShare), number: true },
      { title: "Silhouette", value: (row) => withInterval(row.silhouette, row.intervals?.silhouette), number: true },
      {
        title: "Medoid silhouette",
        value: (row) => withInterval(row.medoidSilhouette, row.intervals?.medoidSilhouette),
        number: true,
      },
      { title: "Mean distance to medoid", value: (row) => decimal(row.meanDistance, 3), number: true },
    ],
    (row) => row.k === chosenK,
  );

export interface SizeBar {
  readonly name: string;
  readonly size: number;
  readonly color: string;
  /** 95 % interval of the share, 0..1. */
  readonly interval?: readonly [low: number, high: number] | null;
}

/** Horizontal bars of shares, in the order given. */
export function sizeBars(title: string, bars: readonly SizeBar[], caption?: string): Html {
  const total = bars.reduce((sum, bar) => sum + bar.size, 0);
  const rows = bars.map((bar) => ({ ...bar, share: bar.size / total }));
  const longest = Math.max(4, ...rows.map((row) => row.name.length));
  return figure({
    title,
    ...(caption !== undefined && { caption }),
    alt: `Bars: ${rows.map((row) => `${row.name} ${percent(row.share)}`).join(", ")}.`,
    draw: (width) => {
      const margin = Math.min(width < 500 ? 130 : 240, longest * 7 + 16);
      return {
        height: 40 + rows.length * 24,
        marginLeft: margin,
        marginRight: 56,
        x: { label: "share of sessions", tickFormat: "%", grid: true, ticks: width < 500 ? 3 : 6 },
        y: {
          label: null,
          domain: rows.map((row) => row.name),
          tickFormat: (name: string) => shortened(name, Math.floor((margin - 12) / 6.6)),
        },
        marks: [
          Plot.barX(rows, { x: "share", y: "name", fill: "color", insetTop: 2, insetBottom: 2 }),
          Plot.ruleY(
            rows.flatMap((row) => (row.interval ? [{ name: row.name, low: row.interval[0], high: row.interval[1] }] : [])),
            { y: "name", x1: "low", x2: "high", stroke: "currentColor", strokeWidth: 1.5 },
          ),
          Plot.text(rows, {
            x: (row: (typeof rows)[number]) => Math.max(row.share, row.interval?.[1] ?? 0),
            y: "name",
            text: (row: (typeof rows)[number]) => percent(row.share),
            textAnchor: "start",
            dx: 5,
            fill: "currentColor",
          }),
          Plot.ruleX([0]),
        ],
      };
    },
    numbers: table(title, rows, [
      { title: "Name", value: (row) => row.name },
      { title: "Sessions", value: (row) => count(row.size), number: true },
      { title: "Share", value: (row) => percent(row.share), number: true },
    ]),
  });
}

const shortened = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`);
