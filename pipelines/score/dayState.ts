import { publishedDay } from "../../io/delta/publish";
import { readManifest, readUsers, type RunManifest } from "../../io/runs/manifest";
import { inputName } from "./fingerprint";
import { mayHold } from "./inputSpans";
import type { DayPlan, ProjectState } from "./plan";

/** What the tables show of a day, against what would be made of it now. */
export type DayState =
  | { readonly kind: "missing" }
  /** `runId` made what is shown; nothing it hangs on has changed. */
  | { readonly kind: "current"; readonly runId: string }
  | { readonly kind: "stale"; readonly runId: string; readonly reasons: readonly StaleReason[] };

export type StaleReason =
  | { readonly what: "settings" | "identity map" | "model" | "incomplete" }
  | { readonly what: "file added" | "file changed" | "file removed"; readonly path: string };

/**
 * Compares a plan with the tables. A file that came, changed or went matters only where it may hold rows near the day: what earlier runs
 * learned of its times decides. An identity map that changed matters only where it says something else of users who were there.
 */
export async function dayStateOf(state: ProjectState, plan: DayPlan): Promise<DayState> {
  const shown = Object.values(plan.seen);
  const sessions = state.snapshots.get("sessions");
  const day = sessions && publishedDay(sessions, plan.date);
  if (!day) return { kind: "missing" };
  const { runId } = day;
  if (shown.some((fingerprint) => fingerprint !== day.fingerprint)) {
    return { kind: "stale", runId, reasons: [{ what: "incomplete" }] };
  }
  if (day.fingerprint === plan.fingerprint) return { kind: "current", runId };
  const manifest = await readManifest(state.config.output.path, runId);
  if (manifest === null || manifest.settingsHash !== plan.settingsHash) {
    const isOtherMap = manifest !== null && (manifest.identityMap ?? null) !== state.identityHash;
    const what = day.tags["model"] !== state.modelId ? "model" : isOtherMap ? "identity map" : "settings";
    return { kind: "stale", runId, reasons: [{ what }] };
  }
  const { baseDir } = state.config;
  const { fromMs, toMs } = plan.range;
  const before = new Map(manifest.inputs.map((input) => [input.path, input]));
  const now = new Map(plan.inputs.map((file) => [inputName(file.path, baseDir), file]));
  const learned = new Map(state.files.map((one) => [inputName(one.file.path, baseDir), one.learned]));
  const reasons: StaleReason[] = [];
  if (manifest.identityMap !== state.identityHash && !(await saysTheSame(state, plan, manifest)))
    reasons.push({ what: "identity map" });
  for (const [path, file] of now) {
    const old = before.get(path);
    const isSame = old?.bytes === file.bytes && old.tag === file.tag;
    // A changed file counts also where it now holds nothing near the day: it may have held something before.
    if (old === undefined && mayHold(learned.get(path) ?? null, fromMs, toMs)) reasons.push({ what: "file added", path });
    if (old !== undefined && !isSame && (old.near || mayHold(learned.get(path) ?? null, fromMs, toMs))) {
      reasons.push({ what: "file changed", path });
    }
  }
  for (const [path, { near }] of before) {
    if (!now.has(path) && near) reasons.push({ what: "file removed", path });
  }
  return reasons.length === 0 ? { kind: "current", runId } : { kind: "stale", runId, reasons };
}

async function saysTheSame(state: ProjectState, { range }: DayPlan, { runId, identityUse }: RunManifest): Promise<boolean> {
  const users = await readUsers(state.config.output.path, runId);
  return users !== null && (await state.identityUse?.(users, range)) === identityUse;
}
