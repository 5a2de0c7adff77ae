import "./sdkVersion";
import { deserializeFn } from "apache-beam/internal/serialize";
import type { PTransform } from "apache-beam/proto/beam_runner_api";
import type { WindowedValue } from "apache-beam/values";
import {
  NonPromise,
  type IOperator,
  type OperatorContext,
  type ProcessResult,
  type Receiver,
} from "apache-beam/worker/operators";
import { Fifo } from "./fifo";
import { sideKey, type RunContext } from "./runContext";
import { appendRecord, elementsOf, memoryOf } from "./spillRecords";
import type { SpillFile } from "./spillFile";
import type { SpillHolder } from "./spillSpace";
import type { KeyedBytes, StageInput } from "./types";

// The direct runner puts these two before each stage with side inputs.
export const COLLECT_SIDE_URN = "beam:transforms:node_ts_direct:collect_side:v1";
export const BUFFER_URN = "beam:transforms:node_ts_direct:buffer:v1";

/** Keeps the elements of a side input for the stage that asks; the SDK's own encodes, joins and decodes them, three copies more. */
export class KeepSideOperator implements IOperator {
  private readonly elements: KeyedBytes[] = [];

  constructor(
    readonly transformId: string,
    transform: PTransform,
    run: RunContext,
  ) {
    const payload = transform.spec?.payload ?? new Uint8Array();
    const { transformId: stageId, sideInputId } = deserializeFn(payload) as { transformId: string; sideInputId: string };
    run.sides.set(sideKey(stageId, sideInputId), this.elements);
  }

  async startBundle(): Promise<void> {}

  process(element: WindowedValue<unknown>): ProcessResult {
    this.elements.push(element.value as KeyedBytes);
    return NonPromise;
  }

  async finishBundle(): Promise<void> {}
}

/** Read back at once, at least: a chunk ends with the element that reaches this. */
const CHUNK_BYTES = 8 << 20;

interface Chunk {
  readonly offset: number;
  readonly length: number;
}

/**
 * Holds back the main input of a stage until its side inputs are complete. What does not fit the run's memory limit waits on disk,
 * in order; the SDK's own keeps everything in memory.
 */
export class HoldBackOperator implements IOperator, SpillHolder {
  heldBytes = 0;
  private readonly receiver: Receiver;
  private held = new Fifo<StageInput>();
  private readonly chunks = new Fifo<Chunk>();
  private file: SpillFile | null = null;
  /** Any element: all share the global window. */
  private template: WindowedValue<unknown> | null = null;

  constructor(
    readonly transformId: string,
    transform: PTransform,
    context: OperatorContext,
    private readonly run: RunContext,
  ) {
    this.receiver = context.getReceiver(Object.values(transform.outputs)[0]);
  }

  async startBundle(): Promise<void> {}

  process(element: WindowedValue<unknown>): ProcessResult {
    this.template ??= { ...element, value: undefined };
    const input = element.value as StageInput;
    this.held.push(input);
    this.run.spill.hold(this, memoryOf(input));
    return NonPromise;
  }

  spill(): void {
    const file = (this.file ??= this.run.spill.openFile());
    let start = file.length;
    for (let element = this.held.shift(); element !== undefined; element = this.held.shift()) {
      appendRecord(file, element);
      if (this.held.length === 0 || file.length - start >= CHUNK_BYTES) {
        this.chunks.push({ offset: start, length: file.length - start });
        start = file.length;
      }
    }
  }

  async finishBundle(): Promise<void> {
    // What is still in memory may be spilled while earlier elements go out: it then becomes the next chunk.
    while (this.chunks.length > 0 || this.held.length > 0) {
      const chunk = this.chunks.shift();
      if (chunk !== undefined) {
        for (const element of elementsOf((this.file as SpillFile).read(chunk.offset, chunk.length))) {
          const wait = this.send(element);
          if (wait !== NonPromise) {
            await wait;
          }
        }
      } else {
        const element = this.held.shift() as StageInput;
        this.run.spill.release(this, memoryOf(element));
        const wait = this.send(element);
        if (wait !== NonPromise) {
          await wait;
        }
      }
    }
    this.file?.close();
    this.file = null;
    this.template = null;
  }

  private send(value: StageInput): ProcessResult {
    return this.receiver.receive({ ...(this.template as WindowedValue<unknown>), value });
  }
}
