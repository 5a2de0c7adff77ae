/** Parts of a run whose seconds are told; a command without steps has only the first. */
export const STAGES = ["plan", "run", "check", "publish", "clean_up"] as const;
export type Stage = (typeof STAGES)[number];

/** Adds up how long a run was in each of its parts, from the names of the steps it tells. */
export class StageClock {
  private readonly ms = new Map<Stage, number>();
  private stage: Stage = "plan";
  private sinceMs: number;

  constructor(private readonly nowMs: () => number = () => performance.now()) {
    this.sinceMs = nowMs();
  }

  /** @param step as `ScoreHooks.onStep` tells it, e.g. `commit daily 2016-07-01` */
  step(step: string): void {
    this.close();
    this.stage = stageOf(step);
  }

  /** Seconds so far by stage, in order; stages that were not there are left out. */
  seconds(): ReadonlyMap<Stage, number> {
    this.close();
    return new Map(STAGES.flatMap((stage) => (this.ms.has(stage) ? [[stage, (this.ms.get(stage) as number) / 1_000]] : [])));
  }

  private close(): void {
    const now = this.nowMs();
    this.ms.set(this.stage, (this.ms.get(this.stage) ?? 0) + now - this.sinceMs);
    this.sinceMs = now;
  }
}

function stageOf(step: string): Stage {
  const [word] = step.split(" ");
  if (word === "run") return "run";
  if (word === "check") return "check";
  return word === "manifest" || word === "commit" ? "publish" : "clean_up";
}
