import "./sdkVersion";
import { requireForSerialization } from "apache-beam/serialization";

type PlainClass = abstract new (...args: never[]) => object;

const classByName = new Map<string, PlainClass>();
const nameByPrototype = new Map<object, string>();
const CLASS = "$class";

/**
 * Makes classes known by name, so that a stage can be rebuilt from that name and its fields, here or in an engine's worker.
 *
 * @param module path of the file without ending, from the package root, e.g. "transforms/sessions/cutSessions"
 * @throws Error when a name is taken by another class, or something is not a class
 */
export function registered(module: string, classes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(classes)) {
    if (typeof value !== "function" || value.prototype === undefined) {
      throw new Error(`${module}: ${name} is not a class`);
    }
    const fullName = `sessionary/${module}.${name}`;
    const known = classByName.get(fullName);
    if (known !== undefined && known !== value) {
      throw new Error(`${fullName} is registered twice: give each class its own name`);
    }
    classByName.set(fullName, value as unknown as PlainClass);
    nameByPrototype.set(value.prototype as object, fullName);
  }
  // The SDK's own transforms look here.
  requireForSerialization(`sessionary/${module}`, classes);
}

/**
 * JSON of an instance of a registered class: its name and its own fields. Fields are plain data: null, booleans, finite numbers,
 * strings, arrays, plain objects, instances of registered classes. Undefined fields are left out.
 * @throws TypeError naming the field that is something else
 */
export function encodeInstance(instance: object): Uint8Array {
  return Buffer.from(JSON.stringify(toPlain(instance, instance.constructor.name)));
}

/** Rebuilds what `encodeInstance` wrote, without calling constructors. */
export function decodeInstance(bytes: Uint8Array): object {
  return fromPlain(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"))) as object;
}

function toPlain(value: unknown, path: string): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "string" || value === undefined) {
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value) || Object.is(value, -0)) {
      throw new TypeError(
        `${path} is ${Object.is(value, -0) ? "-0" : value}: fields of a stage must be plain data (finite numbers)`,
      );
    }
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => toPlain(item, `${path}[${i}]`));
  }
  if (typeof value !== "object") {
    throw new TypeError(`${path} is a ${typeof value}: fields of a stage must be plain data, and functions must be methods`);
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toPlain(field, `${path}.${name}`)]));
  if (prototype === null || prototype === Object.prototype) {
    if (Object.hasOwn(value, CLASS)) {
      throw new TypeError(`${path} has a key ${CLASS}, which is reserved`);
    }
    return fields;
  }
  const className = nameByPrototype.get(prototype);
  if (className === undefined) {
    const hint = ArrayBuffer.isView(value) ? "hand bytes over as a side input" : "register its class with registered()";
    throw new TypeError(`${path} is a ${value.constructor.name}: fields of a stage must be plain data; ${hint}`);
  }
  return { [CLASS]: className, fields };
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(fromPlain);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const className = (value as Record<string, unknown>)[CLASS] as string | undefined;
  if (className === undefined) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fromPlain(field)]));
  }
  const found = classByName.get(className);
  if (found === undefined) {
    throw new Error(`class ${className} is not known here: its file must be loaded before a bundle is processed`);
  }
  const instance = Object.create(found.prototype as object) as object;
  for (const [name, field] of Object.entries((value as { fields: object }).fields)) {
    Object.defineProperty(instance, name, { value: fromPlain(field), writable: true, enumerable: true, configurable: true });
  }
  return instance;
}
