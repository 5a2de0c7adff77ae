/** Items to group, and how alike they are. */
export interface LikenessGraph {
  readonly count: number;
  /** How alike items i and j are, the same both ways. */
  readonly likeness: (i: number, j: number) => number;
  /** Items of the same owner are never in one group. */
  readonly ownerOf: (i: number) => string;
}

/**
 * Groups by average link (UPGMA; Sokal & Michener 1958): again and again the two groups whose items are most alike on average become
 * one, as long as that average is at least `from` and they have no owner in common. Ties go to the groups with the lowest items.
 * O(n²) memory (32-bit), about O(n²) time.
 * @returns items of each group ascending, groups by their first items
 */
export function averageLinkGroups({ count, likeness, ownerOf }: LikenessGraph, from: number): number[][] {
  // Likeness of groups, each known by its first item; -Infinity between groups that may not join, and averages keep it so.
  const between = new Float32Array(count * count).fill(-Infinity);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      if (ownerOf(i) === ownerOf(j)) continue;
      between[i * count + j] = between[j * count + i] = likeness(i, j);
    }
  }
  const groups = Array.from({ length: count }, (_, i): number[] | null => [i]);
  const value = (i: number, j: number) => between[i * count + j] as number;
  const nearest = new Int32Array(count);
  const setNearest = (i: number) => {
    nearest[i] = -1;
    for (let j = 0; j < count; j++) {
      if (j === i || groups[j] === null) continue;
      if (value(i, j) > (nearest[i] < 0 ? -Infinity : value(i, nearest[i]))) nearest[i] = j;
    }
  };
  for (let i = 0; i < count; i++) setNearest(i);
  for (;;) {
    let best = -1;
    for (let i = 0; i < count; i++) {
      if (groups[i] === null || (nearest[i] as number) < 0) continue;
      if (best < 0 || value(i, nearest[i] as number) > value(best, nearest[best] as number)) best = i;
    }
    if (best < 0 || !(value(best, nearest[best] as number) >= from)) break;
    const other = nearest[best] as number;
    const [kept, gone] = [groups[best] as number[], groups[other] as number[]];
    for (let k = 0; k < count; k++) {
      const mean = (kept.length * value(best, k) + gone.length * value(other, k)) / (kept.length + gone.length);
      between[best * count + k] = between[k * count + best] = mean;
    }
    groups[best] = [...kept, ...gone].sort((a, b) => a - b);
    groups[other] = null;
    // An average is never above the larger of the two, so only rows that had one of them as nearest have another now.
    for (let k = 0; k < count; k++) {
      if (groups[k] !== null && (k === best || nearest[k] === best || nearest[k] === other)) setNearest(k);
    }
  }
  return groups.filter((group) => group !== null);
}
