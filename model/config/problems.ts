import type { core } from "zod";
import { nearestName } from "../didYouMean";
import { homesOfKey, inWords, keysAt, listInWords, schemasAt, type JsonSchema } from "./schemaTree";
import type { Problem, SettingsDocument } from "./settingsDocument";

type Issue = core.$ZodIssue;

/** Zod's findings in our words, each with its place in the file. */
export function problemsOf(issues: readonly Issue[], document: SettingsDocument, schema: JsonSchema): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, document, schema));
}

function problemsOfIssue(issue: Issue, document: SettingsDocument, schema: JsonSchema): Problem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      position: document.keyPositionOf([...path, key]),
      path: [...path, key],
      text: `unknown key; ${adviceForKey(key, path, schema)}`,
    }));
  }
  if (issue.code === "invalid_union") {
    const meant = branchMeant(issue.errors);
    if (meant) {
      // A mistyped key explains a missing one.
      const mistyped = meant.some(({ code }) => code === "unrecognized_keys");
      const told = mistyped ? meant.filter(({ code }) => code === "unrecognized_keys") : meant;
      const nested = told.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
      return problemsOf(nested, document, schema);
    }
  }
  const value = valueAt(document.value, path);
  const position = value === undefined ? document.keyPositionOf(path) : document.positionOf(path);
  return [{ position, path, text: value === undefined ? missing(path, schema) : wrong(issue, value, path, schema) }];
}

/** The form of a key that the writer had in mind: the one whose outside fits, with the fewest problems inside. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const outside = (issue: Issue) =>
    issue.path.length === 0 &&
    (issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union");
  const fitting = branches.filter((issues) => issues.length > 0 && !issues.some(outside));
  return [...fitting].sort((a, b) => a.length - b.length)[0] ?? null;
}

function adviceForKey(key: string, path: readonly PropertyKey[], schema: JsonSchema): string {
  const siblings = keysAt(schema, path);
  const near = nearestName(key, siblings);
  if (near !== null) return `did you mean \`${near}\`?`;
  const homes = homesOfKey(schema, key);
  if (homes.length > 0) return `it belongs ${homes[0] === "" ? "at the top" : `under \`${listInWords(homes)}\``}`;
  return `known here: ${siblings.join(", ")}`;
}

function missing(path: readonly PropertyKey[], schema: JsonSchema): string {
  const description = schemasAt(schema, path)[0]?.description;
  return `is missing${description ? `. ${description}` : ""}`;
}

function wrong(issue: Issue, value: unknown, path: readonly PropertyKey[], schema: JsonSchema): string {
  const got = `got ${JSON.stringify(value) ?? String(value)}`;
  if (issue.code === "invalid_format" || issue.code === "custom") return `${issue.message}; ${got}`;
  if (issue.code === "invalid_value" && typeof value === "string") {
    const near = nearestName(value, issue.values.map(String));
    const choices = `must be one of ${issue.values.map(String).join(", ")}`;
    return near === null ? `${choices}; ${got}` : `${choices}; ${got}: did you mean \`${near}\`?`;
  }
  if (issue.code === "too_small" && (issue.origin === "string" || issue.origin === "array")) return "must not be empty";
  const schemas = schemasAt(schema, path);
  return `must be ${schemas.length > 0 ? inWords({ anyOf: schemas }) : "something else"}; ${got}`;
}

/** The part of a plain value at `path`, or undefined. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === "object" && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}
