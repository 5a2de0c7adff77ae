import type { Category } from "../../model/bundle";
import type { ProfileReport } from "../../model/profileReport";
import type { TrainReport } from "../../model/trainReport";
import { SERIES_COLORS } from "../../report/charts/colors";
import { count, percent, span } from "../../report/html/numbers";
import type { BeforeAfter, DayShares, SummaryPageData } from "../../report/pages/summaryPage";
import type { Planted } from "../../simulate/planted";
import { accuracyOf, randIndexOf, sharesOf, sumOf, type LabelCount, type Measured } from "./measure";

/** The demo's numbers, and the page made of them. */
export interface DemoSummary {
  readonly apps: readonly AppResult[];
  /** First day of the logging changes; null when all lie outside the days. */
  readonly changeDate: string | null;
  /** Labels right, all apps: on the days that were learned from, on later ones before the change, and after it. NaN where no day is. */
  readonly accuracy: { readonly learned: number; readonly before: number; readonly after: number };
  /** Largest move of a category's share from the days before the change to the days after, labelled and true, in shares 0..1; NaN without such days. */
  readonly largestMove: { readonly labelled: number; readonly true: number; readonly error: number };
  readonly shares: readonly BeforeAfter[];
  readonly days: readonly DayShares[];
  readonly page: SummaryPageData;
}

export interface AppResult {
  readonly app: string;
  readonly gapSeconds: number;
  readonly plantedGapSeconds: number;
  readonly randIndex: number;
  readonly accuracy: number;
  readonly accuracyBefore: number;
  readonly accuracyAfter: number;
  /** Held-out error of training, against clusters, not against the truth. */
  readonly heldOutError: number;
}

interface DemoResults {
  readonly planted: Planted;
  readonly dates: readonly string[];
  /** Last day that was learned from. */
  readonly learnedTo: string;
  /** Other pages of the demo, relative to this one. */
  readonly pages: readonly { readonly what: string; readonly path: string }[];
  readonly categories: readonly Category[];
  readonly profile: ProfileReport;
  readonly training: TrainReport;
  readonly measured: Measured;
}

export function summaryOf({
  planted,
  dates,
  learnedTo,
  pages,
  categories,
  profile,
  training,
  measured,
}: DemoResults): DemoSummary {
  const { labels } = measured;
  const last = dates.at(-1) ?? "";
  const changes = planted.changes.filter(({ date, what }) => date <= last && !what.startsWith("holiday"));
  const changeDate = changes[0]?.date ?? null;
  const before = labels.filter(({ date }) => date > learnedTo && (changeDate === null || date < changeDate));
  const after = changeDate === null ? [] : labels.filter(({ date }) => date >= changeDate);
  const ofApp = (app: string) => (one: LabelCount) => one.app === app;
  const apps = planted.clients.map(({ app, gapSeconds }): AppResult => ({
    app,
    gapSeconds: profile.apps.find((one) => one.app === app)?.gap?.gapSeconds ?? NaN,
    plantedGapSeconds: gapSeconds,
    randIndex: randIndexOf(labels.filter(ofApp(app))),
    accuracy: accuracyOf(labels.filter(ofApp(app))),
    accuracyBefore: accuracyOf(before.filter(ofApp(app))),
    accuracyAfter: accuracyOf(after.filter(ofApp(app))),
    heldOutError: training.apps.find((one) => one.app === app)?.evaluation.totalError ?? NaN,
  }));
  const [labelledBefore, labelledAfter, trueBefore, trueAfter] = [
    sharesOf(before, "label"),
    sharesOf(after, "label"),
    sharesOf(before, "truth"),
    sharesOf(after, "truth"),
  ];
  // Without a day on one side of the change there is no share, and nothing to compare.
  const shareOf = (days: readonly LabelCount[], share: number | undefined) => (days.length === 0 ? NaN : (share ?? 0));
  const shares = planted.categories.map(({ id, name }): BeforeAfter => ({
    category: name,
    before: shareOf(before, labelledBefore[id]),
    after: shareOf(after, labelledAfter[id]),
    trueBefore: shareOf(before, trueBefore[id]),
    trueAfter: shareOf(after, trueAfter[id]),
  }));
  const moves = shares.map((row) => ({ labelled: row.after - row.before, true: (row.trueAfter ?? 0) - (row.trueBefore ?? 0) }));
  const largest = (of: (move: (typeof moves)[number]) => number) => Math.max(...moves.map((move) => Math.abs(of(move))));
  const numbers = {
    apps,
    changeDate,
    accuracy: {
      learned: accuracyOf(labels.filter(({ date }) => date <= learnedTo)),
      before: accuracyOf(before),
      after: accuracyOf(after),
    },
    largestMove: {
      labelled: largest((m) => m.labelled),
      true: largest((m) => m.true),
      error: largest((m) => m.labelled - m.true),
    },
    shares,
    days: dates.map((date) => ({
      date,
      shares: sharesOf(
        labels.filter((one) => one.date === date),
        "label",
      ),
    })),
  };
  return { ...numbers, page: pageOf({ ...numbers, pages, planted, dates, categories, measured, changes }) };
}

function pageOf(
  data: Omit<DemoSummary, "page"> &
    Pick<DemoResults, "pages" | "planted" | "dates" | "categories" | "measured"> & { readonly changes: Planted["changes"] },
): SummaryPageData {
  const { planted, dates, measured, apps, accuracy, changeDate, categories, changes } = data;
  const { counts } = planted;
  const { labels, robots } = measured;
  return {
    title: `${planted.product}: what people came for`,
    subtitle: `${count(dates.length)} days of a fictitious product, ${dates[0] ?? ""} to ${dates.at(-1) ?? ""}, made by the simulator, discovered and labelled by sessionary, measured against the simulator's truth`,
    facts: [
      { label: "Log lines", value: count(counts.lines), note: `${count(counts.files)} files` },
      { label: "Sessions", value: count(measured.tableSessions) },
      {
        label: "Labels right",
        value: percent(accuracyOf(labels)),
        note: `of ${count(sumOf(labels.filter(({ label }) => !label.startsWith("("))))} human sessions`,
      },
      { label: "Before the change", value: percent(accuracy.before), note: "labels right, days nobody learned from" },
      { label: "After the change", value: percent(accuracy.after), note: "labels right" },
      {
        label: "Robots found",
        value: `${robots.found} of ${robots.planted}`,
        note: `${robots.humansFlagged} people taken for robots`,
      },
    ],
    categories: categories.map(({ id, name, color }) => ({ id, name, color })),
    days: data.days,
    sizes: categories.map(({ id }) => ({ id, sessions: sumOf(labels.filter(({ label }) => label === id)) })),
    marks: changes.map(({ date, what }) => ({ date, what })),
    accuracy: apps.map(({ app }, i) => ({
      app,
      color: SERIES_COLORS[i % SERIES_COLORS.length] as string,
      points: dates.map((date) => ({ date, value: accuracyOf(labels.filter((one) => one.app === app && one.date === date)) })),
    })),
    checks: checksOf(data),
    ...(changeDate !== null && { before: { date: changeDate, rows: data.shares } }),
    files: [
      ...data.pages.map((one) => ({ ...one, link: true })),
      { what: "Settings, with what was edited", path: "sessionary.yaml", link: true },
      { what: "Categories, named from the cluster cards", path: "categories.yaml", link: true },
      { what: "Logs", path: "logs/", link: false },
      { what: "Truth of the simulator", path: "truth/", link: false },
      { what: "Session table (Delta Lake)", path: "output/sessions/", link: false },
    ],
  };
}

function checksOf({
  apps,
  accuracy,
  largestMove,
  measured,
}: Pick<DemoSummary, "apps" | "accuracy" | "largestMove"> & { readonly measured: Measured }): SummaryPageData["checks"] {
  const { robots, staff, sameSessions, trueSessions } = measured;
  return [
    ...apps.map(({ app, gapSeconds, plantedGapSeconds }) => ({
      what: `Gap of ${app}, measured from pauses (planted: ${span(plantedGapSeconds)})`,
      measured: span(gapSeconds),
      holds: null,
    })),
    {
      what: "Sessions cut exactly as planted: same user, start, end and number of events",
      measured: `${percent(sameSessions / trueSessions)} of ${count(trueSessions)}`,
      holds: null,
    },
    ...apps.map(({ app, randIndex, accuracy: right, heldOutError }) => ({
      what: `Labels of ${app} against the true categories`,
      measured: `adjusted Rand index ${Number.isNaN(randIndex) ? "–" : randIndex.toFixed(2)}, ${percent(right)} right; held-out error of the model ${percent(heldOutError)}`,
      holds: null,
    })),
    {
      what: "Robots found, by user agent and behaviour",
      measured: `${robots.found} of ${robots.planted}, ${robots.humansFlagged} people taken for robots`,
      holds: null,
    },
    { what: "Staff found, by list", measured: `${staff.found} of ${staff.planted}`, holds: staff.found === staff.planted },
    {
      what: "Labels right on days nobody learned from, before and after the logging changes (promise: less than 2 points lost)",
      measured: `${percent(accuracy.before)} and ${percent(accuracy.after)}; ${percent(accuracy.learned)} on the days learned from`,
      holds: isBelow(accuracy.before - accuracy.after, 0.02),
    },
    {
      what: "Largest move of a category's share over the change: labelled, true, and the difference (promise: less than 2 points)",
      measured: `${percent(largestMove.labelled)}, ${percent(largestMove.true)}, ${percent(largestMove.error)}`,
      holds: isBelow(largestMove.error, 0.02),
    },
  ];
}

/** Null for what could not be measured: neither a kept nor a broken promise. */
const isBelow = (value: number, limit: number) => (Number.isNaN(value) ? null : value < limit);
