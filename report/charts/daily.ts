import { figure, Plot } from "./figure";
import type { Html } from "../html/html";
import { percent } from "../html/numbers";
import { table } from "../html/parts";

export interface NamedColor {
  readonly id: string;
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
}

export interface DayShares {
  /** `2026-03-02`. */
  readonly date: string;
  /** Share of sessions by category id, summing to 1; a missing one is 0. */
  readonly shares: Readonly<Record<string, number>>;
}

/** Something that happened on a day, drawn as a line. */
export interface Mark {
  readonly date: string;
  readonly what: string;
}

/** The days themselves where they are few: an axis of time would name one day several times. Else about how many ticks to choose. */
function dayTicks(dates: readonly string[], width: number): Date[] | number {
  const most = width < 500 ? 4 : 8;
  return dates.length <= most ? dates.map(dayOf) : most;
}

/** Daily proportions of categories as stacked areas (paper, Figures 3 and 5a). */
export function dailyShares(
  title: string,
  days: readonly DayShares[],
  categories: readonly NamedColor[],
  marks: readonly Mark[] = [],
  caption?: string,
): Html {
  const rows = days.flatMap(({ date, shares }) =>
    categories.map(({ id, name, color }) => ({ date: dayOf(date), name, color, share: shares[id] ?? 0 })),
  );
  const first = days[0];
  const last = days.at(-1);
  const lines = [...new Set(marks.map(({ date }) => date))].map(dayOf);
  return figure({
    title,
    ...(caption !== undefined && { caption }),
    alt:
      first && last
        ? `Stacked areas over ${days.length} days. From ${first.date} to ${last.date}: ${categories
            .map(({ id, name }) => `${name} ${percent(first.shares[id] ?? 0)} to ${percent(last.shares[id] ?? 0)}`)
            .join(", ")}.`
        : "No days.",
    legend: categories,
    draw: (width) => ({
      height: width < 500 ? 260 : 340,
      marginLeft: 48,
      x: {
        type: "utc",
        label: null,
        ticks: dayTicks(
          days.map(({ date }) => date),
          width,
        ),
        tickFormat: "%-d %b",
      },
      y: { label: "share of sessions", tickFormat: "%", domain: [0, 1], ticks: 5 },
      color: { domain: categories.map((c) => c.name), range: categories.map((c) => c.color) },
      marks: [
        days.length > 1
          ? Plot.areaY(rows, {
              x: "date",
              y: "share",
              fill: "name",
              order: categories.map((c) => c.name),
              stroke: "var(--paper)",
              strokeWidth: 0.7,
            })
          : Plot.rectY(rows, { x: "date", interval: "day", y: "share", fill: "name", order: categories.map((c) => c.name) }),
        Plot.ruleX(lines, { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "4 3" }),
        Plot.ruleY([0]),
      ],
    }),
    numbers: table(title, days, [
      { title: "Date", value: (day) => day.date },
      ...categories.map(({ id, name }) => ({
        title: name,
        value: (day: DayShares) => percent(day.shares[id] ?? 0),
        number: true,
      })),
    ]),
  });
}

export interface Series {
  readonly name: string;
  readonly color: string;
  readonly points: readonly { readonly date: string; readonly value: number }[];
}

/** One line per series over days. */
export function dailyLines(
  title: string,
  series: readonly Series[],
  settings: {
    readonly yLabel: string;
    readonly percent?: boolean;
    readonly domain?: readonly [number, number];
    readonly marks?: readonly Mark[];
    readonly caption?: string;
  },
): Html {
  const rows = series.flatMap(({ name, points }) => points.map(({ date, value }) => ({ name, date: dayOf(date), value })));
  const show = (value: number) => (settings.percent ? percent(value) : value.toLocaleString("en-US"));
  const lines = [...new Set((settings.marks ?? []).map(({ date }) => date))].map(dayOf);
  const dates = [...new Set(series.flatMap(({ points }) => points.map(({ date }) => date)))].sort();
  return figure({
    title,
    ...(settings.caption !== undefined && { caption: settings.caption }),
    alt: `Lines over ${dates.length} days: ${series
      .map(
        ({ name, points }) =>
          `${name} from ${show(Math.min(...points.map((p) => p.value)))} to ${show(Math.max(...points.map((p) => p.value)))}`,
      )
      .join("; ")}.`,
    legend: series,
    draw: (width) => ({
      height: width < 500 ? 220 : 260,
      marginLeft: 52,
      x: { type: "utc", label: null, ticks: dayTicks(dates, width), tickFormat: "%-d %b" },
      y: {
        label: settings.yLabel,
        grid: true,
        ticks: 5,
        tickFormat: settings.percent ? "%" : "~s",
        ...(settings.domain ? { domain: [...settings.domain] } : { zero: true }),
      },
      color: { domain: series.map((s) => s.name), range: series.map((s) => s.color) },
      marks: [
        Plot.ruleX(lines, { stroke: "currentColor", strokeWidth: 1.5, strokeDasharray: "4 3" }),
        Plot.line(rows, { x: "date", y: "value", stroke: "name", strokeWidth: 2 }),
        Plot.dot(rows, { x: "date", y: "value", fill: "name", r: 2.5 }),
      ],
    }),
    numbers: table(title, dates, [
      { title: "Date", value: (date) => date },
      ...series.map(({ name, points }) => ({
        title: name,
        value: (date: string) => {
          const point = points.find((p) => p.date === date);
          return point ? show(point.value) : "–";
        },
        number: true,
      })),
    ]),
  });
}

const dayOf = (date: string) => new Date(`${date}T00:00:00Z`);
