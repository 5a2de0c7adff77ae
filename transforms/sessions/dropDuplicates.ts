import type { ShardEvents } from "./shardEvents";
import { compareNumbers, type SortedEvents } from "./sortEvents";

/** Positions of the kept events of some keys, one after the other, and how many duplicates each stands for. */
export class KeptEvents {
  positions: Uint32Array = new Uint32Array(1024);
  duplicates: Uint32Array = new Uint32Array(1024);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  push(position: number): void {
    if (this.count === this.positions.length) {
      this.positions = grown(this.positions);
      this.duplicates = grown(this.duplicates);
    }
    this.positions[this.count] = position;
    this.duplicates[this.count++] = 0;
  }
}

/**
 * Appends the events `start .. end` of one key without duplicates. Two events are the same when their ids are (the earliest stays), or,
 * where one has no id, when time, name and all attributes are. Of equal events the highest traffic code stays.
 */
export function dropDuplicates(events: ShardEvents, sorted: SortedEvents, start: number, end: number, kept: KeptEvents): void {
  const { code, order } = sorted;
  const { idHigh, idLow } = events;
  const firstWithId = idHigh ? new Map<number, Map<number, number>>() : null;
  let previous = -1;
  for (let i = start; i < end; i++) {
    if (previous >= 0 && sameFields(events, sorted, previous, i)) {
      kept.duplicates[kept.count - 1]!++;
      // Equal events are sorted by traffic: the later one has the higher code.
      code[kept.positions[kept.count - 1]!] = code[i]!;
      continue;
    }
    if (idHigh && idLow && order && firstWithId) {
      const row = order[i]!;
      const high = idHigh[row]!;
      const low = idLow[row]!;
      if (high !== 0 || low !== 0) {
        const sameHigh = firstWithId.get(high) ?? new Map<number, number>();
        const first = sameHigh.get(low);
        if (first !== undefined) {
          kept.duplicates[first]!++;
          continue;
        }
        sameHigh.set(low, kept.count);
        firstWithId.set(high, sameHigh);
      }
    }
    kept.push(i);
    previous = i;
  }
}

function sameFields(events: ShardEvents, sorted: SortedEvents, a: number, b: number): boolean {
  const { timeMs, code, order } = sorted;
  if (timeMs[a] !== timeMs[b] || code[a]! >>> 2 !== code[b]! >>> 2) return false;
  if (!order) return true;
  const { idHigh, idLow } = events;
  const rowA = order[a]!;
  const rowB = order[b]!;
  if (idHigh && idLow) {
    const bothHaveIds = (idHigh[rowA]! | idLow[rowA]!) !== 0 && (idHigh[rowB]! | idLow[rowB]!) !== 0;
    if (bothHaveIds) return idHigh[rowA] === idHigh[rowB] && idLow[rowA] === idLow[rowB];
  }
  return (
    events.numbers.every((column) => compareNumbers(column[rowA]!, column[rowB]!) === 0) &&
    events.texts.every((column) => column[rowA] === column[rowB])
  );
}

function grown(values: Uint32Array): Uint32Array {
  const larger = new Uint32Array(values.length * 2);
  larger.set(values);
  return larger;
}
