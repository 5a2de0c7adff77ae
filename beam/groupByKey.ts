import "./sdkVersion";
import { BytesCoder, GlobalWindowCoder, KVCoder } from "apache-beam/coders/required_coders";
import { PaneInfoCoder, StrUtf8Coder } from "apache-beam/coders/standard_coders";
import type { PTransform } from "apache-beam/proto/beam_runner_api";
import { GlobalWindow, type WindowedValue } from "apache-beam/values";
import {
  NonPromise,
  type IOperator,
  type OperatorContext,
  type ProcessResult,
  type Receiver,
} from "apache-beam/worker/operators";
import { runContext } from "./runContext";
import type { SpillFile } from "./spillFile";
import { VALUE_OVERHEAD_BYTES } from "./spillRecords";
import type { SpillHolder, SpillSpace } from "./spillSpace";
import type { KeyedBytes } from "./types";

interface Group {
  values: Uint8Array[];
  bytes: number;
  /** Pieces of this group on disk: offset, length, offset, length, … */
  pieces: number[];
}

/** Whether a group-by-key is one that `SpillingGroupByKey` can do: string keys, byte values, the global window. */
export function isGlobalKeyedBytes(transform: PTransform, context: OperatorContext): boolean {
  const collection = context.descriptor.pcollections[Object.values(transform.inputs)[0] as string];
  const strategy = context.descriptor.windowingStrategies[collection?.windowingStrategyId ?? ""];
  if (collection === undefined || strategy === undefined) {
    return false;
  }
  const coder = context.pipelineContext.getCoder<KeyedBytes>(collection.coderId);
  return (
    coder instanceof KVCoder &&
    coder.keyCoder instanceof StrUtf8Coder &&
    coder.valueCoder instanceof BytesCoder &&
    context.pipelineContext.getCoder(strategy.windowCoderId) instanceof GlobalWindowCoder
  );
}

/**
 * Group-by-key of an embedded run, where all elements pass one process: groups are kept by key, and above the run's memory limit
 * everything held is appended to one temporary file, with the places of each group's pieces in memory. Groups come out one by one,
 * so memory is bounded by the limit, the keys, and the groups that the next stage has in hand.
 */
export class SpillingGroupByKey implements IOperator, SpillHolder {
  heldBytes = 0;
  private readonly receiver: Receiver;
  private readonly space: SpillSpace | undefined = runContext.getStore()?.spill;
  private groups = new Map<string, Group>();
  private file: SpillFile | null = null;

  constructor(
    readonly transformId: string,
    transform: PTransform,
    context: OperatorContext,
  ) {
    this.receiver = context.getReceiver(Object.values(transform.outputs)[0]);
  }

  async startBundle(): Promise<void> {
    this.groups = new Map();
  }

  process(element: WindowedValue<unknown>): ProcessResult {
    const { key, value } = element.value as KeyedBytes;
    let group = this.groups.get(key);
    if (group === undefined) {
      this.groups.set(key, (group = { values: [], bytes: 0, pieces: [] }));
    }
    const cost = value.length + VALUE_OVERHEAD_BYTES;
    group.values.push(value);
    group.bytes += cost;
    this.space?.hold(this, cost);
    return NonPromise;
  }

  spill(): void {
    const file = (this.file ??= (this.space as SpillSpace).openFile());
    for (const group of this.groups.values()) {
      if (group.values.length > 0) {
        const start = file.length;
        for (const value of group.values) {
          file.appendU32(value.length);
          file.append(value);
        }
        group.pieces.push(start, file.length - start);
        group.values = [];
        group.bytes = 0;
      }
    }
  }

  async finishBundle(): Promise<void> {
    const window = new GlobalWindow();
    const rest = { windows: [window], timestamp: window.maxTimestamp(), pane: PaneInfoCoder.ONE_AND_ONLY_FIRING };
    const { groups } = this;
    for (const [key, group] of groups) {
      groups.delete(key);
      this.space?.release(this, group.bytes);
      const wait = this.receiver.receive({ value: { key, value: this.valuesOf(group) }, ...rest });
      if (wait !== NonPromise) {
        await wait;
      }
    }
    this.file?.close();
    this.file = null;
  }

  private valuesOf({ values, pieces }: Group): Uint8Array[] {
    if (pieces.length === 0) {
      return values;
    }
    const all: Uint8Array[] = [];
    for (let i = 0; i < pieces.length; i += 2) {
      const bytes = (this.file as SpillFile).read(pieces[i] as number, pieces[i + 1] as number);
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < bytes.length;) {
        const length = view.getUint32(at, true);
        all.push(bytes.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
    }
    return [...all, ...values];
  }
}
