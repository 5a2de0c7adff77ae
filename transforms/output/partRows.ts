import { ByteTable, compareBytes } from "../../model/byteTable";
import { decodeScoredBlock, type ScoredBlock } from "../../model/scoredBlock";
import { NO_STRING, type StringTable } from "../../model/sessionBlock";
import { sortedRows } from "./rowOrder";

/** The scored blocks of a part as one table of columns, with the order in which its rows are written. */
export interface PartRows {
  readonly blocks: readonly ScoredBlock[];
  readonly rowCount: number;
  /** Block of each row, and the row inside it. Rows are numbered through the blocks as they came. */
  readonly blockOf: Uint32Array;
  readonly rowInBlock: Uint32Array;
  /** All strings of all blocks, each once, ascending by bytes: how rows were spread over blocks leaves no trace. */
  readonly strings: StringTable;
  /** Per block: index into its own strings → index into `strings`. */
  readonly stringIds: readonly Uint32Array[];
  /** Row number → user, as bytes. */
  readonly users: StringTable;
  /** Rows by app, user, start, given id. */
  readonly order: Uint32Array;
}

/** @param pseudonym writes users under other names; null leaves them */
export function gatherPart(encoded: readonly Uint8Array[], pseudonym: ((user: Uint8Array) => Uint8Array) | null): PartRows {
  const blocks = encoded.map(decodeScoredBlock);
  const rowCount = blocks.reduce((sum, block) => sum + block.sessionCount, 0);
  const blockOf = new Uint32Array(rowCount);
  const rowInBlock = new Uint32Array(rowCount);
  const { strings, stringIds } = mergeStrings(blocks);
  let row = 0;
  blocks.forEach((block, b) => {
    for (let i = 0; i < block.sessionCount; i++, row++) {
      blockOf[row] = b;
      rowInBlock[row] = i;
    }
  });
  const users = concatenateUsers(blocks, pseudonym);
  const part = { blocks, rowCount, blockOf, rowInBlock, strings, stringIds, users };
  return { ...part, order: orderOf(part) };
}

function mergeStrings(blocks: readonly ScoredBlock[]): { strings: StringTable; stringIds: Uint32Array[] } {
  const table = new ByteTable();
  const stringIds = blocks.map(({ strings: { offsets, bytes } }) =>
    Uint32Array.from({ length: offsets.length - 1 }, (_, i) => table.intern(bytes, offsets[i]!, offsets[i + 1]!)),
  );
  const sorted = table.sortedIds();
  const rank = new Uint32Array(sorted.length);
  sorted.forEach((id, i) => (rank[id] = i));
  return { strings: table.select(sorted), stringIds: stringIds.map((ids) => ids.map((id) => rank[id]!)) };
}

function concatenateUsers(blocks: readonly ScoredBlock[], pseudonym: ((user: Uint8Array) => Uint8Array) | null): StringTable {
  const tables = blocks.map(({ users }) => (pseudonym ? renamed(users, pseudonym) : users));
  const offsets = new Uint32Array(1 + tables.reduce((sum, table) => sum + table.offsets.length - 1, 0));
  const bytes = new Uint8Array(tables.reduce((sum, table) => sum + table.bytes.length, 0));
  let row = 0;
  let at = 0;
  for (const table of tables) {
    bytes.set(table.bytes, at);
    for (let i = 1; i < table.offsets.length; i++) offsets[++row] = at + table.offsets[i]!;
    at += table.bytes.length;
  }
  return { offsets, bytes };
}

function renamed({ offsets, bytes }: StringTable, pseudonym: (user: Uint8Array) => Uint8Array): StringTable {
  const names = Array.from({ length: offsets.length - 1 }, (_, i) => pseudonym(bytes.subarray(offsets[i], offsets[i + 1])));
  const newOffsets = new Uint32Array(names.length + 1);
  names.forEach((name, i) => (newOffsets[i + 1] = newOffsets[i]! + name.length));
  return { offsets: newOffsets, bytes: new Uint8Array(Buffer.concat(names)) };
}

function orderOf(part: Omit<PartRows, "order">): Uint32Array {
  const { blocks, rowCount, blockOf, rowInBlock, users, stringIds } = part;
  const appRank = new Uint32Array(rowCount);
  const startMs = new Float64Array(rowCount);
  const prefix = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const block = blocks[blockOf[row]!]!;
    const i = rowInBlock[row]!;
    appRank[row] = stringIds[blockOf[row]!]![block.app[i]!]!;
    startMs[row] = block.startMs[i]!;
    prefix[row] = prefixOf(users.bytes, users.offsets[row]!, users.offsets[row + 1]!);
  }
  const { offsets, bytes } = users;
  return sortedRows(
    rowCount,
    (a, b) =>
      appRank[a]! - appRank[b]! ||
      prefix[a]! - prefix[b]! ||
      compareBytes(bytes, offsets[a]!, offsets[a + 1]!, bytes, offsets[b]!, offsets[b + 1]!) ||
      startMs[a]! - startMs[b]! ||
      compareGiven(part, a, b),
  );
}

/** The first six bytes as a number: most comparisons of users end here. */
function prefixOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 6; i++) value = value * 256 + (start + i < end ? bytes[start + i]! : 0);
  return value;
}

function compareGiven({ blocks, blockOf, rowInBlock }: Omit<PartRows, "order">, a: number, b: number): number {
  const left = blocks[blockOf[a]!]!.given;
  const right = blocks[blockOf[b]!]!.given;
  if (left === null || right === null) return 0;
  const i = rowInBlock[a]!;
  const j = rowInBlock[b]!;
  return compareBytes(left.bytes, left.offsets[i]!, left.offsets[i + 1]!, right.bytes, right.offsets[j]!, right.offsets[j + 1]!);
}

/** A column of string indices of all blocks, in written order, as indices into `strings`; `NO_STRING` stays. */
export function gatherStrings(part: PartRows, column: (block: ScoredBlock) => Uint32Array): Uint32Array {
  const { order, blocks, blockOf, rowInBlock, stringIds } = part;
  const sources = blocks.map(column);
  const gathered = new Uint32Array(order.length);
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    const b = blockOf[row]!;
    const index = sources[b]![rowInBlock[row]!]!;
    gathered[n] = index === NO_STRING ? NO_STRING : stringIds[b]![index]!;
  }
  return gathered;
}
