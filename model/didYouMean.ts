/** Edit distance with swaps of neighbours (optimal string alignment), in edits. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** The known name a person most likely meant by `written`, or null when none is near. Case, `_`, `-` and spaces do not count. */
export function nearestName(written: string, known: Iterable<string>): string | null {
  const plain = (name: string) => name.toLowerCase().replace(/[_\-\s]/g, "");
  let nearest: string | null = null;
  let nearestDistance = Infinity;
  for (const name of known) {
    const distance = editDistance(plain(written), plain(name));
    if (distance < nearestDistance) [nearest, nearestDistance] = [name, distance];
  }
  return nearestDistance <= Math.max(1, Math.floor(written.length / 3)) ? nearest : null;
}
