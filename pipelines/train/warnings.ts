import type { DiscoveryReport } from "../../model/discoveryReport";
import type { AppTraining } from "../../model/trainReport";

/** The paper's bound: every device had a classifier with less than 15 % total error (§5.2). */
export const MAX_TOTAL_ERROR = 0.15;
/** Fewer held-out sessions say little. */
const FEW_ROWS = 30;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What the user should know of a training, worst first. */
export function trainingWarnings(discovery: DiscoveryReport, apps: readonly AppTraining[], maxCategoryError: number): string[] {
  const of = (warn: (app: AppTraining) => (string | null)[]) => apps.flatMap(warn).filter((text) => text !== null);
  return [
    ...of(({ app, evaluation: { totalError } }) => [
      totalError > MAX_TOTAL_ERROR
        ? `${app}: ${percent(totalError)} of the held-out sessions get another category than their cluster's: DO NOT TRUST this ` +
          `classifier (limit ${percent(MAX_TOTAL_ERROR)}). Merge categories that are alike, allow more scoring events, or learn from more sessions`
        : null,
    ]),
    ...discovery.apps
      .filter(({ k }) => k === null)
      .map(({ app, tooLittle }) => `${app}: not in the model (${tooLittle ?? "no clusters"}); its sessions will be "(no model)"`),
    ...of(({ app, classes, evaluation }) =>
      classes.map(({ name }, c) => {
        const rows = evaluation.classRows[c] as number;
        if (rows === 0) return `${app}: no held-out session is of ${name}; its error is not known`;
        return rows < FEW_ROWS ? `${app}: only ${rows} held-out sessions are of ${name}; its error is a rough guess` : null;
      }),
    ),
    ...of(({ app, classes, evaluation }) =>
      classes.map(({ name, noise }, c) => {
        const error = evaluation.classErrors[c];
        if (error === null || error === undefined || error <= maxCategoryError) return null;
        const hint = noise ? " (expected to be the hardest: its events are the long tail)" : "";
        return `${app}: ${percent(error)} of ${name} get another category, more than classifier.maxCategoryError${hint}`;
      }),
    ),
    ...of(({ app, missingEvents }) => [
      missingEvents.length > 0 ? `${app}: pinned scoring events that do not occur: ${missingEvents.join(", ")}` : null,
    ]),
  ];
}
