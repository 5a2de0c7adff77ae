import "../sdkVersion";
import { WindowIntoPayload, type PTransform } from "apache-beam/proto/beam_runner_api";
import { IntervalWindow, type WindowedValue } from "apache-beam/values";
import {
  registerOperator,
  type IOperator,
  type OperatorContext,
  type ProcessResult,
  type Receiver,
} from "apache-beam/worker/operators";
import { decodeInstance } from "../registered";
import type { KeyedBytes } from "../types";

export const WINDOW_INTO_URN = "beam:transform:window_into:v1";
/** Marks a window function as one of ours: its payload is `encodeInstance` of a {@link SessionIntervalFn}. */
export const SESSION_INTERVAL_URN = "sessionary:window_fn:session_interval:v1";

/** Beam's 64-bit numbers; the package has no types of its own. */
const Long = require("long") as { fromNumber(value: number): IntervalWindow["start"] };

/** When an element happened and how long a pause after it may be. Implementations are registered classes with plain data fields. */
export interface SessionIntervalFn {
  /** Milliseconds since 1970, and the gap in milliseconds, at least 1; both whole numbers. */
  interval(element: KeyedBytes): { readonly startMs: number; readonly gapMs: number };
}

/** The window of an element that starts at `startMs` and whose session ends `gapMs` later, on the clock of half milliseconds. */
export function sessionWindow(startMs: number, gapMs: number): IntervalWindow {
  if (!Number.isInteger(startMs) || !Number.isSafeInteger(2 * startMs) || !Number.isSafeInteger(gapMs) || gapMs < 1) {
    throw new RangeError(`a session window needs whole milliseconds and a gap of at least 1: start ${startMs}, gap ${gapMs}`);
  }
  return new IntervalWindow(Long.fromNumber(2 * startMs), Long.fromNumber(2 * (startMs + gapMs) - 1));
}

/** Gives each element the window that its own bytes ask for; the SDK's operator knows only the timestamp. */
class AssignSessionsOperator implements IOperator {
  private readonly receiver: Receiver;
  private readonly intervals: SessionIntervalFn;

  constructor(
    readonly transformId: string,
    transform: PTransform,
    context: OperatorContext,
  ) {
    const { windowFn } = WindowIntoPayload.fromBinary(transform.spec!.payload);
    if (windowFn?.urn !== SESSION_INTERVAL_URN) {
      throw new Error(`unknown window function ${windowFn?.urn ?? "without a name"}`);
    }
    this.intervals = decodeInstance(windowFn.payload) as SessionIntervalFn;
    this.receiver = context.getReceiver(Object.values(transform.outputs)[0]!);
  }

  async startBundle(): Promise<void> {}

  process({ value, pane }: WindowedValue<unknown>): ProcessResult {
    const { startMs, gapMs } = this.intervals.interval(value as KeyedBytes);
    const window = sessionWindow(startMs, gapMs);
    return this.receiver.receive({ value, windows: [window], timestamp: window.start, pane });
  }

  async finishBundle(): Promise<void> {}
}

/** Makes workers and the direct runner know the operator; calling it again changes nothing. */
export function installAssignSessions(): void {
  registerOperator(WINDOW_INTO_URN, AssignSessionsOperator);
}
