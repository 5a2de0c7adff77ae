import { sizeBars } from "../charts/clustering";
import { dailyLines, dailyShares, type DayShares, type Mark, type NamedColor, type Series } from "../charts/daily";
import { html, type Html } from "../html/html";
import { percent } from "../html/numbers";
import { page } from "../html/page";
import { table } from "../html/parts";

export type { DayShares, Mark, NamedColor } from "../charts/daily";

/** Labelled days at a glance; with the truth beside them where it is known (the demo). */
export interface SummaryPageData {
  readonly title: string;
  readonly subtitle: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly note?: string }[];
  readonly categories: readonly NamedColor[];
  readonly days: readonly DayShares[];
  readonly sizes: readonly {
    readonly id: string;
    readonly sessions: number;
    readonly interval?: readonly [low: number, high: number] | null;
  }[];
  /** Logging changes, experiments, holidays. */
  readonly marks: readonly Mark[];
  /** Accuracy of labels per day and app; empty where the truth is not known. */
  readonly accuracy: readonly {
    readonly app: string;
    readonly color: string;
    readonly points: readonly { readonly date: string; readonly value: number }[];
  }[];
  /** Measured against known truth or promise: what, measured, and whether it holds (null: no promise). */
  readonly checks: readonly { readonly what: string; readonly measured: string; readonly holds: boolean | null }[];
  /** Shares before and after a change; empty where there was none. */
  readonly before?: { readonly date: string; readonly rows: readonly BeforeAfter[] };
  /** Files made, shown as paths relative to the page. */
  readonly files: readonly { readonly what: string; readonly path: string; readonly link: boolean }[];
}

export interface BeforeAfter {
  readonly category: string;
  /** Labelled shares, 0..1. */
  readonly before: number;
  readonly after: number;
  /** True shares where they are known. */
  readonly trueBefore?: number;
  readonly trueAfter?: number;
}

export function summaryPage(data: SummaryPageData): string {
  const { categories, sizes } = data;
  const bars = [...sizes]
    .sort((a, b) => b.sessions - a.sessions)
    .flatMap(({ id, sessions, interval }) => {
      const category = categories.find((c) => c.id === id);
      return category ? [{ name: category.name, size: sessions, color: category.color, interval: interval ?? null }] : [];
    });
  const sections = [
    data.checks.length > 0 && { id: "checks", title: "How well it went", body: checks(data) },
    {
      id: "days",
      title: "What people came for, day by day",
      body: html`${dailyShares("Daily shares of session categories", data.days, categories, data.marks, data.marks.length > 0 ? "Dashed lines: days on which something changed, listed below." : undefined)}
      ${
        data.marks.length > 0 &&
        table("What changed", data.marks, [
          { title: "Date", value: (m) => m.date },
          { title: "What", value: (m) => m.what },
        ])
      }`,
    },
    { id: "sizes", title: "Sizes", body: sizeBars("Size of each category, all apps and days", bars) },
    data.before && { id: "before-after", title: "Before and after the logging change", body: beforeAfter(data.before) },
    data.accuracy.length > 0 && { id: "accuracy", title: "Accuracy of the labels", body: accuracy(data) },
    data.files.length > 0 && { id: "files", title: "Files", body: files(data) },
  ].filter((section) => section !== false && section !== undefined);
  return page({ title: data.title, subtitle: data.subtitle, facts: data.facts, sections });
}

const checks = ({ checks: rows }: SummaryPageData) =>
  table("Measured against the truth the simulator wrote down", rows, [
    { title: "What", value: (row) => row.what },
    {
      title: "Measured",
      value: (row) =>
        row.holds === null ? row.measured : html`<span class="${row.holds ? "good" : "bad"}">${row.measured}</span>`,
    },
  ]);

function accuracy({ accuracy: apps, marks }: SummaryPageData): Html {
  const series: Series[] = apps.map(({ app, color, points }) => ({ name: app, color, points }));
  const lowest = Math.min(...apps.flatMap(({ points }) => points.map((p) => p.value)));
  return dailyLines("Share of sessions with the right category", series, {
    yLabel: "right",
    percent: true,
    domain: [Math.max(0, Math.floor(lowest * 10 - 1) / 10), 1],
    marks,
    caption: "Human sessions, label against the behaviour that made them.",
  });
}

function beforeAfter({ date, rows }: NonNullable<SummaryPageData["before"]>): Html {
  const known = rows.some((row) => row.trueBefore !== undefined);
  const points = (value: number) => `${value >= 0 ? "+" : "−"}${Math.abs(100 * value).toFixed(1)}`;
  type Row = BeforeAfter;
  return table(`Shares on the days before ${date} and from ${date} on; changes in percentage points`, rows, [
    { title: "Category", value: (row) => row.category },
    { title: "Before", value: (row) => percent(row.before), number: true },
    { title: "After", value: (row) => percent(row.after), number: true },
    { title: "Change", value: (row) => points(row.after - row.before), number: true },
    ...(known
      ? [
          { title: "True before", value: (row: Row) => percent(row.trueBefore ?? NaN), number: true },
          { title: "True after", value: (row: Row) => percent(row.trueAfter ?? NaN), number: true },
          { title: "True change", value: (row: Row) => points((row.trueAfter ?? NaN) - (row.trueBefore ?? NaN)), number: true },
        ]
      : []),
  ]);
}

const files = ({ files: rows }: SummaryPageData) =>
  table("What was made", rows, [
    { title: "What", value: (row) => row.what },
    { title: "Where", value: (row) => (row.link ? html`<a href="${row.path}">${row.path}</a>` : html`<code>${row.path}</code>`) },
  ]);
