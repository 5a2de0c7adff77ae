import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import { EVENT_KINDS, EVENT_ROLES, type Catalogue, type CatalogueEntry, type EventKind, type EventRole } from "./catalogue";
import { UserError } from "./errors";

/**
 * Reads `catalog.yaml`:
 *
 *     events:
 *       checkout_start: { kind: user, role: scoring, aliases: [begin_checkout] }
 *       heartbeat: background          # short for { kind: background }
 *
 * @throws UserError naming every problem at once, each with its line.
 */
export function parseCatalogue(text: string, file: string): Catalogue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: string[] = document.errors.map((error) => error.message.split("\n")[0] ?? "not YAML");
  const at = (node: unknown) => `line ${lines.linePos((node as Node | undefined)?.range?.[0] ?? 0).line}`;
  const events: Record<string, CatalogueEntry> = Object.create(null) as Record<string, CatalogueEntry>;
  const ownerOf = new Map<string, string>();
  const own = (name: string, owner: string, node: unknown) => {
    const other = ownerOf.get(name);
    if (other !== undefined) problems.push(`${at(node)}: "${name}" already belongs to the event "${other}"`);
    ownerOf.set(name, owner);
  };
  const root: unknown = document.contents;
  if (problems.length === 0 && root !== null) {
    const list: unknown = isMap(root) ? root.get("events", true) : undefined;
    if (!isMap(root)) problems.push(`${at(root)}: expected "events:" with a name a line`);
    else {
      for (const { key } of root.items) {
        if (String(key) !== "events") problems.push(`${at(key)}: unknown key "${String(key)}"; only "events" is known here`);
      }
    }
    if (isMap(list)) {
      for (const item of list.items as Pair<Node, Node | null>[]) {
        const name = isScalar(item.key) ? String(item.key.value) : "";
        if (name === "") problems.push(`${at(item.key)}: an event needs a name`);
        else {
          own(name, name, item.key);
          events[name] = entryOf(name, item.value, at, problems, own);
        }
      }
    } else if (list !== undefined && !(isScalar(list) && list.value === null)) {
      problems.push(`${at(list)}: "events" must hold a name a line`);
    }
  }
  if (problems.length > 0) {
    throw new UserError(`${file}: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}`, problems);
  }
  return { events: { ...events } };
}

function entryOf(
  name: string,
  node: Node | null,
  at: (node: unknown) => string,
  problems: string[],
  own: (alias: string, owner: string, node: unknown) => void,
): CatalogueEntry {
  let kind: EventKind = "user";
  let role: EventRole = "auto";
  let note = "";
  const aliases: string[] = [];
  const choose = <T extends string>(choices: readonly T[], value: unknown, what: string, where: unknown, before: T): T => {
    if (choices.includes(value as T)) return value as T;
    problems.push(`${at(where)}: ${what} of "${name}" must be ${choices.join(", ")}, not ${JSON.stringify(value) ?? "empty"}`);
    return before;
  };
  if (node === null || (isScalar(node) && node.value === null)) return { kind, role, aliases, note };
  if (isScalar(node)) return { kind: choose(EVENT_KINDS, node.value, "kind", node, kind), role, aliases, note };
  if (!isMap(node)) {
    problems.push(`${at(node)}: "${name}" must be a kind or { kind, role, aliases, note }`);
    return { kind, role, aliases, note };
  }
  for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
    const field = isScalar(key) ? String(key.value) : "";
    const scalar = isScalar(value) ? value.value : undefined;
    if (field === "kind") kind = choose(EVENT_KINDS, scalar, "kind", value, kind);
    else if (field === "role") role = choose(EVENT_ROLES, scalar, "role", value, role);
    else if (field === "note") note = typeof scalar === "string" ? scalar : JSON.stringify(scalar ?? "");
    else if (field === "aliases" && isSeq(value)) {
      for (const alias of value.items) {
        const text = isScalar(alias) ? String(alias.value) : "";
        own(text, name, alias);
        aliases.push(text);
      }
    } else problems.push(`${at(key)}: unknown key "${field}" of "${name}"; known: kind, role, aliases (a list), note`);
  }
  return { kind, role, aliases, note };
}
