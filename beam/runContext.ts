import { AsyncLocalStorage } from "node:async_hooks";
import type { SpillSpace } from "./spillSpace";

/** What the stages of one embedded run share. */
export interface RunContext {
  readonly counters: Map<string, number>;
  readonly spill: SpillSpace;
  /** Stage that last took an element. */
  stage: string | null;
}

/** The embedded run that the current code belongs to; none in engine workers and in task threads. */
export const runContext = new AsyncLocalStorage<RunContext>();
