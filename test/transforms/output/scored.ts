import { encodeScoredBlock, SHORT, NO_MODEL } from "../../../model/scoredBlock";
import { encodeSessionBlock } from "../../../model/sessionBlock";
import { sessionBlock, type TestSession } from "../../support/builders";

/** A test session with its category. */
export interface TestScored extends TestSession {
  readonly category: "search" | "buy" | "(short)";
  readonly confidence: number;
  readonly unknownEvents: number;
}

const IDS = [SHORT, NO_MODEL, "search", "buy"];

/** A scored block of sessions; the order inside is the block's own. */
export function scoredBlock(sessions: readonly TestScored[]): Uint8Array {
  // The builder sorts; sorting one by one first keeps scores with their rows.
  const rows = [...sessions].sort((a, b) => compare(a, b));
  const block = sessionBlock(rows);
  return encodeScoredBlock(encodeSessionBlock(block), {
    categoryIds: IDS,
    categoryNames: ["(short)", "(no model)", "Searching", "Buying"],
    category: Uint16Array.from(rows, ({ category }) => IDS.indexOf(category)),
    confidence: Float32Array.from(rows, ({ confidence }) => confidence),
    unsure: Uint8Array.from(rows, ({ confidence }) => (confidence < 0.5 ? 1 : 0)),
    noiseFeature: Float32Array.from(rows, ({ confidence }) => 2 * confidence),
    unknownEvents: Uint32Array.from(rows, ({ unknownEvents }) => unknownEvents),
    flags: new Uint8Array(rows.length),
  });
}

const bytes = (text: string) => Buffer.from(text, "utf8");

/** The order of rows in blocks and in tables: app, user, start, given id. */
export const compare = (a: TestSession, b: TestSession) =>
  Buffer.compare(bytes(a.app), bytes(b.app)) ||
  Buffer.compare(bytes(a.user), bytes(b.user)) ||
  a.startMs - b.startMs ||
  Buffer.compare(bytes(a.given ?? ""), bytes(b.given ?? ""));
