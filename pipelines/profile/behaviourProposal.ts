import type { BehaviourRules } from "../../model/config";
import type { Counts } from "../../model/counts";
import type { AppProfile } from "../../model/profileReport";

/** Thresholds proposed where the settings leave a rule off, from measurements on labelled logs (docs/behaviour.md). */
const PROPOSED = { maxHoursAwakePerDay: 16, minPauseVariation: 0.1, maxOneEventShare: 0.98 } as const;

/** The settings' rules, and the proposed ones where there is none. The rate depends on the log and is left open. */
export function proposedRules(rules: BehaviourRules): BehaviourRules {
  const names = ["maxHoursAwakePerDay", "minPauseVariation", "maxOneEventShare"] as const;
  return { ...rules, ...Object.fromEntries(names.map((name) => [name, rules[name] ?? PROPOSED[name]])) };
}

/** Users and days without which nothing is proposed. */
const MIN_USER_DAYS = 20;
/** Bins of `busiestBin` that a proposal keeps to: 64 to 1,024 events an hour. */
const LEAST_BIN = 24;
const LARGEST_BIN = 40;

interface Busy {
  readonly userDays: number;
  readonly events: number;
  readonly others?: { readonly userDays: number; readonly events: number };
}

/**
 * The rate above which a user's busiest hour lies far outside of what others do: three times the spread of the middle half above it, on
 * the log scale (Tukey's outer fence), but not below 64 or above 1,024 events an hour. With the counts of the rules as they would be.
 */
export function withProposedRate(app: Counts, propose: boolean): Pick<AppProfile, "rules" | "proposedMaxEventsPerHour"> {
  const rules = (app["rules"] ?? {}) as unknown as AppProfile["rules"];
  const bins = Object.entries((app["busiest"] ?? {}) as unknown as Readonly<Record<string, Busy>>)
    .map(([bin, busy]) => ({ bin: Number(bin), ...busy }))
    .sort((a, b) => a.bin - b.bin);
  const total = bins.reduce((sum, { userDays }) => sum + userDays, 0);
  if (!propose || total < MIN_USER_DAYS) return { rules, proposedMaxEventsPerHour: null };
  const quantile = (share: number) => {
    let left = Math.floor((total - 1) * share);
    return bins.find(({ userDays }) => (left -= userDays) < 0)?.bin as number;
  };
  const [low, high] = [quantile(0.25), quantile(0.75)];
  const fence = Math.min(LARGEST_BIN, Math.max(LEAST_BIN, high + 3 * (high - low)));
  const beyond = bins.filter(({ bin }) => bin > fence);
  const sum = (of: (busy: Busy) => number) => beyond.reduce((all, busy) => all + of(busy), 0);
  const rate = { userDays: sum(({ userDays }) => userDays), events: sum(({ events }) => events) };
  const other = rules["any"] ?? { userDays: 0, events: 0 };
  const any = {
    userDays: other.userDays + sum(({ userDays, others }) => userDays - (others?.userDays ?? 0)),
    events: other.events + sum(({ events, others }) => events - (others?.events ?? 0)),
  };
  const counted = any.userDays === 0 ? rules : { ...rules, ...(rate.userDays > 0 && { rate }), any };
  return { rules: counted, proposedMaxEventsPerHour: Math.floor(2 ** (fence / 4)) };
}
