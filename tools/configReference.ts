import { Document, isCollection } from "yaml";
import { alternativesOf, inWords, type JsonSchema } from "../model/config/schemaTree";

const COMMENT_WIDTH = 116;

/** `resources/config.reference.yaml`: every key with its description and an example, or its default where that says enough. */
export function referenceYaml(schema: JsonSchema): string {
  return [
    "# Every setting of sessionary, with its meaning. Values are examples: a project needs only a few of them, see config.minimal.yaml.",
    "# yaml-language-server: $schema=./schema/sessionary.schema.json",
    "",
    ...mapLines(schema, 0),
    "",
  ].join("\n");
}

/** `docs/config.md`: every key with what may be written, its default and its meaning. */
export function configDocs(schema: JsonSchema): string {
  return [
    "# Settings: `sessionary.yaml`",
    "",
    "Made from the schema in `model/config/` by `npm run generate`; edit the schema, not this page.",
    "",
    "`sessionary init LOGS…` writes a first file from a glance at your logs. Unknown keys are refused, and all problems are shown at once",
    "with line and column. Relative paths start at the folder of the file. [`config.minimal.yaml`](../resources/config.minimal.yaml) is the",
    "least a project needs, [`config.reference.yaml`](../resources/config.reference.yaml) shows every key. Editors that know JSON Schema",
    "complete and check the file with [`sessionary.schema.json`](../resources/schema/sessionary.schema.json).",
    "",
    ...sectionLines("", schema),
  ].join("\n");
}

/** `resources/schema/sessionary.schema.json`. */
export const schemaJson = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

/** The form of a setting that has keys of its own, where there is one. */
const mapFormOf = (schema: JsonSchema) => alternativesOf(schema).find(({ properties }) => properties !== undefined);
const itemFormOf = (schema: JsonSchema) => alternativesOf(schema).find(({ items }) => items && mapFormOf(items))?.items;

function mapLines(schema: JsonSchema, depth: number): string[] {
  const indent = "  ".repeat(depth);
  return Object.entries(schema.properties ?? {}).flatMap(([key, property], i) => {
    const comment = wrap(property.description ?? "", COMMENT_WIDTH - indent.length).map((line) => `${indent}# ${line}`);
    return [...(depth === 0 && i > 0 ? [""] : []), ...comment, ...valueLines(key, property, depth)];
  });
}

function valueLines(key: string, property: JsonSchema, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const value = property.examples?.[0] ?? property.default;
  const mapForm = mapFormOf(property);
  if (mapForm && (property.type === "object" || isRecord(value))) {
    const shown = isRecord(value) ? withExamples(mapForm, value) : mapForm;
    return [`${indent}${key}:`, ...mapLines(shown, depth + 1)];
  }
  const item = itemFormOf(property);
  if (item) {
    const lines = mapLines(item, depth + 2);
    return [`${indent}${key}:`, `${indent}  -`, ...lines];
  }
  return [`${indent}${key}: ${flow(value)}`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The keys an example names, with its values as examples. */
function withExamples(schema: JsonSchema, example: Record<string, unknown>): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([key, property]) => [key, key in example ? { ...property, examples: [example[key]] } : property] as const,
  );
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** A value on one line of YAML. */
function flow(value: unknown): string {
  const document = new Document(value);
  if (isCollection(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim();
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function sectionLines(path: string, schema: JsonSchema): string[] {
  const entries = Object.entries(schema.properties ?? {});
  const nested = entries.flatMap(([key, property]) => {
    const child = `${path === "" ? "" : `${path}.`}${key}`;
    const mapForm = mapFormOf(property);
    const item = itemFormOf(property);
    if (item) return sectionLines(`${child}[]`, { ...mapFormOf(item), description: property.description ?? "" });
    return mapForm && Object.keys(mapForm.properties ?? {}).length > 1
      ? sectionLines(child, { ...mapForm, description: property.description ?? "" })
      : [];
  });
  return [
    path === "" ? "## Top level" : `## \`${path}\``,
    "",
    ...(path === "" || !schema.description ? [] : [schema.description, ""]),
    "| key | what may be written | default | meaning |",
    "|---|---|---|---|",
    ...entries.map(([key, property]) => {
      const required = schema.required?.includes(key) === true;
      const fallback = property.type === "object" ? "" : property.default === undefined ? "" : `\`${flow(property.default)}\``;
      return `| \`${key}\` | ${cell(whatMayBeWritten(property))} | ${required ? "required" : cell(fallback)} | ${cell(property.description ?? "")} |`;
    }),
    "",
    ...nested,
  ];
}

/** Settings with keys of their own have a section of their own. */
function whatMayBeWritten(property: JsonSchema): string {
  return property.type === "object" && property.properties ? "see below" : inWords(property);
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
