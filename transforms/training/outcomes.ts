import { registered } from "../../beam/registered";
import { addOutcomes, type Outcomes } from "../../ml/evaluation";
import { packColumns, unpackColumns } from "../../model/columnBlock";
import { FoldCombineFn } from "../counts/foldCombineFn";

export function encodeOutcomes({ classCount, ...counts }: Outcomes): Uint8Array {
  return packColumns({ classCount: Uint32Array.of(classCount), ...counts });
}

export function decodeOutcomes(bytes: Uint8Array): Outcomes {
  const { classCount, ...counts } = unpackColumns(bytes);
  return { classCount: classCount?.[0] as number, ...counts } as unknown as Outcomes;
}

/** Adds outcomes on held-out rows: counts, exact in any order. No bytes stand for no outcomes. */
export class OutcomesCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    let total: Outcomes | null = null;
    for (const bytes of inputs) {
      if (bytes.length > 0) total = total === null ? decodeOutcomes(bytes) : addOutcomes(total, decodeOutcomes(bytes));
    }
    return total === null ? new Uint8Array(0) : encodeOutcomes(total);
  }
}

registered("transforms/training/outcomes", { OutcomesCombineFn });
