import type { ProgressView } from "../progressLines";
import type { RunLog } from "./runLog";

/** The progress of a job as log lines: one when another stage begins, one every `everyMs` beside that. */
export function logView(title: string, log: RunLog, everyMs = 30_000): ProgressView {
  let stage: string | null = null;
  let lastMs = 0;
  return {
    update(progress) {
      const isNewStage = progress.stage !== null && progress.stage !== stage;
      if (!isNewStage && progress.elapsedMs - lastMs < everyMs) return;
      stage = progress.stage;
      lastMs = progress.elapsedMs;
      const { rows, done, total, elapsedMs } = progress;
      log.info("progress", {
        what: title,
        stage,
        rows,
        seconds: Math.round(elapsedMs) / 1_000,
        ...(done !== null && total !== null && { done, total }),
      });
    },
    stop: () => {},
  };
}
