import { REPORT_SCHEMA_VERSION } from "../cli/screen";
import { REPORT_FIELDS, type ReportField } from "./reportFields";

const INTRO = `# JSON reports

Every command prints one JSON object on standard output with \`--json\`, and nothing else there. Made from \`tools/reportFields.ts\` by
\`npm run generate\`.

Fields of every object: \`schemaVersion\` (now ${REPORT_SCHEMA_VERSION}) and \`command\`. The version changes when a field named here goes or means something else;
further fields, also inside those named here, may come at any time.

An error prints \`{schemaVersion, command, error: {kind, message, hints, exitCode}}\`, \`kind\` being \`user\` (something you can change), \`data\` (a
check of the data failed), \`system\` (disk, network, engine) or \`bug\`. What the exit codes mean: [operations.md](operations.md#exit-codes).
`;

/** `docs/reports.md`: what scripts may rely on. */
export function reportDocs(): string {
  const sections = Object.entries(REPORT_FIELDS).flatMap(([command, fields]) => [
    `## \`${command}\``,
    "",
    "| field | type | |",
    "| --- | --- | --- |",
    ...fields.map(row),
    "",
  ]);
  return [INTRO, ...sections].join("\n");
}

const row = ({ name, type, nullable, what }: ReportField) => `| \`${name}\` | ${type}${nullable ? " or null" : ""} | ${what} |`;
