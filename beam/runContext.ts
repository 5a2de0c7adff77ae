import { AsyncLocalStorage } from "node:async_hooks";
import type { SpillSpace } from "./spillSpace";
import type { KeyedBytes } from "./types";

/** What the stages of one embedded run share. */
export interface RunContext {
  readonly counters: Map<string, number>;
  readonly spill: SpillSpace;
  /** Elements of side inputs, by `sideKey`. */
  readonly sides: Map<string, readonly KeyedBytes[]>;
  /** Stage that last took an element. */
  stage: string | null;
}

/** The embedded run that the current code belongs to; none in engine workers and in task threads. */
export const runContext = new AsyncLocalStorage<RunContext>();

export const sideKey = (stageId: string, sideInputId: string) => `${stageId}\n${sideInputId}`;
