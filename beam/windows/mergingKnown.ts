import type { RunSettings } from "../types";

/**
 * Why `sessionWindows` must not run with these settings; null where merging was seen to be right (engines.md: matrix).
 *
 * Beam's Flink runner merges session windows wrongly in batch mode as soon as parallelism exceeds 1: `SortingFlinkCombineRunner` sorts
 * partly merged windows by their end and merges them in one pass, so some sessions come out in pieces; the job says DONE.
 */
export function sessionWindowsProblem({ kind, parallelism, engineOptions }: RunSettings): string | null {
  switch (kind) {
    case "direct":
    case "spark":
    case "prism":
      return null;
    case "flink":
      return engineOptions?.["streaming"] === true || parallelism === 1
        ? null
        : "Flink merges session windows wrongly in batch mode above parallelism 1 (a defect of Beam's Flink runner)";
    case "portable":
    case "dataflow":
      return `nobody has checked that ${kind === "dataflow" ? "Dataflow" : "this engine"} merges session windows of different lengths right`;
  }
}
