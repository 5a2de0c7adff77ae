import "../sdkVersion";
import { PaneInfoCoder } from "apache-beam/coders/standard_coders";
import type { PTransform } from "apache-beam/proto/beam_runner_api";
import { IntervalWindow, type WindowedValue } from "apache-beam/values";
import {
  NonPromise,
  type IOperator,
  type OperatorContext,
  type ProcessResult,
  type Receiver,
} from "apache-beam/worker/operators";
import type { KeyedBytes } from "../types";

const SESSION_WINDOWS_URN = "beam:window_fn:session_windows:v1";

interface Placed {
  readonly window: IntervalWindow;
  readonly value: Uint8Array;
}

/** Whether a group-by-key has to merge session windows, which the SDK's direct runner refuses. */
export function mergesSessions(transform: PTransform, context: OperatorContext): boolean {
  const collection = context.descriptor.pcollections[Object.values(transform.inputs)[0]!];
  const strategy = context.descriptor.windowingStrategies[collection?.windowingStrategyId ?? ""];
  return strategy?.windowFn?.urn === SESSION_WINDOWS_URN;
}

/** Group-by-key with merging session windows for embedded runs. Holds everything in memory: it is there to compare, not for big days. */
export class MergingGroupByKey implements IOperator {
  private readonly receiver: Receiver;
  private groups = new Map<string, Placed[]>();

  constructor(
    readonly transformId: string,
    transform: PTransform,
    context: OperatorContext,
  ) {
    this.receiver = context.getReceiver(Object.values(transform.outputs)[0]!);
  }

  async startBundle(): Promise<void> {
    this.groups = new Map();
  }

  process({ value: element, windows }: WindowedValue<unknown>): ProcessResult {
    const { key, value } = element as KeyedBytes;
    const placed = this.groups.get(key) ?? [];
    placed.push(...windows.map((window) => ({ window: window as IntervalWindow, value })));
    this.groups.set(key, placed);
    return NonPromise;
  }

  async finishBundle(): Promise<void> {
    const groups = this.groups;
    this.groups = new Map();
    for (const [key, placed] of groups) {
      for (const { window, values } of merged(placed)) {
        const element = { value: { key, value: values }, windows: [window], timestamp: window.maxTimestamp() };
        await this.receiver.receive({ ...element, pane: PaneInfoCoder.ONE_AND_ONLY_FIRING });
      }
    }
  }
}

/** Windows that overlap become one; those that only touch stay apart. */
function merged(placed: Placed[]): { window: IntervalWindow; values: Uint8Array[] }[] {
  const sessions: { window: IntervalWindow; values: Uint8Array[] }[] = [];
  for (const { window, value } of placed.sort((a, b) => a.window.start.compare(b.window.start))) {
    const last = sessions.at(-1);
    if (last !== undefined && window.start.lessThan(last.window.end)) {
      const end = window.end.greaterThan(last.window.end) ? window.end : last.window.end;
      last.window = new IntervalWindow(last.window.start, end);
      last.values.push(value);
    } else {
      sessions.push({ window, values: [value] });
    }
  }
  return sessions;
}
