import { placeOf } from "../../io/places/place";
import { decodeJson } from "../../model/json";
import type { ProfileReport } from "../../model/profileReport";
import type { ResidualVariances } from "./spec";

/**
 * How unsteady each event's daily counts are, by app, from the profile below the output that covers most days; empty where no profile is
 * long enough to tell (four weeks). Steady events are proposed first as scoring events (paper §4.3).
 */
export async function profiledVariances(output: string): Promise<ResidualVariances> {
  const root = `${output}/profile`;
  const place = placeOf(root);
  let longest: ProfileReport | null = null;
  for (const { path } of await place.list(`${root}/`)) {
    if (!path.endsWith("/profile.json")) continue;
    const report = decodeJson(await place.read(path)) as ProfileReport;
    if (longest === null || report.dates.length > longest.dates.length) longest = report;
  }
  const variances: Record<string, Record<string, number>> = {};
  for (const { app, event, variance } of longest?.events ?? []) {
    if (variance !== null) (variances[app] ??= {})[event] = variance;
  }
  return variances;
}
