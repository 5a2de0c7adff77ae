/** What to do about a request that failed. */
export type Verdict =
  /** The connection broke, the store is busy or had a fault of its own: worth another try. */
  | { readonly kind: "again" }
  /** Nothing answers at the address: worth few tries, since it is mostly a wrong address. */
  | { readonly kind: "unreachable" }
  /** There is no such object, or (in answer to a listing or a write) no such bucket. */
  | { readonly kind: "absent" }
  /** A condition of the request does not hold: the object exists, or is not the one that was asked for. */
  | { readonly kind: "condition" }
  /** The range asked for lies behind the end of the object. */
  | { readonly kind: "beyondEnd" }
  /** Nothing helps but what the error says. */
  | { readonly kind: "final"; readonly error: Error };

export interface RetryPolicy {
  /** Tries without any progress between them. */
  readonly tries: number;
  readonly triesUnreachable: number;
  /** Pause before the second try; each further pause is twice as long, up to `longestMs`, and shortened by chance by up to half. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** A body without a byte for so long has broken off. Going on at that byte costs one request. */
  readonly bodySilenceMs: number;
}

/** About 40 s in all before a busy store counts as broken. */
export const RETRY: RetryPolicy = { tries: 9, triesUnreachable: 4, firstMs: 200, longestMs: 10_000, bodySilenceMs: 5_000 };

/** Pauses after failures in a row, with their number growing. */
export class Retries {
  /** Failures since the last progress. */
  private failures = 0;
  /** Whether any try failed in a way that leaves open whether the store carried it out. */
  isAmbiguous = false;

  constructor(private readonly policy: RetryPolicy) {}

  /** Something came through: the next failure is the first again. */
  progress(): void {
    this.failures = 0;
  }

  /**
   * Waits before the next try.
   * @throws the error, when it is final or there were enough tries
   */
  async failed(error: unknown, verdict: Verdict): Promise<void> {
    if (verdict.kind === "final") throw verdict.error;
    if (verdict.kind !== "again" && verdict.kind !== "unreachable") throw error;
    this.isAmbiguous = true;
    this.failures += 1;
    const most = verdict.kind === "unreachable" ? this.policy.triesUnreachable : this.policy.tries;
    if (this.failures >= most) throw error;
    const pauseMs = Math.min(this.policy.longestMs, this.policy.firstMs * 2 ** (this.failures - 1));
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)));
  }
}
