import { Document, isMap, parseDocument } from "yaml";

export interface SeenEvent {
  readonly name: string;
  readonly rows: number;
}

/** Names that look like something the program does by itself. Two-letter guesses are not worth much: people decide. */
const BACKGROUND =
  /(^|[_.\-/ ])(heartbeat|ping|keep_?alive|prefetch|preload|telemetry|perf(ormance)?|log_?flush|config_?fetch|sync)([_.\-/ ]|$)|_loaded$/i;
/** Names listed at most; the rest are user events anyway. */
const MOST_NAMES = 300;

const HEADER = [
  " What each event name is, written by `sessionary init`: `user` (somebody did it), `background` (the program did it by itself) or",
  " `system`. Only user events make sessions. Names not listed here are user events. The long form of an entry:",
  "   checkout_start: { kind: user, role: scoring, aliases: [begin_checkout], note: renamed in May }",
].join("\n");

/** Text of a new `catalog.yaml`: the names seen, most frequent first, each with a guess at its kind. */
export function catalogText(events: readonly SeenEvent[]): string {
  const document = new Document({ events: {} });
  document.commentBefore = HEADER;
  addEvents(document, events);
  return document.toString({ lineWidth: 0 });
}

/** Adds the names that a catalogue does not have yet; its entries and comments stay as they are. */
export function extendedCatalogText(text: string, events: readonly SeenEvent[]): string {
  const document = parseDocument(text);
  if (!isMap(document.contents)) return catalogText(events);
  addEvents(document, events);
  return document.toString({ lineWidth: 0 });
}

function addEvents(document: Document, events: readonly SeenEvent[]): void {
  for (const { name, rows } of events.slice(0, MOST_NAMES)) {
    if (document.hasIn(["events", name])) continue;
    const kind = BACKGROUND.test(name) ? "background" : "user";
    const value = document.createNode(kind);
    value.comment = ` ${rows.toLocaleString("en-US")} rows seen${kind === "background" ? "; a guess by its name" : ""}`;
    document.setIn(["events", name], value);
  }
}
