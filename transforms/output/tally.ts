import { addExactly, roundedSum, type ExactSum } from "../../ml/exactSum";

/** Rows of a small table on their way: counts and sums by key. Adding is exact, so every order and grouping gives the same. */
export class Tally {
  private readonly rows = new Map<string, TallyRow>();

  /** Adds `counts` and the exact `sums` to the row of a key; all rows of a tally have the same shape. */
  add(key: readonly string[], counts: ArrayLike<number>, sums: readonly ExactSum[] = []): void {
    const text = JSON.stringify(key);
    let row = this.rows.get(text);
    if (row === undefined) {
      row = { key, counts: Array<number>(counts.length).fill(0), sums: sums.map(() => []) };
      this.rows.set(text, row);
    }
    for (let i = 0; i < counts.length; i++) row.counts[i]! += counts[i]!;
    sums.forEach((sum, i) => sum.forEach((value) => addExactly(row.sums[i]!, value)));
  }

  /** Rows by key, parts of keys as UTF-8 bytes. */
  sorted(): TallyRow[] {
    return [...this.rows.values()].sort((a, b) => compareKeys(a.key, b.key));
  }

  encode(): Uint8Array {
    return Buffer.from(JSON.stringify(this.sorted().map(({ key, counts, sums }) => [key, counts, sums])), "utf8");
  }

  addEncoded(bytes: Uint8Array): this {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    for (const [key, counts, sums] of JSON.parse(text) as [string[], number[], ExactSum[]][]) this.add(key, counts, sums);
    return this;
  }
}

export interface TallyRow {
  readonly key: readonly string[];
  readonly counts: number[];
  readonly sums: ExactSum[];
}

/** The double nearest to a row's sum. */
export const sumOf = (row: TallyRow, i: number) => roundedSum([...(row.sums[i] ?? [])]);

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = Buffer.compare(Buffer.from(a[i]!, "utf8"), Buffer.from(b[i] ?? "", "utf8"));
    if (order !== 0) return order;
  }
  return 0;
}
