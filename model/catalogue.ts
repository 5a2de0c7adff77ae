export const EVENT_KINDS = ["user", "background", "system"] as const;
/** Who causes an event: only `user` events make sessions. */
export type EventKind = (typeof EVENT_KINDS)[number];

export const EVENT_ROLES = ["scoring", "long_tail", "auto"] as const;
/** Part an event plays in scoring; `auto` leaves it to training. */
export type EventRole = (typeof EVENT_ROLES)[number];

export interface CatalogueEntry {
  readonly kind: EventKind;
  readonly role: EventRole;
  /** Other names of the same event, e.g. before a renaming. */
  readonly aliases: readonly string[];
  readonly note: string;
}

/** What each event name is (`catalog.yaml`), as plain data. Names not listed are user events of role `auto`. */
export interface Catalogue {
  readonly events: Readonly<Record<string, CatalogueEntry>>;
}

export const EMPTY_CATALOGUE: Catalogue = { events: {} };

/** Where a raw event name leads. */
export interface ResolvedEvent {
  readonly name: string;
  readonly kind: EventKind;
  /** Listed in the catalogue, by name or alias. */
  readonly known: boolean;
}

/** A lookup over a catalogue: raw name (own or alias) → name and kind. Built once, asked per distinct name. */
export function catalogueLookup(catalogue: Catalogue): (rawName: string) => ResolvedEvent {
  const found = new Map<string, ResolvedEvent>();
  for (const [name, entry] of Object.entries(catalogue.events)) {
    for (const alias of entry.aliases) found.set(alias, { name, kind: entry.kind, known: true });
  }
  for (const [name, entry] of Object.entries(catalogue.events)) {
    found.set(name, { name, kind: entry.kind, known: true });
  }
  return (rawName) => found.get(rawName) ?? { name: rawName, kind: "user", known: false };
}
