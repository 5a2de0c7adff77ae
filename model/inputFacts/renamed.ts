import { columnOf, mergeDayFacts, valueOverlap, wholeRowsOf, type ColumnFacts, type DatedFacts } from "./facts";
import { distance } from "./typeShares";

/** Share of the rows looked at before in which a new column may have been. */
const NEW_COLUMN_SHARE = 0.01;
/** Looks of values that two names of one column have in common. */
const LIKE_TYPES = 0.8;
/** Days of values compared. */
const DAYS_COMPARED = 3;

export interface Successor {
  readonly column: string;
  /** Values in common, 0..1. */
  readonly overlap: number;
}

/**
 * The column that has probably taken the place of one that is gone: it was not there before, is now in at least half of the rows that
 * lack the other, and its values look alike. Values in common decide first, then the name; without either, only a single candidate is
 * taken.
 *
 * @param before days on which the column was there
 * @param usualMissing share of rows that lacked it then
 */
export function renamedTo(
  column: string,
  today: DatedFacts,
  before: readonly DatedFacts[],
  usualMissing: number,
  used: ReadonlySet<string>,
): Successor | null {
  const recent = before.slice(-DAYS_COMPARED);
  if (recent.length === 0) return null;
  const old = columnOf(mergeDayFacts(recent.map(({ facts }) => facts)), column);
  const { rows } = today.facts;
  const lost = (1 - usualMissing) * rows - columnOf(today.facts, column).present;
  const inWhole = rows === 0 ? 0 : wholeRowsOf(today.facts) / rows;
  const wasThere = (name: string) =>
    before.some(({ facts }) => columnOf(facts, name).present > NEW_COLUMN_SHARE * wholeRowsOf(facts));
  const candidates = Object.entries(today.facts.columns)
    .filter(([name, { present }]) => !used.has(name) && present > 0 && present >= (lost * inWhole) / 2 && !wasThere(name))
    .filter(([, facts]) => 1 - distance(shares(facts), shares(old)) >= LIKE_TYPES)
    .map(([name, facts]) => ({ column: name, overlap: valueOverlap(old, facts), isAlike: isLikeName(name, column) }))
    .sort((a, b) => b.overlap - a.overlap || Number(b.isAlike) - Number(a.isAlike) || (a.column < b.column ? -1 : 1));
  const [best] = candidates;
  if (best === undefined || (best.overlap === 0 && !best.isAlike && candidates.length > 1)) return null;
  return { column: best.column, overlap: best.overlap };
}

function shares({ types }: ColumnFacts): number[] {
  const sum = types.reduce((total, n) => total + n, 0);
  return types.map((n) => (sum === 0 ? 0 : n / sum));
}

/** `user_id`, `userId`, `UserID` and `uid.user_id` are one name in other writing. */
function isLikeName(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, "")) as [string, string];
  return x.length > 0 && y.length > 0 && (x.includes(y) || y.includes(x));
}
