/** How log lines look: JSON for machines, `time level event name=value …` for files that people read. */
export const LOG_FORMATS = ["json", "text"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
