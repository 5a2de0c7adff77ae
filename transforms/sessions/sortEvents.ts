import type { ShardEvents } from "./shardEvents";

/**
 * Events grouped by key and sorted inside each key. The sorted events of key k are `offsets[k] .. offsets[k+1]` of `timeMs` and `code`.
 * Order inside a key: time, name, number attributes, text attributes, event id, traffic.
 */
export interface SortedEvents {
  readonly offsets: Uint32Array;
  readonly timeMs: Float64Array;
  readonly code: Uint32Array;
  /** Row in the shard's columns of each sorted event; null where time and code are all there is. */
  readonly order: Uint32Array | null;
}

/** Groups by a counting sort, then sorts each key's run where it is not in order yet. May overwrite the columns of `events`. */
export function sortEvents(events: ShardEvents): SortedEvents {
  const { key, count, keys } = events;
  const offsets = new Uint32Array(keys.count + 1);
  for (let i = 0; i < count; i++) offsets[key[i]! + 1]!++;
  for (let k = 0; k < keys.count; k++) offsets[k + 1]! += offsets[k]!;
  const next = offsets.slice(0, keys.count);
  const width = events.strings.count * 4;
  const plain = events.numbers.length === 0 && events.texts.length === 0 && events.idHigh === null;
  return plain && (events.maxMs - events.minMs + 1) * width < Number.MAX_SAFE_INTEGER
    ? sortComposites(events, offsets, next, width)
    : sortRows(events, offsets, next);
}

/** (time − min) · width + code is an exact integer and holds all of a plain event: sort those numbers and take them apart again. */
function sortComposites(events: ShardEvents, offsets: Uint32Array, next: Uint32Array, width: number): SortedEvents {
  const { key, count, timeMs, code, minMs } = events;
  const composites = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    composites[next[key[i]!]!++] = (timeMs[i]! - minMs) * width + code[i]!;
  }
  for (let k = 0; k + 1 < offsets.length; k++) sortNumbers(composites, offsets[k]!, offsets[k + 1]!);
  for (let i = 0; i < count; i++) {
    const composite = composites[i]!;
    const sinceMin = Math.floor(composite / width);
    timeMs[i] = sinceMin + minMs;
    code[i] = composite - sinceMin * width;
  }
  return { offsets, timeMs, code, order: null };
}

function sortRows(events: ShardEvents, offsets: Uint32Array, next: Uint32Array): SortedEvents {
  const { key, count, timeMs, code } = events;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[next[key[i]!]!++] = i;
  const compare = comparator(events);
  for (let k = 0; k + 1 < offsets.length; k++) {
    if (!isSorted(order, offsets[k]!, offsets[k + 1]!, compare)) {
      order.subarray(offsets[k], offsets[k + 1]).sort(compare);
    }
  }
  return { offsets, timeMs: timeMs.map((_, i) => timeMs[order[i]!]!), code: code.map((_, i) => code[order[i]!]!), order };
}

const SHORT_RUN = 48;

/** Ascending in place: insertion sort for short or nearly sorted runs, the native number sort for long ones. */
function sortNumbers(values: Float64Array, start: number, end: number): void {
  if (end - start > SHORT_RUN) {
    for (let i = start + 1; i < end; i++) {
      if (values[i]! < values[i - 1]!) {
        values.subarray(start, end).sort();
        return;
      }
    }
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const value = values[i]!;
    let j = i - 1;
    while (j >= start && values[j]! > value) {
      values[j + 1] = values[j]!;
      j--;
    }
    values[j + 1] = value;
  }
}

function isSorted(order: Uint32Array, start: number, end: number, compare: (a: number, b: number) => number): boolean {
  for (let i = start + 1; i < end; i++) {
    if (compare(order[i - 1]!, order[i]!) > 0) return false;
  }
  return true;
}

function comparator(events: ShardEvents): (a: number, b: number) => number {
  const { timeMs, code, numbers, texts, idHigh, idLow } = events;
  return (a, b) => {
    let difference = timeMs[a]! - timeMs[b]! || (code[a]! >>> 2) - (code[b]! >>> 2);
    for (let k = 0; k < numbers.length && difference === 0; k++) difference = compareNumbers(numbers[k]![a]!, numbers[k]![b]!);
    for (let k = 0; k < texts.length && difference === 0; k++) difference = texts[k]![a]! - texts[k]![b]!;
    if (difference === 0 && idHigh && idLow) difference = idHigh[a]! - idHigh[b]! || idLow[a]! - idLow[b]!;
    return difference || code[a]! - code[b]!;
  };
}

/** Ascending, none (NaN) first. */
export function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : a - b;
}
