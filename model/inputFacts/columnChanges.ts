import { percentText, type InputChange } from "./change";
import { columnOf, mergeDayFacts, type DatedFacts } from "./facts";
import { renamedTo } from "./renamed";
import type { ColumnRole } from "./roles";
import { median, MIN_ROWS, stepUp, WINDOW_DAYS, type DayShare } from "./shareRule";
import { distance, typeShares, typesInWords } from "./typeShares";

/** Share of rows whose values must look otherwise. */
const MIN_TYPE_STEP = 0.2;
/** A column that never was in all rows is gone where it was there every day of this many, in at least `MIN_ROWS` rows by today's count. */
const DAYS_OF_RARE_COLUMN = 7;
/** A few rows of a day come in older files. */
const NEARLY_ALL_ROWS = 0.99;

/**
 * What has changed in the columns that are used, at most one finding a column.
 *
 * @param history the days before, ascending
 */
export function columnChanges(today: DatedFacts, history: readonly DatedFacts[], roles: readonly ColumnRole[]): InputChange[] {
  const window = history.filter(({ facts }) => facts.rows >= MIN_ROWS).slice(-WINDOW_DAYS);
  const used = new Set(roles.map(({ column }) => column));
  return roles.flatMap((role) => {
    const change = absence(today, window, role, used) ?? blanks(today, window, role) ?? typeChange(today, window, role);
    return change === null ? [] : [change];
  });
}

const named = ({ column, setting }: ColumnRole) => `\`${column}\` (${setting})`;

/** Rows without the column. */
function absence(
  today: DatedFacts,
  window: readonly DatedFacts[],
  role: ColumnRole,
  used: ReadonlySet<string>,
): InputChange | null {
  const missing = ({ date, facts }: DatedFacts): DayShare => ({
    date,
    share: facts.rows === 0 ? 0 : 1 - columnOf(facts, role.column).present / facts.rows,
    rows: facts.rows,
  });
  const now = missing(today);
  const shares = window.map(missing);
  const step = stepUp(now, shares) ?? rareColumnGone(now, shares);
  if (step === null) return null;
  const isGone = now.share >= NEARLY_ALL_ROWS;
  const before = window.filter(({ date }) => date < step.since);
  const successor = renamedTo(role.column, today, before, step.usual, used);
  const fromWhere = now.share === 1 ? "" : ` from ${percentText(now.share)} of the rows`;
  const text = isGone
    ? `${named(role)} is gone${fromWhere} since ${step.since}`
    : `${named(role)} is missing in ${percentText(now.share)} of the rows since ${step.since} (before: ${percentText(step.usual)})`;
  const { column, explains } = role;
  if (successor === null) {
    const advice = isGone
      ? `name another column as ${role.setting}, or have the logs bring it back`
      : "some of the logs no longer bring it: look at their newest files";
    return { kind: isGone ? "gone" : "missing", since: step.since, column, text, advice, explains };
  }
  const shared = successor.overlap > 0 ? ", some of them the very same" : "";
  return {
    kind: "renamed",
    since: step.since,
    column,
    text: `${text}; \`${successor.column}\` appeared with values of the same kind${shared}`,
    advice: isGone
      ? `set ${role.setting} to ${successor.column}, or have the logs name it ${column} again`
      : `both names are in use: have the logs name it ${column} again`,
    explains,
  };
}

function rareColumnGone(now: DayShare, shares: readonly DayShare[]): { since: string; usual: number } | null {
  if (now.share < 1) return null;
  let first = shares.length;
  while (first > 0 && (shares[first - 1] as DayShare).share === 1) first--;
  const before = shares.slice(0, first);
  const least = Math.min(...before.map(({ share }) => 1 - share));
  if (before.length < DAYS_OF_RARE_COLUMN || now.rows * least < MIN_ROWS) return null;
  return { since: shares[first]?.date ?? now.date, usual: median(before.map(({ share }) => share)) };
}

/** Rows whose value says nothing. */
function blanks(today: DatedFacts, window: readonly DatedFacts[], role: ColumnRole): InputChange | null {
  const blank = ({ date, facts }: DatedFacts): DayShare => {
    const column = columnOf(facts, role.column);
    return { date, share: column.present === 0 ? 0 : column.blank / column.present, rows: column.present };
  };
  const now = blank(today);
  const step = stepUp(now, window.map(blank));
  if (step === null) return null;
  return {
    kind: "blank",
    since: step.since,
    column: role.column,
    text: `${named(role)} is blank in ${percentText(now.share)} of the rows since ${step.since} (before: ${percentText(step.usual)})`,
    advice: "the logging has lost it: have it mended, then score again from that day on",
    explains: role.explains,
  };
}

/** Values that look otherwise: text for numbers, seconds for milliseconds. */
function typeChange(today: DatedFacts, window: readonly DatedFacts[], role: ColumnRole): InputChange | null {
  const sharesOf = ({ facts }: DatedFacts) => typeShares(columnOf(facts, role.column), role);
  const now = sharesOf(today);
  const days = window.map((day) => ({ date: day.date, ...sharesOf(day) })).filter(({ rows }) => rows >= MIN_ROWS);
  if (now.rows < MIN_ROWS || days.length === 0) return null;
  const usual = now.shares.map((_, type) => median(days.map(({ shares }) => shares[type] as number)));
  const step = stepUp(
    { date: today.date, share: distance(now.shares, usual), rows: now.rows },
    days.map(({ date, shares, rows }) => ({ date, share: distance(shares, usual), rows })),
  );
  const moved = distance(now.shares, usual);
  if (step === null || moved < (role.types === "total" ? 0.9 : MIN_TYPE_STEP)) return null;
  const before = mergeDayFacts(window.filter(({ date }) => date < step.since).map(({ facts }) => facts));
  return {
    kind: "type",
    since: step.since,
    column: role.column,
    text:
      `${named(role)} holds ${typesInWords(now.shares)} since ${step.since}` +
      ` (before: ${typesInWords(typeShares(columnOf(before, role.column), role).shares)})`,
    advice:
      role.setting === "input.time" || role.setting === "input.receivedTime"
        ? `see that ${role.setting}.format fits (auto reads most)`
        : "are these still the same ids and values? If they are written otherwise, users and sessions no longer match",
    explains: role.explains,
  };
}
