import { packColumns, unpackColumns } from "../../model/columnBlock";
import type { PlaceInSample } from "./placeInSample";

/** Labelled feature rows made of one sample block. */
export interface RowChunk {
  readonly place: PlaceInSample;
  readonly featureCount: number;
  /** Row-major. */
  readonly features: Float32Array;
  readonly classes: Uint8Array;
  /** 1 for held-out rows. */
  readonly heldOut: Uint8Array;
}

export function encodeRowChunk({ place, featureCount, features, classes, heldOut }: RowChunk): Uint8Array {
  return packColumns({ head: Uint32Array.of(place.part, place.block, featureCount), features, classes, heldOut });
}

export function decodeRowChunk(bytes: Uint8Array): RowChunk {
  const { head, features, classes, heldOut } = unpackColumns(bytes);
  return {
    place: { part: head?.[0] as number, block: head?.[1] as number },
    featureCount: head?.[2] as number,
    features: features as Float32Array,
    classes: classes as Uint8Array,
    heldOut: heldOut as Uint8Array,
  };
}

/** The rows of a chunk that are held out, or those that are not. */
export function rowsWhere(chunk: RowChunk, heldOut: 0 | 1): { readonly features: Float32Array; readonly classes: Uint8Array } {
  const { featureCount } = chunk;
  const kept = chunk.heldOut.reduce((count, is) => count + (is === heldOut ? 1 : 0), 0);
  const features = new Float32Array(kept * featureCount);
  const classes = new Uint8Array(kept);
  let at = 0;
  chunk.heldOut.forEach((is, row) => {
    if (is === heldOut) {
      features.set(chunk.features.subarray(row * featureCount, (row + 1) * featureCount), at * featureCount);
      classes[at] = chunk.classes[row] as number;
      at += 1;
    }
  });
  return { features, classes };
}

/** Several tables of rows, one after another. */
export function joinRows(parts: readonly { readonly features: Float32Array; readonly classes: Uint8Array }[]) {
  const features = new Float32Array(parts.reduce((sum, part) => sum + part.features.length, 0));
  const classes = new Uint8Array(parts.reduce((sum, part) => sum + part.classes.length, 0));
  let featuresAt = 0;
  let classesAt = 0;
  for (const part of parts) {
    features.set(part.features, featuresAt);
    classes.set(part.classes, classesAt);
    featuresAt += part.features.length;
    classesAt += part.classes.length;
  }
  return { features, classes };
}
