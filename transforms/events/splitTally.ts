import { encodeDeadLetters, type DeadLetter } from "../../model/deadLetter";
import { REASON_INFO, REASONS, reasonOf, type Reason } from "../../model/reasons";
import type { KeyTable } from "../../io/formats/keyTable";
import { textOf } from "../../io/formats/utf8";
import { mergeSketches, sketchOf, type NameSketch } from "./nameSketch";
import type { ReadCounts } from "./readCounts";
import { ROBOT, STAFF } from "./trafficMarks";

/** Dead letters a split keeps of one reason; more are only counted. */
const DEAD_LETTERS_PER_REASON = 1000;

/** Counts and dead letters of one split while it is read. */
export class SplitTally {
  eventsPacked = 0;
  firstMs = Infinity;
  lastMs = -Infinity;
  private readonly setAsideByCode = new Float64Array(REASONS.length + 1);
  private readonly letters: DeadLetter[] = [];
  private readonly lettersByCode = new Float64Array(REASONS.length + 1);
  private lettersLeftOut = 0;
  private readonly eventsByTraffic = new Float64Array(4);
  private eventsByName = new Float64Array(256);
  private unknownEvents = 0;
  private unknownNames: NameSketch = [];
  private names: NameSketch = [];
  private path = "";

  constructor(private readonly rawBytes: number) {}

  /** Begins the counts of a file's split. */
  start(path: string): void {
    this.path = path;
    this.eventsPacked = 0;
    this.firstMs = Infinity;
    this.lastMs = -Infinity;
    this.setAsideByCode.fill(0);
    this.letters.length = 0;
    this.lettersByCode.fill(0);
    this.lettersLeftOut = 0;
    this.eventsByTraffic.fill(0);
    this.eventsByName.fill(0);
    this.unknownEvents = 0;
    this.unknownNames = [];
    this.names = [];
  }

  setAside(code: number, offset: number, bytes: Uint8Array, start: number, end: number): void {
    this.setAsideByCode[code]!++;
    const reason = reasonOf(code);
    if (!REASON_INFO[reason].bad) return;
    if (this.lettersByCode[code]!++ >= DEAD_LETTERS_PER_REASON) {
      this.lettersLeftOut++;
      return;
    }
    const raw = textOf(bytes, start, Math.min(end, start + this.rawBytes));
    this.letters.push({ stage: "ReadAndPack", reason, file: this.path, offset, raw });
  }

  /** Counts a packed event by its code, name id << 2 | traffic. */
  countEvent(code: number): void {
    this.eventsPacked++;
    this.eventsByTraffic[code & 3]!++;
    const name = code >>> 2;
    if (name >= this.eventsByName.length) this.eventsByName = grown(this.eventsByName, name * 2);
    this.eventsByName[name]!++;
  }

  /** Folds the counts by name into the sketches; the ids mean nothing afterwards. `unknown`: 1 for names the catalogue does not list. */
  foldNames(names: KeyTable, unknown: Uint8Array): void {
    const all: string[] = [];
    const notListed: string[] = [];
    for (let id = 0; id < names.count; id++) {
      const count = this.eventsByName[id] ?? 0;
      if (count === 0) continue;
      const name = names.textOf(id);
      all.push(name);
      if (unknown[id] === 1) {
        notListed.push(name);
        this.unknownEvents += count;
      }
    }
    this.eventsByName.fill(0);
    this.names = mergeSketches([this.names, sketchOf(all)]);
    this.unknownNames = mergeSketches([this.unknownNames, sketchOf(notListed)]);
  }

  counts(rowsRead: number): ReadCounts {
    const setAside: Partial<Record<Reason, number>> = {};
    REASONS.forEach((reason, i) => {
      const count = this.setAsideByCode[i + 1]!;
      if (count > 0) setAside[reason] = count;
    });
    const hasTimes = this.firstMs <= this.lastMs;
    const times = { firstMs: hasTimes ? this.firstMs : null, lastMs: hasTimes ? this.lastMs : null };
    return {
      rowsRead,
      eventsPacked: this.eventsPacked,
      setAside,
      files: { [this.path]: { rowsRead, eventsPacked: this.eventsPacked, ...times } },
      ...times,
      robotEvents: this.eventsByTraffic[ROBOT]!,
      staffEvents: this.eventsByTraffic[STAFF]!,
      unknownEvents: this.unknownEvents,
      unknownNames: this.unknownNames,
      names: this.names,
      deadLettersLeftOut: this.lettersLeftOut,
    };
  }

  /** The dead letters as bytes, null when there are none. */
  deadLetters(): Uint8Array | null {
    return this.letters.length === 0 ? null : encodeDeadLetters(this.letters);
  }
}

function grown(from: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(size);
  to.set(from);
  return to;
}
