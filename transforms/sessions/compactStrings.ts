import { compareBytes } from "../../model/byteTable";
import { NO_STRING, type StringTable } from "../../model/sessionBlock";
import type { ShardEvents } from "./shardEvents";

/** The strings a block uses, in byte order, with functions that turn the shard's ranks and app ids into indices of that table. */
export function compactStrings(used: Uint8Array, apps: Uint32Array, events: ShardEvents) {
  // Apps first join the names' table, so that an app and an event of the same name share one string.
  const rankOfApp = [...new Set(apps)].map((app) => [app, insertionRank(events, app)] as const);
  rankOfApp.sort(([a, rankA], [b, rankB]) => rankA - rankB || events.apps.compare(a, b));
  const index = new Uint32Array(used.length);
  const appIndex = new Map<number, number>();
  const parts: StringTable[] = [];
  let next = 0;
  let nextApp = 0;
  for (let rank = 0; rank <= used.length; rank++) {
    for (; nextApp < rankOfApp.length && rankOfApp[nextApp]![1] === rank; nextApp++) {
      const app = rankOfApp[nextApp]![0];
      appIndex.set(app, next);
      if (rank < used.length && sameString(events, app, rank)) {
        used[rank] = 1;
        continue;
      }
      parts.push(events.apps.select([app]));
      next++;
    }
    if (rank < used.length && used[rank] === 1) {
      index[rank] = next++;
      parts.push(events.strings.select([events.byRank[rank]!]));
    }
  }
  const compact = (ranks: Uint32Array): Uint32Array => {
    for (let i = 0; i < ranks.length; i++) {
      if (ranks[i] !== NO_STRING) ranks[i] = index[ranks[i]!]!;
    }
    return ranks;
  };
  return { strings: concatenateTables(parts), compact, appIndex };
}

/** First rank whose string is not before the app's name. */
function insertionRank({ apps, strings, byRank }: ShardEvents, app: number): number {
  let low = 0;
  let high = byRank.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const id = byRank[middle]!;
    const order = compareBytes(
      strings.arenaBytes(),
      strings.start(id),
      strings.end(id),
      apps.arenaBytes(),
      apps.start(app),
      apps.end(app),
    );
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameString({ apps, strings, byRank }: ShardEvents, app: number, rank: number): boolean {
  const id = byRank[rank]!;
  const appBytes = apps.arenaBytes().subarray(apps.start(app), apps.end(app));
  return Buffer.compare(strings.arenaBytes().subarray(strings.start(id), strings.end(id)), appBytes) === 0;
}

function concatenateTables(parts: readonly StringTable[]): StringTable {
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => (offsets[i + 1] = offsets[i]! + part.bytes.length));
  const bytes = new Uint8Array(offsets[parts.length]!);
  parts.forEach((part, i) => bytes.set(part.bytes, offsets[i]));
  return { offsets, bytes };
}
