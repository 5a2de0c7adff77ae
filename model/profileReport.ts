import type { GapProposal } from "../ml/gapMixture";

/** A gap proposal as it is written: the curve as plain numbers. */
export interface AppGap extends Omit<GapProposal, "curve"> {
  readonly curve: readonly { readonly gapSeconds: number; readonly sessions: number }[];
}

export interface AppProfile {
  readonly app: string;
  readonly events: number;
  readonly duplicates: number;
  /** Users, or given sessions where session ids are given. */
  readonly users: number;
  /** Events by traffic. */
  readonly traffic: Readonly<Record<string, number>>;
  /** Most events in an hour that are still a person's, by the busiest hours of this app's users; null where too few are known. */
  readonly proposedMaxEventsPerHour: number | null;
  /** Behaviour rules broken, by rule, at the thresholds of the settings or else the proposed ones; `any` = at least one. */
  readonly rules: Readonly<Record<string, { readonly userDays: number; readonly events: number }>>;
  readonly days: readonly { readonly date: string; readonly events: number; readonly users: number }[];
  /** Pauses of people by bin of `model/pauseBins.ts`. */
  readonly pauses: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[];
  /** Null where sessions are given or there is no pause. */
  readonly gap: AppGap | null;
}

export interface EventProfile {
  readonly app: string;
  readonly event: string;
  readonly count: number;
  readonly users: number;
  readonly firstDate: string;
  readonly lastDate: string;
  /** Events a day, in the order of `ProfileReport.dates`; 0 where there were none. */
  readonly daily: readonly number[];
  /** Residual variance after trend and weekly season, where there are 28 days; smaller is steadier. */
  readonly variance: number | null;
  /** `background` where the event comes like clockwork; else null. */
  readonly proposedKind: "background" | null;
  readonly why: string | null;
}

/** `profile.json`. */
export interface ProfileReport {
  readonly kind: "sessionary-profile";
  readonly format: 1;
  readonly id: string;
  readonly project: string;
  readonly zone: string;
  readonly givenSessions: boolean;
  readonly dates: readonly string[];
  readonly rowsRead: number;
  readonly setAside: Readonly<Record<string, number>>;
  readonly apps: readonly AppProfile[];
  readonly events: readonly EventProfile[];
  /** What a person should look at, one sentence each. */
  readonly remarks: readonly string[];
}
