import {
  crossing,
  fitOneBell,
  fitTwoBells,
  logSample,
  refine,
  resample,
  type Bell,
  type PauseHistogram,
} from "./logNormalMixture";
import { random } from "./random";
import { quantile } from "./statistics";

export interface GapOptions {
  /** Users whose pauses these are: each has at least one session. */
  readonly userCount: number;
  readonly seed: number;
  /** The gap is sought, and clipped, within this range. */
  readonly minGapSeconds?: number;
  readonly maxGapSeconds?: number;
  /** Pauses below this are bursts of one action and take no part in the fit. */
  readonly fitFromMs?: number;
  readonly resamples?: number;
}

export interface GapProposal {
  readonly verdict: "clear" | "no clear gap";
  /** Proposed inactivity gap, whole seconds; `FALLBACK_GAP_SECONDS` without a clear one. */
  readonly gapSeconds: number;
  /** One sentence with the numbers. */
  readonly reason: string;
  /** Pauses in the fit. */
  readonly pauseCount: number;
  /** Short and long pauses; null when two bells could not be fitted. */
  readonly bells: readonly { readonly share: number; readonly medianSeconds: number; readonly deviation: number }[] | null;
  /** Where a pause is as likely a short one as a long one, within the range; null without such a point. */
  readonly crossingSeconds: number | null;
  /** 95 % bootstrap interval of the crossing; null where it could not be found in nearly all resamples. */
  readonly intervalSeconds: { readonly low: number; readonly high: number } | null;
  /** Where the number of sessions depends least on the gap; null when no pause lies in the range. */
  readonly flattestSeconds: number | null;
  readonly bicOneBell: number;
  readonly bicTwoBells: number | null;
  /** Number of sessions at each gap: users + pauses at least that long. */
  readonly curve: { readonly gapSeconds: Float64Array; readonly sessions: Float64Array };
}

/** The industry's habit, used when the data do not say. */
export const FALLBACK_GAP_SECONDS = 1800;

/** The two ways to find a gap agree within this factor, or when they make numbers of sessions this close. */
const AGREE_FACTOR = 2;
const AGREE_SESSIONS = 0.01;
/** Half width of the window that smooths the slope of the session count, on the log scale. */
const WINDOW = 0.3;

/**
 * Proposes an inactivity gap from the pauses between users' consecutive events: two log-normal components, short pauses within a
 * session and long ones between sessions, and the point where their posteriors cross (Halfaker et al. 2015,
 * doi:10.1145/2736277.2741117). Beside it, the gap at which the session count is flattest. "No clear gap" when two components are no
 * better than one (BIC), do not cross within the range, or the two ways disagree.
 * @throws RangeError when counts do not fit the edges
 */
export function proposeGap(histogram: PauseHistogram, options: GapOptions): GapProposal {
  const { userCount, seed, minGapSeconds = 60, maxGapSeconds = 6 * 3600, fitFromMs = 1000, resamples = 200 } = options;
  if (histogram.edgesMs.length !== histogram.counts.length + 1) {
    throw new RangeError(`${histogram.counts.length} counts need ${histogram.counts.length + 1} edges`);
  }
  const range = { min: minGapSeconds, max: maxGapSeconds };
  const curve = sessionCurve(histogram, userCount, range);
  const flattestSeconds = flattest(histogram, userCount, range);
  const sample = logSample(histogram, fitFromMs);
  const one = sample.total > 0 ? fitOneBell(sample) : null;
  const two = fitTwoBells(sample);
  const crossed = two ? crossing(two.bells) : null;
  const crossingSeconds = crossed === null ? null : clip(seconds(crossed), range);
  const common = {
    pauseCount: sample.total,
    bells: two?.bells.map(toSeconds) ?? null,
    crossingSeconds,
    intervalSeconds: null,
    flattestSeconds,
    bicOneBell: one?.bic ?? 0,
    bicTwoBells: two?.bic ?? null,
    curve,
  };
  const unclear = (why: string): GapProposal => ({
    ...common,
    verdict: "no clear gap",
    gapSeconds: FALLBACK_GAP_SECONDS,
    reason: `No clear gap: ${why}; ${duration(FALLBACK_GAP_SECONDS)} is proposed by habit.`,
  });
  if (two === null || one === null) {
    return unclear(`only ${sample.total} pauses of at least ${fitFromMs / 1000} s in too few lengths`);
  }
  if (two.bic >= one.bic) return unclear("two kinds of pauses explain the data no better than one");
  if (crossed === null || crossingSeconds === null) return unclear("short and long pauses do not separate");
  if (seconds(crossed) < range.min || seconds(crossed) > range.max) {
    return unclear(`the pauses cross at ${duration(seconds(crossed))}, outside ${duration(range.min)} to ${duration(range.max)}`);
  }
  const interval = bootstrap(sample, two.bells, seed, resamples, range);
  const sessionsAt = (gap: number) => userCount + pausesFrom(histogram, gap * 1000);
  const flat = flattestSeconds ?? crossingSeconds;
  const apart = Math.max(flat / crossingSeconds, crossingSeconds / flat) > AGREE_FACTOR;
  const differ = Math.abs(sessionsAt(flat) / sessionsAt(crossingSeconds) - 1);
  if (apart && differ > AGREE_SESSIONS) {
    const other = flat > range.max * 0.99 ? `gets flatter up to ${duration(range.max)}` : `is flattest at ${duration(flat)}`;
    const why = `the pauses cross at ${duration(crossingSeconds)} but the session count ${other}`;
    return { ...unclear(why), intervalSeconds: interval };
  }
  const [short, long] = two.bells as [Bell, Bell];
  const gapSeconds = Math.round(crossingSeconds);
  const away = apart ? `, but differs by ${(differ * 100).toFixed(1)} % only` : "";
  const flatness = flattestSeconds === null ? "is the same in the whole range" : `is flattest at ${duration(flat)}${away}`;
  const between = interval ? ` (95 % interval ${duration(interval.low)} to ${duration(interval.high)})` : "";
  return {
    ...common,
    verdict: "clear",
    gapSeconds,
    intervalSeconds: interval,
    reason:
      `Short pauses (median ${duration(seconds(short.mean))}) and long ones (median ${duration(seconds(long.mean))}) ` +
      `cross at ${duration(gapSeconds)}${between}; the session count ${flatness}.`,
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const seconds = (logMs: number) => Math.exp(logMs) / 1000;
const clip = (value: number, range: Range) => Math.min(range.max, Math.max(range.min, value));
const toSeconds = ({ share, mean, deviation }: Bell) => ({ share, medianSeconds: seconds(mean), deviation });

function duration(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 600) return `${Math.round(value)} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${(value / 3600).toFixed(1)} h`;
}

function bootstrap(sample: ReturnType<typeof logSample>, bells: readonly Bell[], seed: number, resamples: number, range: Range) {
  const draw = random(seed);
  const found: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const at = crossing(refine(resample(sample, draw), bells, 200).bells);
    if (at !== null && Number.isFinite(at)) found.push(clip(seconds(at), range));
  }
  if (found.length < 0.95 * resamples || found.length === 0) return null;
  found.sort((a, b) => a - b);
  return { low: quantile(found, 0.025), high: quantile(found, 0.975) };
}

/** Pauses of at least `ms`; within a bin, evenly spread on the log scale. */
function pausesFrom({ edgesMs, counts }: PauseHistogram, ms: number): number {
  let sum = 0;
  counts.forEach((count, i) => {
    const low = edgesMs[i] as number;
    const high = edgesMs[i + 1] as number;
    if (low >= ms) sum += count;
    else if (high > ms && Number.isFinite(high)) sum += (count * Math.log(high / ms)) / Math.log(high / Math.max(low, 1));
    else if (high > ms) sum += count;
  });
  return sum;
}

const STEPS_PER_FACTOR_E = 20;

function gapsIn(range: Range): Float64Array {
  const steps = Math.ceil(Math.log(range.max / range.min) * STEPS_PER_FACTOR_E);
  return Float64Array.from({ length: steps + 1 }, (_, i) => range.min * (range.max / range.min) ** (i / steps));
}

function sessionCurve(histogram: PauseHistogram, userCount: number, range: Range) {
  const gapSeconds = gapsIn(range);
  return { gapSeconds, sessions: gapSeconds.map((gap) => userCount + pausesFrom(histogram, gap * 1000)) };
}

/**
 * Gap at which sessions change least per factor of the gap, as a share of the sessions there. In a stretch where nothing changes, its
 * middle. Null when no pause lies in the range at all.
 */
function flattest(histogram: PauseHistogram, userCount: number, range: Range): number | null {
  const gaps = gapsIn(range);
  if (pausesFrom(histogram, range.min * 1000) === pausesFrom(histogram, range.max * 1000)) return null;
  const slopes = gaps.map((gap) => {
    const ms = gap * 1000;
    const change = pausesFrom(histogram, ms * Math.exp(-WINDOW)) - pausesFrom(histogram, ms * Math.exp(WINDOW));
    return change / (2 * WINDOW) / (userCount + pausesFrom(histogram, ms));
  });
  const least = Math.min(...slopes);
  const isLeast = (slope: number | undefined) => slope !== undefined && slope <= least + 1e-12;
  const start = slopes.findIndex(isLeast);
  let end = start;
  while (isLeast(slopes[end + 1])) end += 1;
  return Math.sqrt((gaps[start] as number) * (gaps[end] as number));
}
