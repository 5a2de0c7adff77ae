import { encodeDeadLetters, type DeadLetter } from "../../model/deadLetter";
import { REASON_INFO, REASONS, reasonOf, type Reason } from "../../model/reasons";
import type { KeyTable } from "../../io/formats/keyTable";
import { textOf } from "../../io/formats/utf8";
import { mergeSketches, sketchOf, type NameSketch } from "./nameSketch";
import type { ReadCounts } from "./readCounts";
import { ROBOT } from "./trafficMarks";

/** Dead letters a split keeps of one reason; more are only counted. */
export const DEAD_LETTERS_PER_REASON = 1000;

/** Counts and dead letters of one split while it is read. */
export class SplitTally {
  eventsPacked = 0;
  firstMs = Infinity;
  lastMs = -Infinity;
  private readonly setAsideByCode = new Float64Array(REASONS.length + 1);
  private readonly letters: DeadLetter[] = [];
  private readonly lettersByCode = new Float64Array(REASONS.length + 1);
  private lettersLeftOut = 0;
  private robotEvents = 0;
  private staffEvents = 0;
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
    this.robotEvents = 0;
    this.staffEvents = 0;
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

  countTraffic(code: number): void {
    if (code === ROBOT) this.robotEvents++;
    else this.staffEvents++;
  }

  /** Counts the names of packed events; `codes` hold name id << 2. */
  addNames(names: KeyTable, unknown: Uint8Array, codes: Uint32Array, count: number): void {
    const used = new Uint8Array(names.count);
    let unknownEvents = 0;
    for (let i = 0; i < count; i++) {
      const name = codes[i]! >>> 2;
      used[name] = 1;
      unknownEvents += unknown[name]!;
    }
    this.unknownEvents += unknownEvents;
    const all: string[] = [];
    const notListed: string[] = [];
    used.forEach((isUsed, id) => {
      if (isUsed === 0) return;
      const name = names.textOf(id);
      all.push(name);
      if (unknown[id] === 1) notListed.push(name);
    });
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
      robotEvents: this.robotEvents,
      staffEvents: this.staffEvents,
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
