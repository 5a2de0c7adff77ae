import type { z } from "zod";
import { UserError } from "../errors";
import { problemsOf, valueAt } from "./problems";
import { jsonSchemaOf } from "./schemaTree";
import { SettingsDocument, type Problem } from "./settingsDocument";

/** What came of checking a file: its value, or all that must be changed. */
export interface Checked<T> {
  readonly document: SettingsDocument;
  /** The value with defaults. Where `problems` is not empty: what is left when the wrong parts are taken out, or null. */
  readonly value: T | null;
  readonly problems: readonly Problem[];
}

/** Checks the text of a YAML file against a schema and finds every problem at once, syntax first. */
export function checkYaml<Schema extends z.ZodType>(text: string, schema: Schema): Checked<z.output<Schema>> {
  const document = new SettingsDocument(text);
  if (document.problems.length > 0) {
    return { document, value: null, problems: document.problems };
  }
  const written = document.value ?? {};
  const result = schema.safeParse(written);
  if (result.success) {
    return { document, value: result.data, problems: [] };
  }
  const problems = problemsOf(result.error.issues, document, jsonSchemaOf(schema));
  return { document, value: valueOfTheRest(written, schema, problems), problems };
}

/** What the settings are without the parts that have a problem, so that checks across keys can still look at the rest. */
function valueOfTheRest<Schema extends z.ZodType>(
  written: unknown,
  schema: Schema,
  problems: readonly Problem[],
): z.output<Schema> | null {
  const copy = structuredClone(written);
  let wrong: readonly (readonly PropertyKey[])[] = problems.map(({ path }) => path);
  // Taking a part out can leave its surroundings incomplete: these go in the next round.
  for (let round = 0; round < 5; round++) {
    wrong.forEach((path) => remove(copy, path));
    const result = schema.safeParse(copy);
    if (result.success) return result.data;
    wrong = result.error.issues.map(({ path }) => path);
  }
  return null;
}

/** Takes out the part at `path`, or the smallest one around it that is there. Lists go as a whole: indices keep their meaning. */
function remove(value: unknown, path: readonly PropertyKey[]): void {
  for (let length = path.length; length > 0; length--) {
    const parent = valueAt(value, path.slice(0, length - 1));
    const key = path[length - 1] as PropertyKey;
    if (typeof parent === "object" && parent !== null && !Array.isArray(parent) && key in parent) {
      delete (parent as Record<PropertyKey, unknown>)[key];
      return;
    }
  }
}

/** All problems of a file as one error for the user, in the order of the file. */
export function problemsError(file: string, problems: readonly Problem[]): UserError {
  const sorted = [...problems].sort(
    (a, b) =>
      (a.position?.line ?? Infinity) - (b.position?.line ?? Infinity) || (a.position?.column ?? 0) - (b.position?.column ?? 0),
  );
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new UserError(`${file} has ${count}`, sorted.map(problemLine));
}

function problemLine({ position, path, text }: Problem): string {
  const where = position ? `line ${position.line}, column ${position.column}: ` : "";
  const key = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `${where}${key === "" ? "" : `${key.slice(1)}: `}${text}`;
}
