import { hostname } from "node:os";

/** A process at work, as it names itself in locks and jobs. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** ISO time. */
  readonly since: string;
}

export const thisProcess = (nowMs: number): Owner => ({
  host: hostname(),
  pid: process.pid,
  since: new Date(nowMs).toISOString(),
});

/** Whether the process is surely gone: it was on this machine and is no more. Of other machines nothing is known. */
export function isGone(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
