import { packColumns, unpackColumns } from "../../model/columnBlock";

/** Orders blocks and what was made of them as in the sample's files. */
export interface PlaceInSample {
  readonly part: number;
  readonly block: number;
}

/** A copy of a block that knows its place. */
export const withPlace = (block: Uint8Array, place: PlaceInSample) =>
  packColumns({ ...unpackColumns(block), place: Uint32Array.of(place.part, place.block) });

/** @throws RangeError when the block was not read by `readSample` */
export function placeInSample(bytes: Uint8Array): PlaceInSample {
  const place = unpackColumns(bytes)["place"];
  if (place?.length !== 2) throw new RangeError("a block without its place in the sample");
  return { part: place[0] as number, block: place[1] as number };
}

export const byPlace = (a: PlaceInSample, b: PlaceInSample) => a.part - b.part || a.block - b.block;
