import type { ReviewData } from "../reviewData";

/** What a cluster was in the earlier discovery. */
export interface Since {
  readonly isSame: boolean;
  /** One sentence. */
  readonly words: string;
}

/** Null where nothing is known of it. */
export function sinceOf(previous: ReviewData["previous"], app: string, cluster: number): Since | null {
  const change = previous?.changes.find((one) => one.app === app && one.now.includes(cluster));
  if (change === undefined) return null;
  const old = `${change.old.length > 1 ? "clusters" : "cluster"} ${change.old.join(", ")}`;
  const alike = `Jaccard ${change.jaccard.toFixed(2)}`;
  const words = {
    same: `The same as ${old} of the earlier discovery (${alike}).`,
    split: `Part of ${old} of the earlier discovery, which split (${alike}).`,
    merged: `Made of ${old} of the earlier discovery (${alike}).`,
    born: "New: the earlier discovery had none like it.",
    gone: "",
  };
  return { isSame: change.kind === "same", words: words[change.kind] };
}
