import { gapMsOf, type AttributeConfig, type BehaviourRules, type Config } from "../../model/config";
import { dayStartMs } from "../../model/localDays";
import { hasBehaviourRules } from "./behaviour";

/** How one shard's events become sessions. Plain data: it crosses to worker threads and engine workers as JSON. */
export interface CutOptions {
  readonly gapMs: Readonly<Record<string, number>> & { readonly default: number };
  /** Longest chain of activity that stays one session; longer chains are cut at each local midnight. */
  readonly capMs: number;
  /** Events carry session ids: the id joins the key and the gap is not used. */
  readonly given: boolean;
  readonly attributes: readonly AttributeConfig[];
  readonly zone: string;
  /** Only sessions whose first event lies on these local days (days since 1970, inclusive) are made; null = all. */
  readonly ownedDays: { readonly from: number; readonly to: number } | null;
  /** Sessions whose last event is within a gap of this instant may still go on: end reason `provisional`. Null = nothing is open. */
  readonly completeUntilMs: number | null;
  /** Keep each session's events in order (for timelines), at most this many; 0 leaves them out. */
  readonly sequenceEvents: number;
  /** Rules that flag a user's sessions of a day as robot; null = none is on. */
  readonly behaviour: BehaviourRules | null;
  /** How sessions are made; absent = by our own cut. */
  readonly method?: "cut" | "windows";
}

/** The options of a config for sessions owned by `ownedDays` (null = all days). */
export function cutOptionsOf(
  config: Config,
  ownedDays: CutOptions["ownedDays"],
  extra: Partial<Pick<CutOptions, "completeUntilMs" | "sequenceEvents">> = {},
): CutOptions {
  const gapMs: Record<string, number> & { default: number } = { default: gapMsOf(config.sessions, "default") };
  for (const app of Object.keys(config.sessions.gapSeconds)) {
    gapMs[app] = gapMsOf(config.sessions, app);
  }
  return {
    gapMs,
    capMs: Math.round(config.sessions.maxHours * 3_600_000),
    given: config.input.sessionId !== null,
    attributes: config.input.attributes,
    zone: config.zone,
    ownedDays,
    completeUntilMs: extra.completeUntilMs ?? null,
    sequenceEvents: extra.sequenceEvents ?? 0,
    behaviour: hasBehaviourRules(config.traffic.behaviour) ? config.traffic.behaviour : null,
    method: config.sessions.method,
  };
}

/** Pause that splits inside one key: the app's gap, or the cap where session ids are given. A pause equal to it splits. */
export const splitPauseMs = (options: CutOptions, app: string): number =>
  options.given ? options.capMs : (options.gapMs[app] ?? options.gapMs.default);

/**
 * Times that must be read so that every session owned by local days `from .. to` comes out as in one run over all time: one cap and one
 * splitting pause on both sides. A chain of activity that touches an owned day is then either wholly inside, or visibly longer than the
 * cap, and a chain longer than the cap is cut at midnights wherever it starts.
 */
export function readRangeMs(options: CutOptions, from: number, to: number): { fromMs: number; toMs: number } {
  const pauseMs = options.given ? options.capMs : Math.max(...Object.values(options.gapMs));
  return {
    fromMs: dayStartMs(from, options.zone) - options.capMs - pauseMs,
    toMs: dayStartMs(to + 1, options.zone) + options.capMs + pauseMs,
  };
}
