import { figure, Plot } from "./figure";
import type { Html } from "../html/html";
import { count, percent, span } from "../html/numbers";
import { table } from "../html/parts";

/** Pauses between a user's consecutive events in one log-scaled bin. */
export interface PauseBin {
  /** Bounds in seconds, 0 < from < to. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly pauses: number;
}

const TICKS = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400];

/** Histogram of pauses on a log scale with the gap marked and, where known, its interval. */
export function pauseHistogram(
  app: string,
  bins: readonly PauseBin[],
  gapSeconds: number,
  intervalSeconds: { readonly low: number; readonly high: number } | null,
): Html {
  const total = bins.reduce((sum, bin) => sum + bin.pauses, 0);
  const longer = bins.reduce((sum, bin) => sum + (bin.fromSeconds >= gapSeconds ? bin.pauses : 0), 0);
  const low = Math.min(...bins.filter((b) => b.pauses > 0).map((b) => b.fromSeconds), gapSeconds);
  const high = Math.max(...bins.filter((b) => b.pauses > 0).map((b) => b.toSeconds), gapSeconds);
  return figure({
    title: `Pauses between two events of a user, ${app}`,
    caption: `The line marks the gap of ${span(gapSeconds)}: a pause this long or longer ends a session.`,
    alt: `Histogram of ${count(total)} pauses on a logarithmic scale from ${span(low)} to ${span(high)}. About ${percent(longer / total)} are longer than the gap of ${span(gapSeconds)}.`,
    draw: (width) => ({
      height: width < 500 ? 220 : 280,
      marginLeft: 56,
      marginTop: 28,
      x: {
        type: "log",
        domain: [low, high],
        label: "pause",
        axis: null,
      },
      y: { label: "pauses", grid: true, tickFormat: "~s", ticks: 5 },
      marks: [
        spanAxis("pause", low, high, width),
        ...(intervalSeconds
          ? [Plot.rectX([intervalSeconds], { x1: "low", x2: "high", fill: "var(--warn)", fillOpacity: 0.15 })]
          : []),
        Plot.rectY(
          bins.filter((b) => b.toSeconds > low && b.fromSeconds < high),
          {
            x1: "fromSeconds",
            x2: "toSeconds",
            y: "pauses",
            fill: "var(--accent)",
            inset: 0,
            insetRight: 0.5,
          },
        ),
        Plot.ruleY([0]),
        Plot.ruleX([gapSeconds], { stroke: "var(--warn)", strokeWidth: 2 }),
        Plot.text([gapSeconds], {
          x: (d: number) => d,
          text: [`gap ${span(gapSeconds)}`],
          frameAnchor: "top",
          dy: -20,
          fill: "var(--warn)",
          fontWeight: 600,
        }),
      ],
    }),
    numbers: table(
      `Pauses of ${app} by length`,
      bins.filter((b) => b.pauses > 0),
      [
        { title: "From", value: (b) => span(b.fromSeconds) },
        { title: "To", value: (b) => span(b.toSeconds) },
        { title: "Pauses", value: (b) => count(b.pauses), number: true },
        { title: "Share", value: (b) => percent(b.pauses / total), number: true },
      ],
    ),
  });
}

/** How many sessions each gap would make: flat where the choice hardly matters. */
export function sessionsByGap(
  app: string,
  curve: readonly { readonly gapSeconds: number; readonly sessions: number }[],
  gapSeconds: number,
): Html {
  const low = Math.min(...curve.map((p) => p.gapSeconds));
  const high = Math.max(...curve.map((p) => p.gapSeconds));
  return figure({
    title: `Sessions each gap would make, ${app}`,
    caption: "Flat stretches: the choice of the gap hardly changes the sessions there.",
    alt: `Number of sessions by gap from ${span(low)} to ${span(high)}; at the chosen ${span(gapSeconds)} the curve stands at ${count(nearest(curve, gapSeconds))}.`,
    draw: (width) => ({
      height: width < 500 ? 200 : 240,
      marginLeft: 56,
      x: { type: "log", label: "gap", axis: null },
      y: { label: "sessions", grid: true, zero: true, tickFormat: "~s", ticks: 5 },
      marks: [
        spanAxis("gap", low, high, width),
        Plot.ruleY([0]),
        Plot.line(curve, { x: "gapSeconds", y: "sessions", stroke: "var(--accent)", strokeWidth: 2 }),
        Plot.ruleX([gapSeconds], { stroke: "var(--warn)", strokeWidth: 2 }),
      ],
    }),
  });
}

/** An axis of times with round marks. Plot's own leaves out labels that are no powers of ten. */
const spanAxis = (label: string, low: number, high: number, width: number) =>
  Plot.axisX(ticksWithin(low, high, width), { label, text: (seconds: number) => span(seconds) });

function ticksWithin(low: number, high: number, width: number): number[] {
  const inside = TICKS.filter((t) => t >= low && t <= high);
  const most = width < 500 ? 4 : 9;
  const step = Math.ceil(inside.length / most);
  return inside.filter((_, i) => i % step === 0);
}

const nearest = (curve: readonly { readonly gapSeconds: number; readonly sessions: number }[], gap: number) =>
  curve.reduce(
    (best, p) => (Math.abs(Math.log(p.gapSeconds / gap)) < Math.abs(Math.log(best.gapSeconds / gap)) ? p : best),
    curve[0] ?? { gapSeconds: 1, sessions: NaN },
  ).sessions;
