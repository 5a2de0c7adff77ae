import cliProgress from "cli-progress";
import { count, duration } from "./format";

/** What a job is doing just now. */
export interface Progress {
  /** Stage or step, for people. */
  readonly stage: string | null;
  /** Rows done so far. */
  readonly rows: number;
  /** Whether rows are still coming in; when not, there is no rate. Default true. */
  readonly isReading?: boolean;
  /** Done and total of whatever the job can foresee (bytes, days); null where it cannot. */
  readonly done: number | null;
  readonly total: number | null;
  readonly elapsedMs: number;
  /** Time since what `done` and `total` count began. Default: all of it. */
  readonly doneMs?: number;
  /** What moves just now beside rows, in words; empty for nothing. */
  readonly detail?: string;
}

/** Shows the progress of one job; `stop` takes it off the screen. */
export interface ProgressView {
  update(progress: Progress): void;
  stop(): void;
}

export const NO_PROGRESS: ProgressView = { update: () => {}, stop: () => {} };

/** Time left at the rate so far, in words; empty where it cannot be told yet. */
export function timeLeft({ done, total, elapsedMs, doneMs = elapsedMs }: Progress): string {
  if (done === null || total === null || done <= 0 || doneMs < 500) return "";
  return done >= total ? "" : `${duration((doneMs * (total - done)) / done)} left`;
}

/** `12,345 rows · 1,200,000 rows/s · ReadAndPack · 4.2 s left`. */
export function describe(progress: Progress): string {
  const { stage, rows, elapsedMs, detail, isReading = true } = progress;
  const rate = isReading && rows > 0 && elapsedMs > 0 ? `${count((rows / elapsedMs) * 1_000)} rows/s` : "";
  return [rows > 0 ? `${count(rows)} rows` : "", rate, stage ?? "", detail ?? "", timeLeft(progress)]
    .filter((part) => part !== "")
    .join(" · ");
}

const SIGN_OF_LIFE_MS = 60_000;

/** A bar that redraws itself, for a terminal. */
export function barView(title: string, stream: NodeJS.WriteStream): ProgressView {
  const bar = new cliProgress.SingleBar({
    format: `${title.padEnd(10)} {bar} {percentText} {text}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    stopOnComplete: false,
    fps: 10,
    stream,
  });
  bar.start(1, 0, { text: "", percentText: "" });
  return {
    update(progress) {
      const { done, total } = progress;
      const share = done !== null && total !== null && total > 0 ? Math.min(1, done / total) : null;
      bar.update(share ?? 0, { text: describe(progress), percentText: share === null ? "" : `${Math.floor(share * 100)} %` });
    },
    stop: () => bar.stop(),
  };
}

/**
 * A line now and then, for logs and pipes: at most one every `everyMs`, none for jobs that end before the first; the same line again
 * only after a minute, as a sign of life.
 */
export function lineView(title: string, write: (line: string) => void, everyMs = 5_000): ProgressView {
  let lastMs = 0;
  let last = "";
  return {
    update(progress) {
      if (progress.elapsedMs - lastMs < everyMs) return;
      const { done, total } = progress;
      const share = done !== null && total !== null && total > 0 ? `${Math.floor((100 * done) / total)} % · ` : "";
      const line = `${title}: ${share}${describe(progress)}`;
      if (line === last && progress.elapsedMs - lastMs < Math.max(everyMs, SIGN_OF_LIFE_MS)) return;
      lastMs = progress.elapsedMs;
      last = line;
      write(line);
    },
    stop: () => {},
  };
}
