import { z } from "zod";

/** The part of JSON Schema that zod makes of our schemas. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** JSON Schema of what a person may write: keys with defaults are optional. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
}

/** All alternatives of a schema, flattened. */
export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const { type } = schema;
  if (schema.anyOf) return schema.anyOf.flatMap(alternativesOf);
  return typeof type === "object" ? type.map((one) => ({ ...schema, type: one })) : [schema];
}

/** The schemas that may apply at `path`; more than one where a key has several forms. */
export function schemasAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  return path.reduce<JsonSchema[]>(
    (schemas, key) =>
      schemas.flatMap(alternativesOf).flatMap((schema) => {
        if (typeof key === "number") return schema.items ? [schema.items] : [];
        const property = schema.properties?.[String(key)];
        if (property) return [property];
        return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
      }),
    [root],
  );
}

/** Names of the keys allowed at `path`. */
export function keysAt(root: JsonSchema, path: readonly PropertyKey[]): string[] {
  const maps = schemasAt(root, path).flatMap(alternativesOf);
  return [...new Set(maps.flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

/** Where in the file a key of this name belongs, as dotted paths of maps; keys inside lists and maps by name are not looked at. */
export function homesOfKey(root: JsonSchema, name: string, path: readonly string[] = []): string[] {
  return Object.entries(root.properties ?? {}).flatMap(([key, schema]) => [
    ...(key === name ? [path.join(".")] : []),
    ...homesOfKey(schema, name, [...path, key]),
  ]);
}

/** What may be written, in words: `text, a list of texts or a map with column, format, zone`. */
export function inWords(schema: JsonSchema): string {
  return listInWords([...new Set(alternativesOf(schema).map(oneInWords))]);
}

/** `a`, `a or b`, `a, b or c`. */
export function listInWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`;
}

function oneInWords(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(String).join(", ");
  if (schema.const !== undefined) return JSON.stringify(schema.const).replaceAll('"', "");
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
      return `a whole number${rangeInWords(schema)}`;
    case "number":
      return `a number${rangeInWords(schema)}`;
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return `a list of ${schema.items ? inWords(schema.items) : "values"}`;
    default:
      return schema.properties
        ? `a map with ${Object.keys(schema.properties).join(", ")}`
        : `a map of names to ${typeof schema.additionalProperties === "object" ? inWords(schema.additionalProperties) : "values"}`;
  }
}

function rangeInWords({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  // zod writes the range of safe integers where a schema names no bound of its own.
  const bound = (value: number | undefined) =>
    value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? null : value;
  const parts = [
    bound(minimum) !== null ? `≥ ${minimum}` : "",
    bound(exclusiveMinimum) !== null ? `> ${exclusiveMinimum}` : "",
    bound(maximum) !== null ? `≤ ${maximum}` : "",
    bound(exclusiveMaximum) !== null ? `< ${exclusiveMaximum}` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? ` ${parts.join(" and ")}` : "";
}
