import { catalogueLookup, type Catalogue, type ResolvedEvent } from "../../model/catalogue";
import type { EventNameConfig } from "../../model/config";
import { reasonCode } from "../../model/reasons";
import { KeyTable } from "../../io/formats/keyTable";
import { MISSING, polyHash, type RowFields } from "../../io/formats/rows";
import { isValidUtf8, Scratch, textOf } from "../../io/formats/utf8";
import { isAddress, shortenAddress } from "./address";

const MISSING_EVENT = reasonCode("missing_event");
const BAD_ENCODING = reasonCode("bad_encoding");
const BACKGROUND = reasonCode("background");
const SYSTEM = reasonCode("system");
/** Joins the parts of a raw name; never part of valid UTF-8. */
const PART_MARK = 0xff;
/** Raw names kept at most; a log whose names are ids would fill the memory otherwise. */
const MAX_RAW_NAMES = 1 << 18;

/**
 * Event names of rows → dense ids. The rule (joined columns, address, catalogue with its aliases) runs once per distinct raw name; rows
 * after the first cost one table look-up.
 */
export class EventNames {
  /** Final names, one id each. */
  readonly names = new KeyTable();
  /** 1 for final names the catalogue does not list; all 0 where there is no catalogue. */
  unknown = new Uint8Array(256);
  private readonly raw = new KeyTable();
  /** Per raw name: id of the final name, or minus the code of the reason why its events are not used. */
  private outcome = new Int32Array(256);
  private readonly scratch = new Scratch();
  private readonly lookup: (rawName: string) => ResolvedEvent;
  private readonly hasCatalogue: boolean;

  constructor(
    private readonly rule: EventNameConfig,
    private readonly slots: readonly number[],
    catalogue: Catalogue | null,
  ) {
    this.hasCatalogue = catalogue !== null && Object.keys(catalogue.events).length > 0;
    this.lookup = catalogueLookup(catalogue ?? { events: {} });
  }

  /** Forgets all names; ids given before mean nothing afterwards. */
  clear(): void {
    this.names.clear();
    this.raw.clear();
  }

  get isFull(): boolean {
    return this.raw.count >= MAX_RAW_NAMES;
  }

  /** Id of the row's event name, or minus a reason's code. */
  idOf(bytes: Uint8Array, fields: RowFields): number {
    const { raw, slots } = this;
    const before = raw.count;
    let id: number;
    if (slots.length === 1) {
      const slot = slots[0]!;
      if (fields.kind[slot] === MISSING || fields.start[slot] === fields.end[slot]) return -MISSING_EVENT;
      id = raw.intern(0, bytes, fields.start[slot]!, fields.end[slot]!, fields.hash[slot]!);
    } else {
      const { scratch } = this;
      scratch.length = 0;
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!;
        if (i > 0) {
          scratch.reserve(1);
          scratch.bytes[scratch.length++] = PART_MARK;
        }
        if (fields.kind[slot] !== MISSING) scratch.raw(bytes, fields.start[slot]!, fields.end[slot]!);
      }
      if (scratch.length === slots.length - 1) return -MISSING_EVENT;
      id = raw.intern(0, scratch.bytes, 0, scratch.length, polyHash(scratch.bytes, 0, scratch.length));
    }
    return id === before ? this.resolve(id) : this.outcome[id]!;
  }

  private resolve(id: number): number {
    if (id >= this.outcome.length) {
      const grown = new Int32Array(id * 2);
      grown.set(this.outcome);
      this.outcome = grown;
    }
    return (this.outcome[id] = this.outcomeOf(this.raw.bytesOf(id)));
  }

  private outcomeOf(raw: Uint8Array): number {
    const parts: string[] = [];
    for (let start = 0; start <= raw.length;) {
      const mark = this.slots.length === 1 ? -1 : raw.indexOf(PART_MARK, start);
      const end = mark < 0 ? raw.length : mark;
      if (!isValidUtf8(raw, start, end)) return -BAD_ENCODING;
      parts.push(textOf(raw, start, end));
      start = end + 1;
    }
    // Bytes that are not UTF-8 may hold the mark itself.
    if (parts.length !== this.slots.length) return -BAD_ENCODING;
    const { address } = this.rule;
    let background = false;
    const shown = parts.map((part) => {
      if (address === null || !isAddress(part)) return part;
      const short = shortenAddress(part, address);
      background ||= short.background;
      return short.name;
    });
    const resolved = this.lookup(shown.join(this.rule.separator));
    if (resolved.kind === "system") return -SYSTEM;
    // A person's word in the catalogue beats the rule.
    if (resolved.kind === "background" || (background && !resolved.known)) return -BACKGROUND;
    const bytes = Buffer.from(resolved.name, "utf8");
    const id = this.names.intern(0, bytes, 0, bytes.length, polyHash(bytes, 0, bytes.length));
    if (id >= this.unknown.length) {
      const grown = new Uint8Array(id * 2);
      grown.set(this.unknown);
      this.unknown = grown;
    }
    this.unknown[id] = this.hasCatalogue && !resolved.known ? 1 : 0;
    return id;
  }
}
