/** What programs may use of sessionary. The command line is in `cli/`, made of the same parts. */

export type { Config } from "./model/config";
export { loadConfig, parseConfig, type ConfigOverrides } from "./model/config/load";
export { configSchema, type WrittenConfig } from "./model/config/schema";
export { DataError, UserError } from "./model/errors";

export type { Category, ModelBundle } from "./model/bundle";
export type { DiscoveryReport } from "./model/discoveryReport";
export type { ProfileReport } from "./model/profileReport";
export type { TrainReport } from "./model/trainReport";

export { backfill, type BackfillOptions, type BackfillReport } from "./pipelines/backfill";
export { checkLogs } from "./pipelines/checkLogs";
export { diffVersions, type DiffOptions, type DiffReport } from "./pipelines/diff";
export { discover, type DiscoverOptions, type DiscoverResult } from "./pipelines/discover/discover";
export { explain, type ExplainQuestion, type ExplainReport } from "./pipelines/explain";
export { exportTable, type ExportOptions, type ExportReport } from "./pipelines/export";
export { generate, type GenerateOptions, type GenerateReport } from "./pipelines/generate";
export { init, type InitOptions, type InitReport } from "./pipelines/init/init";
export { profile, type ProfileOptions, type ProfileResult } from "./pipelines/profile/profile";
export { prune, type PruneOptions, type PruneReport } from "./pipelines/prune";
export { scoreDates, type ScoreHooks } from "./pipelines/score/score";
export type { DayReport, ScoreReport } from "./pipelines/score/report";
export { scoreStale } from "./pipelines/score/stale";
export { readStatus, type DayStatus, type StatusReport } from "./pipelines/status";
export { train, type TrainOptions, type TrainResult } from "./pipelines/train/train";
