import { confusionTable, errorTable, type ErrorRow } from "../charts/confusion";
import { html, type Html } from "../html/html";
import { count, decimal, percent } from "../html/numbers";
import { page } from "../html/page";
import { eventName, more, table, warning } from "../html/parts";

export type { ErrorRow } from "../charts/confusion";

/** All that a trained model shows of itself. */
export interface ModelPageData {
  readonly project: string;
  readonly modelId: string;
  /** Where it was learned: a sentence or a name. */
  readonly trainedOn: string;
  readonly apps: readonly ModelApp[];
}

export interface ModelApp {
  readonly app: string;
  /** Category names in class order. */
  readonly classes: readonly string[];
  readonly trainSessions: number;
  readonly testSessions: number;
  /** Test sessions, row-major: true class × predicted class. */
  readonly confusion: ArrayLike<number>;
  /** Misclassified share of the test sessions, 0..1. */
  readonly totalError: number;
  readonly totalErrorInterval?: readonly [low: number, high: number] | null;
  /** Per class; a total row is added from `totals`. */
  readonly errors: readonly ErrorRow[];
  readonly totals: { readonly scoringOnly: number; readonly withNoiseFeature: number; readonly allEvents: number };
  readonly scoringEvents: readonly { readonly event: string; readonly idf: number; readonly importance?: number }[];
  readonly meanNoise: number;
  readonly trees: number;
  readonly minLeaf: number;
  /** Predicted confidence against the share that was right, by bin. */
  readonly calibration?: readonly { readonly confidence: number; readonly right: number; readonly sessions: number }[];
}

/** Above this total error an app's model is called weak (paper §5.2: below 15 % everywhere). */
export const WEAK_ERROR = 0.15;

export function modelPage({ project, modelId, trainedOn, apps }: ModelPageData): string {
  return page({
    title: `Model of ${project}`,
    subtitle: `${modelId}, trained on ${trainedOn}`,
    facts: apps.map(({ app, totalError, testSessions }) => ({
      label: app,
      value: percent(1 - totalError),
      note: `right of ${count(testSessions)} held-out sessions`,
    })),
    sections: apps.map((app, i) => ({ id: `app-${i + 1}`, title: app.app, body: appBody(app) })),
  });
}

function appBody(app: ModelApp): Html {
  const { totalErrorInterval: interval, errors, totals } = app;
  const rows: ErrorRow[] = [...errors, { category: "All", ...totals, isTotal: true }];
  return html`${app.totalError > WEAK_ERROR && warning(`The total error is ${percent(app.totalError)}, more than ${percent(WEAK_ERROR, 0)}: look at the confusion table before you trust the labels.`)}
    <p>
      Total error ${percent(app.totalError)}${interval && ` (${percent(interval[0])} to ${percent(interval[1])})`} on
      ${count(app.testSessions)} held-out sessions; trained on ${count(app.trainSessions)}. ${count(app.trees)} trees, leaves of
      ${count(app.minLeaf)} sessions at least, mean noise share ${decimal(app.meanNoise, 3)}.
    </p>
    <h3>What is taken for what</h3>
    ${confusionTable(`Confusion, ${app.app}`, app.classes, app.confusion)}
    <h3>What the noise feature is worth</h3>
    ${errorTable(`Error by category with three sets of features, ${app.app}`, rows)}
    <h3>Scoring events</h3>
    ${table(`Events the labels rest on, ${app.app}`, app.scoringEvents, [
      { title: "Event", value: (e) => eventName(e.event) },
      { title: "IDF", value: (e) => decimal(e.idf), number: true },
      ...(app.scoringEvents.some((e) => e.importance !== undefined)
        ? [{ title: "Importance", value: (e: ModelApp["scoringEvents"][number]) => decimal(e.importance, 3), number: true }]
        : []),
    ])}
    ${
      app.calibration &&
      app.calibration.length > 0 &&
      more(
        "How far confidence can be trusted",
        table(`Confidence and truth, ${app.app}`, app.calibration, [
          { title: "Confidence", value: (row) => percent(row.confidence, 0), number: true },
          { title: "Right", value: (row) => percent(row.right), number: true },
          { title: "Sessions", value: (row) => count(row.sessions), number: true },
        ]),
      )
    }`;
}
