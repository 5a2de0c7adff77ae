import "./sdkVersion";
import type { WindowedValue } from "apache-beam/values";
import {
  NonPromise,
  type IOperator,
  type OperatorContext,
  type ProcessResult,
  type Receiver,
} from "apache-beam/worker/operators";
import type { MetricsContainer } from "apache-beam/worker/metrics";
import type { BlockFn, SideInputs, StageOutput } from "./blockFn";
import { bundleOf, type Bundle } from "./bundle";
import { checkKeyedBytes } from "./coders";
import { Fifo } from "./fifo";
import { PipelineError } from "./pipelineError";
import { takePendingProgress } from "./progress";
import { runContext, type RunContext } from "./runContext";
import type { SideInputReader } from "./sideInputs";
import { taskThreads } from "./tasks";
import type { KeyedBytes, StageInput } from "./types";

/**
 * Runs a `BlockFn`. At most `concurrency` elements are in hand; more wait in the order they came, and `process` then returns a
 * promise that resolves when there is room again, which is how a slow stage slows those before it.
 *
 * The first error of the bundle is kept. From then on `process` and `finishBundle` throw it and no further element is started; the
 * processor waits for what is in hand (`bundle.ts`). The promises that `process` returns never reject: some of the SDK's operators drop them.
 */
export class BlockFnOperator implements IOperator {
  private readonly bundle: Bundle;
  private readonly metrics: MetricsContainer;
  private readonly run: RunContext | undefined = runContext.getStore();
  private readonly waiting = new Fifo<WindowedValue<StageInput>>();
  private limit = 1;
  private inHand = 0;
  /** The function is opening, or an iterable it returned is being read: no further element may start. */
  private exclusive = false;
  private opened = false;
  private side: SideInputs | null = null;
  /** Last element: outputs of `finishBundle` take its window and timestamp. */
  private last: WindowedValue<StageInput> | null = null;
  private whenRoom: (() => void)[] = [];
  private whenIdle: (() => void)[] = [];

  constructor(
    readonly transformId: string,
    private readonly name: string,
    private readonly fn: BlockFn<StageInput>,
    private readonly receiver: Receiver,
    private readonly sideInputs: SideInputReader,
    context: OperatorContext,
  ) {
    this.metrics = context.metricsContainer;
    this.bundle = bundleOf(this.metrics);
    this.bundle.join(this);
  }

  async startBundle(): Promise<void> {
    this.limit = Math.max(1, this.fn.concurrency ?? defaultConcurrency());
    this.inHand = 0;
    this.exclusive = false;
    this.opened = false;
    this.side = null;
    this.last = null;
  }

  process(element: WindowedValue<unknown>): ProcessResult {
    this.throwFailure();
    this.last = element as WindowedValue<StageInput>;
    if (!this.opened) {
      this.opened = true;
      this.open();
      this.throwFailure();
    }
    if (this.hasRoom() && this.waiting.length === 0) {
      this.start(this.last);
      this.throwFailure();
      return this.hasRoom() ? NonPromise : this.room();
    }
    this.waiting.push(this.last);
    return this.room();
  }

  async finishBundle(): Promise<void> {
    await this.drain();
    if (!this.bundle.failure && this.opened && this.fn.finishBundle) {
      try {
        await this.emit(await this.fn.finishBundle(this.side as SideInputs), this.last as WindowedValue<StageInput>);
      } catch (error) {
        this.fail(error, null);
      }
    }
    this.throwFailure();
    if (this.run === undefined) {
      this.reportToEngine();
    }
    this.side = null;
    this.last = null;
  }

  abandon(): void {
    this.waiting.clear();
    this.wake();
  }

  drain(): Promise<void> {
    return this.inHand === 0 && this.waiting.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.whenIdle.push(resolve));
  }

  /** Side inputs and `startBundle`, with the first element: only then are side inputs complete in an embedded run. */
  private open(): void {
    const started = (side: SideInputs) => {
      this.side = side;
      return this.fn.startBundle?.(side);
    };
    try {
      const side = this.sideInputs.read();
      const opening = side instanceof Promise ? side.then(started) : started(side);
      if (opening instanceof Promise) {
        this.exclusive = true;
        this.inHand++;
        void opening.catch((error: unknown) => this.fail(error, null)).then(() => this.done(true));
      }
    } catch (error) {
      this.fail(error, null);
    }
  }

  private throwFailure(): void {
    if (this.bundle.failure) {
      throw this.bundle.failure;
    }
  }

  private hasRoom(): boolean {
    return this.inHand < this.limit && !this.exclusive;
  }

  private room(): Promise<void> {
    return new Promise((resolve) => this.whenRoom.push(resolve));
  }

  /** Starts one element. Costs no promise where the function is synchronous and nothing downstream pushes back. */
  private start(element: WindowedValue<StageInput>): void {
    if (this.run !== undefined) {
      this.run.stage = this.name;
    }
    try {
      const output = this.fn.process(element.value, this.side as SideInputs);
      if (output === undefined || output === null) {
        return;
      }
      if (output instanceof Promise || typeof (output as { then?: unknown }).then === "function") {
        this.inHand++;
        void this.finish(output as Promise<StageOutput>, element);
        return;
      }
      const outputs = (output as Iterable<KeyedBytes>)[Symbol.iterator]();
      const pushedBack = this.sendUntilPushedBack(outputs, element);
      if (pushedBack !== NonPromise) {
        this.inHand++;
        this.exclusive = true;
        void this.resume(pushedBack, outputs, element);
      }
    } catch (error) {
      this.fail(error, element);
    }
  }

  private async finish(output: Promise<StageOutput>, element: WindowedValue<StageInput>): Promise<void> {
    try {
      await this.emit(await output, element);
    } catch (error) {
      this.fail(error, element);
    }
    this.done(false);
  }

  private async resume(
    pushedBack: Promise<void>,
    outputs: Iterator<KeyedBytes>,
    element: WindowedValue<StageInput>,
  ): Promise<void> {
    try {
      for (let wait: ProcessResult = pushedBack; wait !== NonPromise; wait = this.sendUntilPushedBack(outputs, element)) {
        await wait;
      }
    } catch (error) {
      this.fail(error, element);
    }
    this.done(true);
  }

  private async emit(output: StageOutput, element: WindowedValue<StageInput>): Promise<void> {
    if (output === undefined || output === null) {
      return;
    }
    const outputs = output[Symbol.iterator]();
    for (let wait = this.sendUntilPushedBack(outputs, element); wait !== NonPromise;) {
      await wait;
      wait = this.sendUntilPushedBack(outputs, element);
    }
  }

  private sendUntilPushedBack(
    outputs: Iterator<KeyedBytes>,
    { windows, timestamp, pane }: WindowedValue<StageInput>,
  ): ProcessResult {
    for (let next = outputs.next(); !next.done; next = outputs.next()) {
      checkKeyedBytes(next.value);
      const wait = this.receiver.receive({ value: next.value, windows, timestamp, pane });
      if (wait !== NonPromise) {
        return wait;
      }
    }
    return NonPromise;
  }

  private fail(error: unknown, element: WindowedValue<StageInput> | null): void {
    const key = (element?.value as { key?: unknown } | undefined)?.key;
    this.bundle.fail(new PipelineError(this.name, typeof key === "string" ? key : null, error));
  }

  private done(wasExclusive: boolean): void {
    this.inHand--;
    if (wasExclusive) {
      this.exclusive = false;
    }
    while (this.waiting.length > 0 && this.hasRoom() && !this.bundle.failure) {
      this.start(this.waiting.shift() as WindowedValue<StageInput>);
    }
    this.wake();
  }

  private wake(): void {
    if (this.bundle.failure || (this.hasRoom() && this.waiting.length === 0)) {
      for (const resolve of this.whenRoom.splice(0)) {
        resolve();
      }
    }
    if (this.inHand === 0 && this.waiting.length === 0) {
      for (const resolve of this.whenIdle.splice(0)) {
        resolve();
      }
    }
  }

  private reportToEngine(): void {
    for (const [name, amount] of takePendingProgress()) {
      this.metrics.getMetric(this.transformId, undefined, { metricType: "beam:metric:user:sum_int64:v1", name }).update(amount);
    }
  }
}

/** Enough to keep every thread busy while the main thread hands on results; in engine workers, a few reads at once. */
function defaultConcurrency(): number {
  const threads = taskThreads();
  return threads === 0 ? 4 : 2 * threads;
}
