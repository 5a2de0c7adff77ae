/** Nested integer counts, e.g. `{ rows: 3, reasons: { malformed: 1 } }`. */
export interface Counts {
  [name: string]: number | Counts;
}

/**
 * Sums counts name by name; names absent in one count as 0. Associative and commutative as long as sums stay below 2^53.
 * @throws RangeError where a number is not a safe integer, or a name is a number in one and nested in the other
 */
export function sumCounts(all: Iterable<Counts>): Counts {
  const sum = noCounts();
  for (const counts of all) addTo(sum, counts);
  return sum;
}

// No prototype: counts are keyed by names out of logs, and `__proto__` is a name like any other.
const noCounts = () => Object.create(null) as Counts;

function addTo(sum: Counts, counts: Counts): void {
  for (const name of Object.keys(counts)) {
    const added = counts[name]!;
    const known = sum[name];
    if (known !== undefined && typeof known !== typeof added) throw new RangeError(`count ${name} is both a number and nested`);
    if (typeof added === "number") {
      const total = ((known ?? 0) as number) + added;
      if (!Number.isSafeInteger(total)) throw new RangeError(`count ${name}: not a whole number below 2^53`);
      sum[name] = total;
    } else {
      addTo((known as Counts | undefined) ?? (sum[name] = noCounts()), added);
    }
  }
}

/** JSON bytes with sorted names: equal counts give equal bytes. */
export function encodeCounts(counts: Counts): Uint8Array {
  return Buffer.from(JSON.stringify(sorted(counts)));
}

export function decodeCounts(bytes: Uint8Array): Counts {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return bytes.length === 0 ? {} : (JSON.parse(text) as Counts);
}

function sorted(counts: Counts): Counts {
  const out = Object.create(null) as Counts;
  for (const name of Object.keys(counts).sort()) {
    const value = counts[name]!;
    out[name] = typeof value === "number" ? value : sorted(value);
  }
  return out;
}
