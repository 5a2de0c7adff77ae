import type { ModelBundle } from "../model/bundle";
import { NOISE_FEATURE, type AppTraining, type TrainReport } from "../model/trainReport";

const percent = (share: number | null | undefined) =>
  share === null || share === undefined ? "–" : `${(100 * share).toFixed(1)} %`;

/** A model card in Markdown: what the model is for, how it was trained, how well it does, what to watch. The same for the same model. */
export function modelCard(bundle: ModelBundle, report: TrainReport, project: string): string {
  const { createdFrom } = bundle;
  const dates = createdFrom.dates.length > 0 ? createdFrom.dates.join(" to ") : "all dates of the input";
  return [
    `# Model ${bundle.id} of ${project}`,
    "",
    `Gives every user session one of ${bundle.categories.length} categories. Trained on the labelled sample of discovery ` +
      `\`${createdFrom.discovery}\` (${dates}); settings \`${createdFrom.configHash}\`.`,
    "",
    ...(report.warnings.length > 0 ? ["## Warnings", "", ...report.warnings.map((warning) => `- ${warning}`), ""] : []),
    "## Categories",
    "",
    "| id | name | description |",
    "|---|---|---|",
    ...bundle.categories.map(
      ({ id, name, description, noise }) => `| ${id} | ${cell(name)}${noise ? " (noise)" : ""} | ${cell(description)} |`,
    ),
    "",
    ...report.apps.flatMap(appSection),
    "## Use and limits",
    "",
    "- Everything learned is frozen: IDF, scoring events, forest. An event that training never saw has no weight and is counted.",
    "- The noise feature is divided by its mean over the sessions scored together; batches that are too small take the training mean.",
    "- Confidence is the share of trees that voted for the category.",
    "- Categories are what people called the clusters of a sample: a new kind of session is put into one of the old categories. " +
      "Train again when drift says so, at the latest after three months.",
    "- PMML takes the features, not events: weights scaled to length 1, and the noise feature already divided by the batch's mean.",
    "",
  ].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function appSection(app: AppTraining): string[] {
  const { evaluation, classes, comparison } = app;
  const names = classes.map(({ name }) => cell(name));
  return [
    `## ${app.app}`,
    "",
    `${app.sessions} sessions; ${app.trainingRows} trained on, ${app.heldOutRows} of other users held out. ` +
      `${app.trees} trees, smallest leaf ${app.minLeaf} (rule \`${app.leafRule}\`), ${app.leavesPerTree.toFixed(0)} leaves a tree. ` +
      `Total error ${percent(evaluation.totalError)}; calibration error ${percent(evaluation.calibrationError)}; ` +
      `mean noise share ${app.meanNoise.toFixed(4)}.`,
    "",
    `Scoring events (${app.scoringHow}): ${app.scoringEvents.map((event) => `\`${event}\``).join(", ")}.`,
    "",
    "Held-out sessions by category (rows: cluster's category; columns: given):",
    "",
    `| category | ${names.join(" | ")} | sessions |`,
    `|---|${"---:|".repeat(names.length + 1)}`,
    ...names.map((name, c) => {
      const row = evaluation.confusion[c];
      return `| ${name} | ${names.map((_, given) => percent(row?.[given])).join(" | ")} | ${evaluation.classRows[c]} |`;
    }),
    "",
    "Error by category with other features, same sessions:",
    "",
    "| category | scoring events only | with noise feature (this model) | all events |",
    "|---|---:|---:|---:|",
    ...[...names, "**total**"].map((name, c) => {
      const of = (row: typeof comparison.allEvents) => percent(c < names.length ? row.classErrors[c] : row.totalError);
      return `| ${name} | ${of(comparison.scoringOnly)} | ${of(comparison.withNoiseFeature)} | ${of(comparison.allEvents)} |`;
    }),
    "",
    `What decides most: ${app.importance
      .slice(0, 6)
      .map(({ feature, share }) => `${feature === NOISE_FEATURE ? "noise feature" : `\`${feature}\``} ${percent(share)}`)
      .join(", ")}.`,
    "",
  ];
}
