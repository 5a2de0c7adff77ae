import { dateOfDay } from "../../model/localDays";
import { decodeSessionBlock, END_REASONS, stringAt } from "../../model/sessionBlock";
import type { OracleSession } from "../oracle/bruteForceSessions";

/** The sessions of blocks as plain rows, in block order, to compare with the brute-force ones. */
export function sessionRows(blocks: readonly Uint8Array[]): OracleSession[] {
  return blocks.flatMap((bytes) => {
    const block = decodeSessionBlock(bytes);
    return Array.from({ length: block.sessionCount }, (_, i) => {
      const bag: [string, number][] = [];
      for (let j = block.bagOffsets[i]!; j < block.bagOffsets[i + 1]!; j++) {
        bag.push([stringAt(block.strings, block.bagEvents[j]!), block.bagCounts[j]!]);
      }
      return {
        app: stringAt(block.strings, block.app[i]!),
        user: stringAt(block.users, i),
        sessionId: block.given ? stringAt(block.given, i) : null,
        startMs: block.startMs[i]!,
        endMs: block.endMs[i]!,
        date: dateOfDay(block.day[i]!),
        eventCount: block.eventCount[i]!,
        duplicates: block.duplicates[i]!,
        firstEvent: stringAt(block.strings, block.firstEvent[i]!),
        lastEvent: stringAt(block.strings, block.lastEvent[i]!),
        endReason: END_REASONS[block.endReason[i]!]!,
        bag,
      };
    });
  });
}
