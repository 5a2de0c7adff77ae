import { reasonCode } from "../../model/reasons";
import { JsonLineReader } from "./jsonText";
import { KeyTable } from "./keyTable";
import { DIGITS, MISSING, polyHash, TEXT, type FieldPlan, type LineScanner, type RowFields, type RowSink } from "./rows";

const MALFORMED = reasonCode("malformed");
const TOO_LONG = reasonCode("too_long");
const QUOTE = 34;
const BACKSLASH = 92;
const POINT = 46;
const MAX_KEYS = 4096;
const MAX_DEPTH = 32;

/**
 * JSON lines, read as bytes. A row of objects, strings without escapes, numbers and literals is read here; every other line, and every
 * line that looks wrong, goes through `JSON.parse` (`JsonLineReader`), so that the result is the same for all lines. Keys are predicted:
 * after the key that came last time comes the key that followed it then, so known key orders cost one comparison a key.
 *
 * A column is the property of that name, else a path with dots. A value that is an object or an array counts as missing.
 */
export class JsonLinesScanner implements LineScanner {
  rowCount = 0;
  private readonly fields: RowFields;
  private readonly slotCount: number;
  private readonly hashed: Uint8Array;
  private readonly slow: JsonLineReader;
  private readonly root: KeyContext;

  constructor(
    plan: FieldPlan,
    private readonly sink: RowSink,
    private readonly maxLineBytes: number,
  ) {
    this.fields = sink.fields;
    this.slotCount = plan.columns.length;
    this.hashed = Uint8Array.from(plan.hashed, Number);
    this.slow = new JsonLineReader(plan, this.fields);
    this.root = new KeyContext(plan.columns, "");
  }

  skipRow(): void {
    this.rowCount += 1;
  }

  scan(bytes: Uint8Array, start: number, stop: number, base: number): number {
    const { sink, fields, slotCount } = this;
    for (let at = start; at < stop;) {
      for (let slot = 0; slot < slotCount; slot++) {
        fields.kind[slot] = MISSING;
      }
      let next = bytes[at] === 123 ? this.object(bytes, at, this.root, 0) : -1;
      if (next > 0) {
        while (bytes[next] === 13 || bytes[next] === 32 || bytes[next] === 9) next++;
        if (bytes[next] !== 10) next = -1;
      }
      if (next < 0) {
        at = this.oddLine(bytes, at, base);
        continue;
      }
      this.rowCount++;
      const code = next - at > this.maxLineBytes ? TOO_LONG : sink.accept(bytes);
      if (code !== 0) sink.setAside(code, base + at, bytes, at, next);
      at = next + 1;
    }
    return stop;
  }

  private oddLine(bytes: Uint8Array, at: number, base: number): number {
    const end = bytes.indexOf(10, at);
    let first = at;
    while (first < end && (bytes[first] === 32 || bytes[first] === 9 || bytes[first] === 13)) first++;
    if (first === end) return end + 1;
    this.rowCount++;
    let code = MALFORMED;
    if (end - at > this.maxLineBytes) code = TOO_LONG;
    else if (this.slow.read(bytes.subarray(at, end))) code = this.sink.accept(this.slow.scratch.bytes);
    if (code !== 0) this.sink.setAside(code, base + at, bytes, at, end);
    return end + 1;
  }

  /** Reads the object that begins at `at`; where it ends (excluded), or -1 for a line to be read the slow way. */
  private object(bytes: Uint8Array, at: number, context: KeyContext, depth: number): number {
    const { kind, start, end, hash } = this.fields;
    const { hashed } = this;
    const { keys, followers, slotOf } = context;
    let previous = 0;
    let x = bytes[++at]!;
    while (x === 32 || x === 9) x = bytes[++at]!;
    if (x === 125) return at + 1;
    for (;;) {
      if (x !== QUOTE) return -1;
      // Key: the predicted one, else looked up.
      let key = followers[previous]!;
      const { arena, offsets } = keys;
      const keyEnd = offsets[key + 1]!;
      let q = ++at;
      let a = offsets[key]!;
      while (a < keyEnd && arena[a] === bytes[q]) {
        a++;
        q++;
      }
      if (a === keyEnd && bytes[q] === QUOTE && bytes[q + 1] === 58) {
        at = q + 2;
      } else {
        q = at;
        while ((x = bytes[q]!) !== QUOTE) {
          if (x < 32 || x === BACKSLASH) return -1;
          q++;
        }
        key = context.idOf(bytes, at, q);
        if (key < 0) return -1;
        followers[previous] = key;
        at = q + 1;
        while (bytes[at] === 32 || bytes[at] === 9) at++;
        if (bytes[at++] !== 58) return -1;
      }
      previous = key;
      x = bytes[at]!;
      while (x === 32 || x === 9) x = bytes[++at]!;
      // Value.
      const slot = slotOf[key]!;
      if (x === QUOTE) {
        q = ++at;
        if (slot < 0) {
          while ((x = bytes[q]!) !== QUOTE) {
            if (x < 32 || x === BACKSLASH) return -1;
            q++;
          }
        } else {
          start[slot] = at;
          if (hashed[slot] === 1) {
            let h = 0;
            for (; ; q++) {
              x = bytes[q]!;
              if (x > QUOTE) {
                if (x === BACKSLASH) return -1;
              } else if (x === QUOTE) break;
              else if (x < 32) return -1;
              h = (Math.imul(h, 31) + x) | 0;
            }
            hash[slot] = h;
          } else {
            while ((x = bytes[q]!) !== QUOTE) {
              if (x < 32 || x === BACKSLASH) return -1;
              q++;
            }
          }
          end[slot] = q;
          kind[slot] = TEXT;
        }
        at = q + 1;
        if (slot < -1) this.clearBelow(context.childOf[key]);
      } else if (slot >= 0 && x > 48 && x <= 57 && (q = this.digits(bytes, at, slot)) > 0) {
        at = q;
      } else {
        if (slot < -1) this.clearBelow(context.childOf[key]);
        q = this.otherValue(bytes, at, x, context.childOf[key], depth);
        if (q < 0) return -1;
        if (slot >= 0) {
          // Objects, arrays and null are no values of a column.
          if (x === 123 || x === 91 || x === 110) kind[slot] = MISSING;
          else {
            kind[slot] = TEXT;
            start[slot] = at;
            end[slot] = q;
            if (hashed[slot] === 1) hash[slot] = polyHash(bytes, at, q);
          }
        }
        at = q;
      }
      x = bytes[at]!;
      while (x === 32 || x === 9) x = bytes[++at]!;
      if (x === 44) {
        x = bytes[++at]!;
        while (x === 32 || x === 9) x = bytes[++at]!;
      } else {
        return x === 125 ? at + 1 : -1;
      }
    }
  }

  /** A wanted whole number of at most 15 digits; where it ends, or -1 when the value at `at` is another. */
  private digits(bytes: Uint8Array, at: number, slot: number): number {
    const { kind, start, end, hash, value } = this.fields;
    let number = 0;
    let q = at;
    let x = bytes[q]! - 48;
    do {
      number = number * 10 + x;
      x = bytes[++q]! - 48;
    } while (x >= 0 && x <= 9);
    const next = bytes[q]!;
    if (q - at > 15 || next === POINT || next === 69 || next === 101) return -1;
    kind[slot] = DIGITS;
    start[slot] = at;
    end[slot] = q;
    value[slot] = number;
    if (this.hashed[slot] === 1) hash[slot] = polyHash(bytes, at, q);
    return q;
  }

  /** A value that is no string; where it ends, or -1. */
  private otherValue(bytes: Uint8Array, at: number, x: number, child: KeyContext | undefined, depth: number): number {
    if (x === 45 || (x >= 48 && x <= 57)) return numberEnd(bytes, at);
    if (x === 123) return depth < MAX_DEPTH ? this.object(bytes, at, child ?? NOTHING_WANTED, depth + 1) : -1;
    if (x === 91) return depth < MAX_DEPTH ? this.array(bytes, at, depth + 1) : -1;
    if (x === 116) return matches(bytes, at, TRUE) ? at + 4 : -1;
    if (x === 102) return matches(bytes, at, FALSE) ? at + 5 : -1;
    if (x === 110) return matches(bytes, at, NULL) ? at + 4 : -1;
    return -1;
  }

  private array(bytes: Uint8Array, at: number, depth: number): number {
    let x = bytes[++at]!;
    while (x === 32 || x === 9) x = bytes[++at]!;
    if (x === 93) return at + 1;
    for (;;) {
      if (x === QUOTE) {
        at++;
        while ((x = bytes[at]!) !== QUOTE) {
          if (x < 32 || x === BACKSLASH) return -1;
          at++;
        }
        at++;
      } else {
        at = this.otherValue(bytes, at, x, undefined, depth);
        if (at < 0) return -1;
      }
      x = bytes[at]!;
      while (x === 32 || x === 9) x = bytes[++at]!;
      if (x === 93) return at + 1;
      if (x !== 44) return -1;
      x = bytes[++at]!;
      while (x === 32 || x === 9) x = bytes[++at]!;
    }
  }

  /** A key may come twice, and the last one counts: what an earlier one brought is forgotten. */
  private clearBelow(child: KeyContext | undefined): void {
    for (const slot of child?.slotsBelow ?? []) {
      this.fields.kind[slot] = MISSING;
    }
  }
}

/** The keys met in the objects at one place of a row, with the slots they fill. */
class KeyContext {
  readonly keys = new KeyTable();
  /** Key that came after each key when it was last seen; index 0 is the start of the object. */
  readonly followers: Uint16Array = new Uint16Array(MAX_KEYS + 1);
  /** Slot of each key, -1 = none, -2 = none itself but paths lead through it. */
  readonly slotOf = new Int32Array(MAX_KEYS + 1).fill(-1);
  readonly childOf: (KeyContext | undefined)[] = [];
  readonly slotsBelow: number[] = [];
  private readonly wanted = new Map<string, number>();
  private readonly children = new Map<string, KeyContext>();
  private readonly refused = new Set<string>();

  constructor(columns: readonly string[], prefix: string) {
    // Id 0 is no key: it stands for the start of the object, and no text equals it.
    this.keys.intern(1, new Uint8Array(0), 0, 0, 0);
    columns.forEach((column, slot) => {
      if (prefix !== "" && !column.startsWith(prefix)) return;
      const rest = column.slice(prefix.length);
      if (prefix !== "") this.slotsBelow.push(slot);
      const dot = rest.indexOf(".");
      if (dot < 0) {
        this.wanted.set(rest, slot);
        return;
      }
      // A property whose own name has the dots would come before the path: the slow reader decides.
      if (prefix === "") this.refused.add(rest);
      const head = rest.slice(0, dot);
      if (!this.children.has(head)) this.children.set(head, new KeyContext(columns, `${prefix}${head}.`));
    });
  }

  /** Id of the key `bytes[start..end]`; -1 for one that must be read the slow way. */
  idOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = polyHash(bytes, start, end);
    const known = this.keys.find(0, bytes, start, end, hash);
    if (known >= 0) return known;
    const name = Buffer.from(bytes.subarray(start, end)).toString("utf8");
    if (this.keys.count > MAX_KEYS || this.refused.has(name)) return -1;
    const id = this.keys.intern(0, bytes, start, end, hash);
    const child = this.children.get(name);
    this.childOf[id] = child;
    this.slotOf[id] = this.wanted.get(name) ?? (child === undefined ? -1 : -2);
    // A column and a path through it (`user` and `user.id`): both are kept right by the slow reader only.
    if (child !== undefined && this.wanted.has(name)) this.refused.add(name);
    return this.refused.has(name) ? -1 : id;
  }
}

const NOTHING_WANTED = new KeyContext([], "");
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

function matches(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word[i]) return false;
  }
  return true;
}

/** Where the JSON number at `at` ends, or -1 when it is none. */
function numberEnd(bytes: Uint8Array, at: number): number {
  let x = bytes[at]!;
  if (x === 45) x = bytes[++at]!;
  if (x === 48) x = bytes[++at]!;
  else {
    if (x < 49 || x > 57) return -1;
    do x = bytes[++at]!;
    while (x >= 48 && x <= 57);
  }
  if (x === 46) {
    x = bytes[++at]!;
    if (x < 48 || x > 57) return -1;
    do x = bytes[++at]!;
    while (x >= 48 && x <= 57);
  }
  if (x === 101 || x === 69) {
    x = bytes[++at]!;
    if (x === 43 || x === 45) x = bytes[++at]!;
    if (x < 48 || x > 57) return -1;
    do x = bytes[++at]!;
    while (x >= 48 && x <= 57);
  }
  return at;
}
