import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { combinePerKey, groupByKey, source, spread, stage, type BytesCombineFn } from "../../beam/stages";
import type { BuildPipeline, Grouped, KeyedBytes } from "../../beam/types";

/** A small pipeline with everything ours have: spread, group-by-key, combine, side inputs, files as its only result. */
export interface ToyOptions {
  readonly dir: string;
  readonly units: number;
  readonly rowsPerUnit: number;
  /** Rows of one key that every unit adds to; 0 for none. */
  readonly hotRows: number;
  readonly modelBytes: number;
  readonly parts: number;
  /** Busy time per unit; a file `.started-…` says that it began. */
  readonly unitMs: number;
  /** Unit that throws; -1 for none. */
  readonly failingUnit: number;
  /** The first worker that has written a part dies before its bundle ends. */
  readonly dyingPart: boolean;
}

export const TOY: Omit<ToyOptions, "dir"> = {
  units: 8,
  rowsPerUnit: 500,
  hotRows: 0,
  modelBytes: 1000,
  parts: 3,
  unitMs: 0,
  failingUnit: -1,
  dyingPart: false,
};

/** Beyond int32, beyond exact integers, and the odd ones: each must come through unchanged. */
const NUMBERS = [0, -0, -1, 2 ** 31, 2 ** 40 + 1, 2 ** 53 + 2, -(2 ** 33), NaN, Infinity, -Infinity, 5e-324, 0.1];
const USERS = ["anna", "üser", "用户", "😀", "a b", "__proto__", "", "\u0000", "\ufeffbom", "x".repeat(300)];

export function toyPipeline(options: ToyOptions): BuildPipeline {
  return (root) => {
    const rows = root
      .apply(source("ListUnits", new ListUnitsFn(options.units)))
      .apply(spread("SpreadUnits"))
      .apply(stage("MakeRows", new MakeRowsFn(options)));
    const users = rows.apply(groupByKey("ByUser")).apply(stage("SumUser", new SumUserFn()));
    const total = users.apply(stage("CountOf", new CountOfFn())).apply(combinePerKey("Total", new AddCombineFn()));
    const model = root.apply(source("ReadModel", new ReadModelFn(options.modelBytes)));
    users
      .apply(stage("Score", new ScoreFn(options.parts), { total, model }))
      .apply(groupByKey("ByPart"))
      .apply(stage("WritePart", new WritePartFn(options.dir, options.dyingPart)));
  };
}

export class ListUnitsFn extends BlockFn<Uint8Array> {
  constructor(private readonly units: number) {
    super();
  }

  *process() {
    for (let unit = 0; unit < this.units; unit++) {
      yield { key: `unit-${unit}`, value: new Uint8Array() };
    }
  }
}

export class MakeRowsFn extends BlockFn {
  constructor(private readonly options: ToyOptions) {
    super();
  }

  *process({ key }: KeyedBytes) {
    const unit = Number(key.slice("unit-".length));
    if (this.options.unitMs > 0) {
      writeFileSync(join(this.options.dir, `.started-${key}`), "");
      for (const end = Date.now() + this.options.unitMs; Date.now() < end;);
    }
    if (unit === this.options.failingUnit) {
      throw new RangeError(`unit ${unit} cannot be read`);
    }
    addProgress("rows", this.options.rowsPerUnit + this.options.hotRows);
    for (let row = 0; row < this.options.rowsPerUnit; row++) {
      const id = unit * this.options.rowsPerUnit + row;
      yield { key: `${USERS[id % USERS.length]}${id % 37}`, value: numbers(id, NUMBERS[id % NUMBERS.length]!) };
    }
    for (let row = 0; row < this.options.hotRows; row++) {
      yield { key: "hot", value: numbers(unit * this.options.hotRows + row, row) };
    }
  }
}

/** All numbers of a user, in order, as text that keeps every bit. */
export class SumUserFn extends BlockFn<Grouped> {
  process({ key, value }: Grouped): KeyedBytes[] {
    const rows = Array.from(value, (bytes) => Buffer.from(bytes).toString("hex")).sort();
    const text = rows.length > 1000 ? `${rows.length} rows, ${digest(rows)}` : rows.join(" ");
    return [{ key, value: Buffer.from(`${JSON.stringify(key)} ${rows.length} ${text}`) }];
  }
}

export class CountOfFn extends BlockFn {
  process({ value }: KeyedBytes): KeyedBytes[] {
    return [{ key: "all", value: numbers(value.length, 1) }];
  }
}

export class ScoreFn extends BlockFn {
  constructor(private readonly parts: number) {
    super();
  }

  process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const total = Buffer.from(side.single("total")).toString("hex");
    const model = side.single("model");
    const place = value.length % model.length;
    const line = `${Buffer.from(value).toString()} ${total} ${model.length} ${model[place]}`;
    return [{ key: `part-${[...key].length % this.parts}`, value: Buffer.from(line) }];
  }
}

export class ReadModelFn extends BlockFn<Uint8Array> {
  constructor(private readonly bytes: number) {
    super();
  }

  *process() {
    const value = new Uint8Array(this.bytes);
    for (let place = 0; place < value.length; place++) {
      value[place] = (place * 31) & 255;
    }
    yield { key: "model", value };
  }
}

export class WritePartFn extends BlockFn<Grouped> {
  constructor(
    private readonly dir: string,
    private readonly dies: boolean,
  ) {
    super();
  }

  process({ key, value }: Grouped): void {
    const lines = Array.from(value, (bytes) => Buffer.from(bytes).toString()).sort();
    const path = join(this.dir, `${key}.txt`);
    writeFileSync(`${path}.${process.pid}.tmp`, `${lines.join("\n")}\n`);
    renameSync(`${path}.${process.pid}.tmp`, path);
    if (this.dies && !existsSync(join(this.dir, ".died"))) {
      writeFileSync(join(this.dir, ".died"), "");
      process.kill(process.pid, "SIGKILL");
    }
  }
}

/** Adds pairs of numbers. */
export class AddCombineFn implements BytesCombineFn {
  createAccumulator(): Uint8Array {
    return numbers(0, 0);
  }

  addInput(accumulator: Uint8Array, input: Uint8Array): Uint8Array {
    return this.mergeAccumulators([accumulator, input]);
  }

  mergeAccumulators(accumulators: Iterable<Uint8Array>): Uint8Array {
    let [first, second] = [0, 0];
    for (const bytes of accumulators) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      first += view.getFloat64(0);
      second += view.getFloat64(8);
    }
    return numbers(first, second);
  }

  extractOutput(accumulator: Uint8Array): Uint8Array {
    return accumulator;
  }
}

function numbers(first: number, second: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  view.setFloat64(0, first);
  view.setFloat64(8, second);
  return new Uint8Array(view.buffer);
}

function digest(texts: readonly string[]): number {
  let hash = 0;
  for (const text of texts) {
    for (let place = 0; place < text.length; place++) {
      hash = (Math.imul(hash, 31) + text.charCodeAt(place)) | 0;
    }
  }
  return hash;
}

registered("test/engines/toyPipeline", {
  ListUnitsFn,
  MakeRowsFn,
  SumUserFn,
  CountOfFn,
  ScoreFn,
  ReadModelFn,
  WritePartFn,
  AddCombineFn,
});
