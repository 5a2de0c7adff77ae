import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isoDate } from "./calendar";

/** One session as it was made: what a perfect pipeline finds. */
export interface TrueSession {
  /** The id as logged. */
  readonly user: string;
  /** The person behind it: differs from `user` while they were anonymous. */
  readonly person: string;
  readonly app: string;
  /** First and last user event, epoch ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** User events, duplicates not counted. */
  readonly eventCount: number;
  readonly behaviour: string;
  /** Category id; empty for robots. */
  readonly category: string;
  readonly traffic: "human" | "staff" | "robot";
  /** Longer than 12 hours on purpose. */
  readonly endless: boolean;
  /** Date of the folder that delivers it when that is not its own; else empty. */
  readonly delivered: string;
}

export const TRUTH_HEADER = "user,person,app,start_ms,end_ms,event_count,behaviour,category,traffic,endless,delivered";

/** Truth files: `sessions/<UTC date of the first event>.csv`, one row a session. */
export class TruthWriter {
  private rows: string[] = [];
  private fd = -1;

  constructor(private readonly dir: string) {
    mkdirSync(join(dir, "sessions"), { recursive: true });
  }

  openDay(dayMs: number): void {
    this.closeDay();
    this.fd = openSync(join(this.dir, "sessions", `${isoDate(dayMs)}.csv`), "w");
    this.rows.push(TRUTH_HEADER);
  }

  add(s: TrueSession): void {
    this.rows.push(
      `${s.user},${s.person},${s.app},${s.startMs},${s.endMs},${s.eventCount},${s.behaviour},${s.category},${s.traffic},${s.endless ? 1 : 0},${s.delivered}`,
    );
    if (this.rows.length >= 4096) this.flush();
  }

  closeDay(): void {
    if (this.fd < 0) return;
    this.flush();
    closeSync(this.fd);
    this.fd = -1;
  }

  file(name: string, text: string): void {
    writeFileSync(join(this.dir, name), text);
  }

  private flush(): void {
    writeSync(this.fd, this.rows.join("\n") + "\n");
    this.rows = [];
  }
}
