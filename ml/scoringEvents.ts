/** An event that could become a scoring event. */
export interface ScoringCandidate {
  readonly event: string;
  /** How much it tells about the category: its share of a forest's decrease in Gini impurity, 0..1. */
  readonly importance: number;
  /** Variance of its daily counts after trend and weekly season were removed, log scale; null where the days are not known. */
  readonly residualVariance: number | null;
}

/** Hold-out errors with the first events of the ranking as scoring events. */
export interface SelectionStep {
  readonly event: string;
  readonly totalError: number;
  /** Error of each class; null for a class without held-out rows. */
  readonly classErrors: readonly (number | null)[];
}

export interface ScoringSelection {
  readonly events: readonly string[];
  /** One step an event, in the order in which events entered; may go on beyond the events chosen. */
  readonly curve: readonly SelectionStep[];
  /** Every class is at or below the target with `events`. */
  readonly reached: boolean;
}

export interface SelectionOptions {
  /** Largest error any class may have, 0..1. */
  readonly maxClassError: number;
  readonly maxEvents: number;
  /** Fewer events are never proposed. */
  readonly minEvents: number;
}

/** An event must bring at least this share of the importance an average event brings. */
const LEAST_OF_AVERAGE = 0.1;
/** Total errors this close are called equal. */
const AS_GOOD = 0.01;

/**
 * Events in the order in which they enter: steadiest third first, then the middle third, then the least steady (paper §4.3 wants
 * stable events; it prints "decreasing order of variance", which would take the least stable first), within a third the most telling
 * first. Where daily counts are not known all events are in one group. Events that tell nearly nothing are left out.
 */
export function rankCandidates(candidates: readonly ScoringCandidate[]): ScoringCandidate[] {
  const average = candidates.reduce((sum, { importance }) => sum + importance, 0) / Math.max(1, candidates.length);
  const telling = candidates.filter(({ importance }) => importance > 0 && importance >= LEAST_OF_AVERAGE * average);
  const known = telling.map((c) => c.residualVariance).filter((variance) => variance !== null);
  const sorted = known.toSorted((a, b) => a - b);
  const third = (variance: number | null) => {
    // An event of unknown steadiness stands between the steady and the unsteady.
    if (variance === null || sorted.length < 3) return 1;
    const rank = sorted.indexOf(variance) / sorted.length;
    return rank < 1 / 3 ? 0 : rank < 2 / 3 ? 1 : 2;
  };
  return telling.toSorted(
    (a, b) =>
      third(a.residualVariance) - third(b.residualVariance) ||
      b.importance - a.importance ||
      (a.event < b.event ? -1 : a.event > b.event ? 1 : 0),
  );
}

/**
 * As few events as possible for an acceptable error in every class (paper §4.3): events enter in ranked order until all classes reach
 * the target. If they never do, the shortest list whose total error is within 0.01 of the best is taken.
 * @param errorsOf hold-out errors with these scoring events and the noise feature
 */
export async function selectScoringEvents(
  ranked: readonly ScoringCandidate[],
  errorsOf: (events: readonly string[]) => Promise<Omit<SelectionStep, "event">>,
  { maxClassError, maxEvents, minEvents }: SelectionOptions,
): Promise<ScoringSelection> {
  const names = ranked.map(({ event }) => event).slice(0, maxEvents);
  const curve: SelectionStep[] = [];
  for (const [i, event] of names.entries()) {
    const step = { event, ...(await errorsOf(names.slice(0, i + 1))) };
    curve.push(step);
    const reached = step.classErrors.every((error) => error === null || error <= maxClassError);
    if (reached && i + 1 >= Math.min(minEvents, names.length)) {
      return { events: names.slice(0, i + 1), curve, reached };
    }
  }
  const best = Math.min(...curve.map(({ totalError }) => totalError));
  const enough = curve.findIndex(
    ({ totalError }, i) => totalError <= best + AS_GOOD && i + 1 >= Math.min(minEvents, names.length),
  );
  return { events: names.slice(0, enough + 1), curve, reached: false };
}
