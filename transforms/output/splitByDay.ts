import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
import { dateOfDay } from "../../model/localDays";
import { selectSessions } from "../../model/selectSessions";
import { decodeSessionBlock, encodeSessionBlock } from "../../model/sessionBlock";

/** Key of a shard's sessions of one day. */
export const dayPrefix = (date: string) => `${date}/`;

/** KV<shard, session block> → KV<date/shard, session block of that day>; days that are not wanted are dropped. */
export class SplitByDayFn extends BlockFn {
  constructor(private readonly dates: readonly string[]) {
    super();
  }

  override *process({ key, value }: KeyedBytes): Iterable<KeyedBytes> {
    const block = decodeSessionBlock(value);
    const rowsByDay = new Map<number, number[]>();
    block.day.forEach((day, row) => {
      const rows = rowsByDay.get(day);
      if (rows === undefined) rowsByDay.set(day, [row]);
      else rows.push(row);
    });
    for (const [day, rows] of rowsByDay) {
      const date = dateOfDay(day);
      if (!this.dates.includes(date)) continue;
      const own = rows.length === block.sessionCount ? value : encodeSessionBlock(selectSessions(block, Uint32Array.from(rows)));
      yield { key: `${dayPrefix(date)}${key}`, value: own };
    }
  }
}

registered("transforms/output/splitByDay", { SplitByDayFn });
