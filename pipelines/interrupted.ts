// For the command line: what a process that is told to stop does before it goes.
export { releaseHeldLocks } from "../io/runs/dayLock";
