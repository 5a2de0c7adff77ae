import type { RunManifest } from "../../io/runs/manifest";
import type { StaleReason } from "./dayState";

/** What scoring did with a day. */
export type DayReport =
  | { readonly date: string; readonly kind: "unchanged"; readonly runId: string }
  | {
      readonly date: string;
      readonly kind: "published";
      /** Version of the `sessions` table that shows the day. */
      readonly version: number;
      readonly manifest: RunManifest;
      readonly manifestPath: string;
    };

/** What `score` did. */
export interface ScoreReport {
  readonly output: string;
  readonly model: string;
  readonly days: readonly DayReport[];
  /** Stale days that are too old for `score --stale`, with the reason. */
  readonly tooLate: readonly { readonly date: string; readonly reasons: readonly StaleReason[] }[];
  /** Traces of dead jobs that were removed. */
  readonly swept: { readonly jobs: number; readonly files: number };
  readonly wallMs: number;
  readonly peakRssBytes: number;
}
