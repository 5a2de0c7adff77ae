import { selectRows, type SparseRows } from "../../ml/sparse";
import { tfidf } from "../../ml/tfidf";
import type { SessionBlock } from "../../model/sessionBlock";
import { eventBags, vocabularyIndex } from "../features/eventBags";
import type { DiscoverySpace } from "./discoverySpace";

/** The sessions of a block that have any weight, with their raw TF-IDF rows. */
export interface WeightedRows {
  /** Row of each in the block, ascending. */
  readonly rows: Uint32Array;
  readonly weights: SparseRows;
}

export function weightedRows(block: SessionBlock, space: DiscoverySpace): WeightedRows {
  const all = tfidf(eventBags(block, vocabularyIndex(space.events)), space.idf, space.weighting);
  const rows: number[] = [];
  for (let i = 0; i < all.rowCount; i++) {
    if (all.offsets[i + 1]! > all.offsets[i]!) rows.push(i);
  }
  return { rows: Uint32Array.from(rows), weights: rows.length === all.rowCount ? all : selectRows(all, rows) };
}
