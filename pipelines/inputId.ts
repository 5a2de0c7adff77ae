import { createHash } from "node:crypto";
import type { ReadPlan } from "./readPlan";

/** `2026-03-02-1a2b3c4d`: the dates read, and a hash of the inputs and of all settings that shape the result. */
export function inputId(
  dates: { readonly from: string; readonly to: string } | null,
  plan: ReadPlan,
  settings: readonly unknown[],
): string {
  const { identityHash } = plan.settings;
  const inputs = plan.files.map(({ path, bytes, tag }) => [path, bytes, tag]);
  const hash = createHash("sha256")
    .update(JSON.stringify([inputs, dates, settings, ...(identityHash === null ? [] : [identityHash])]))
    .digest("hex");
  const name = dates === null ? "all" : dates.from === dates.to ? dates.from : `${dates.from}--${dates.to}`;
  return `${name}-${hash.slice(0, 8)}`;
}
