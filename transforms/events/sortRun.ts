const INSERTION_LIMIT = 32;
let spareMs = new Float64Array(0);
let spareRef = new Uint32Array(0);

/** Sorts `ms[start..end]` ascending and moves `ref` along; events of one time keep their order. In place. */
export function sortRunByTime(ms: Float64Array, ref: Uint32Array, start: number, end: number): void {
  if (end - start <= INSERTION_LIMIT) {
    insertionSort(ms, ref, start, end);
    return;
  }
  let sorted = start + 1;
  while (sorted < end && ms[sorted - 1]! <= ms[sorted]!) sorted++;
  if (sorted === end) return;
  mergeSort(ms, ref, start, end);
}

function insertionSort(ms: Float64Array, ref: Uint32Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const time = ms[i]!;
    if (ms[i - 1]! <= time) continue;
    const moved = ref[i]!;
    let j = i - 1;
    while (j >= start && ms[j]! > time) {
      ms[j + 1] = ms[j]!;
      ref[j + 1] = ref[j]!;
      j--;
    }
    ms[j + 1] = time;
    ref[j + 1] = moved;
  }
}

/** Bottom-up merge sort over insertion-sorted pieces. */
function mergeSort(ms: Float64Array, ref: Uint32Array, start: number, end: number): void {
  const count = end - start;
  if (spareMs.length < count) {
    spareMs = new Float64Array(count * 2);
    spareRef = new Uint32Array(count * 2);
  }
  for (let at = start; at < end; at += INSERTION_LIMIT) {
    insertionSort(ms, ref, at, Math.min(at + INSERTION_LIMIT, end));
  }
  for (let width = INSERTION_LIMIT; width < count; width *= 2) {
    for (let low = start; low + width < end; low += 2 * width) {
      const middle = low + width;
      const high = Math.min(middle + width, end);
      if (ms[middle - 1]! <= ms[middle]!) continue;
      // The left piece steps aside, then both are merged back into place.
      spareMs.set(ms.subarray(low, middle));
      spareRef.set(ref.subarray(low, middle));
      for (let to = low, left = 0, right = middle; left < width; to++) {
        if (right < high && ms[right]! < spareMs[left]!) {
          ms[to] = ms[right]!;
          ref[to] = ref[right++]!;
        } else {
          ms[to] = spareMs[left]!;
          ref[to] = spareRef[left++]!;
        }
      }
    }
  }
}
