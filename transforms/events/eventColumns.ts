/** Growing typed columns of the events of one split, in reading order. Kept per thread and used again for the next split. */
export class EventColumns {
  count = 0;
  capacity = 1 << 14;
  /** Session key, an id of the key table. */
  key = new Uint32Array(this.capacity);
  /** UTC epoch milliseconds, whole numbers. */
  timeMs = new Float64Array(this.capacity);
  /** Name id << 2 | traffic code: what the block stores, with the name's number in the block instead of the id. */
  code = new Uint32Array(this.capacity);
  readonly numbers: Float64Array[];
  /** 0 = none, else 1 + text id. */
  readonly texts: Uint32Array[];
  /** Two halves of the event-id hash; empty where there are no ids. */
  idHigh: Uint32Array;
  idLow: Uint32Array;

  constructor(readonly shape: { readonly hasEventIds: boolean; readonly numberCount: number; readonly textCount: number }) {
    const { capacity } = this;
    this.numbers = Array.from({ length: shape.numberCount }, () => new Float64Array(capacity));
    this.texts = Array.from({ length: shape.textCount }, () => new Uint32Array(capacity));
    this.idHigh = new Uint32Array(shape.hasEventIds ? capacity : 0);
    this.idLow = new Uint32Array(shape.hasEventIds ? capacity : 0);
  }

  /** True when an event is only its key, time and code. */
  get isPlain(): boolean {
    return !this.shape.hasEventIds && this.shape.numberCount === 0 && this.shape.textCount === 0;
  }

  grow(): void {
    const capacity = this.capacity * 2;
    this.key = grown(this.key, new Uint32Array(capacity));
    this.timeMs = grown(this.timeMs, new Float64Array(capacity));
    this.code = grown(this.code, new Uint32Array(capacity));
    this.numbers.forEach((column, i) => (this.numbers[i] = grown(column, new Float64Array(capacity))));
    this.texts.forEach((column, i) => (this.texts[i] = grown(column, new Uint32Array(capacity))));
    if (this.shape.hasEventIds) {
      this.idHigh = grown(this.idHigh, new Uint32Array(capacity));
      this.idLow = grown(this.idLow, new Uint32Array(capacity));
    }
    this.capacity = capacity;
  }
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
