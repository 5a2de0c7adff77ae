import { packColumns, unpackColumns } from "../../model/columnBlock";
import { allStrings, toStringTable } from "../../model/sessionBlock";

/** All events of an app's sample with their frozen IDF. */
export interface AppVocabulary {
  readonly sessionCount: number;
  /** Ascending by UTF-8 bytes. */
  readonly events: readonly string[];
  readonly idf: Float64Array;
  /** Share of sessions with the event. */
  readonly sessionShare: Float64Array;
}

export function encodeVocabulary({ sessionCount, events, idf, sessionShare }: AppVocabulary): Uint8Array {
  const { offsets, bytes } = toStringTable(events);
  return packColumns({ sessionCount: Float64Array.of(sessionCount), offsets, bytes, idf, sessionShare });
}

export function decodeVocabulary(encoded: Uint8Array): AppVocabulary {
  const { sessionCount, offsets, bytes, idf, sessionShare } = unpackColumns(encoded);
  return {
    sessionCount: sessionCount?.[0] as number,
    events: allStrings({ offsets: offsets as Uint32Array, bytes: bytes as Uint8Array }),
    idf: idf as Float64Array,
    sessionShare: sessionShare as Float64Array,
  };
}
