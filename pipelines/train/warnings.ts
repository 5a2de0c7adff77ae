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
    ...of(({ app, classes, evaluation: { classErrors } }) => {
      const high = classes.flatMap(({ name, noise }, c) => {
        const error = classErrors[c] ?? 0;
        return error > maxCategoryError
          ? [`${name} ${percent(error)}${noise ? " (noise is expected to be the hardest)" : ""}`]
          : [];
      });
      return [high.length > 0 ? `${app}: errors above classifier.maxCategoryError: ${high.join(", ")}` : null];
    }),
    ...of(({ app, classes, evaluation: { classRows } }) => {
      const few = classes.flatMap(({ name }, c) => {
        const rows = classRows[c] as number;
        return rows < FEW_ROWS ? [`${name} (${rows})`] : [];
      });
      return [few.length > 0 ? `${app}: few held-out sessions, so errors are rough guesses: ${few.join(", ")}` : null];
    }),
    ...of(({ app, missingEvents }) => [
      missingEvents.length > 0 ? `${app}: pinned scoring events that do not occur: ${missingEvents.join(", ")}` : null,
    ]),
  ];
}
