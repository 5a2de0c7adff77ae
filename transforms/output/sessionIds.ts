import { createHash } from "node:crypto";
import { ShortSha256 } from "../../model/sha256";
import type { StringTable } from "../../model/sessionBlock";
import type { PartRows } from "./partRows";

/** Bytes of the digest that make an id, and its length as hex. */
const ID_BYTES = 16;
const ID_CHARACTERS = 2 * ID_BYTES;

/** Session ids of the rows in their written order: SHA-256 of app NUL user NUL first-event epoch ms (NUL given id), 16 bytes, hex. */
export function sessionIds(part: PartRows): StringTable {
  const { order, blocks, blockOf, rowInBlock, users, strings, stringIds } = part;
  const bytes = new Uint8Array(order.length * ID_CHARACTERS);
  const offsets = Uint32Array.from({ length: order.length + 1 }, (_, i) => i * ID_CHARACTERS);
  const hash = new ShortSha256();
  let message = new Uint8Array(1024);
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    const block = blocks[blockOf[row]!]!;
    const i = rowInBlock[row]!;
    const app = stringIds[blockOf[row]!]![block.app[i]!]!;
    const userLength = users.offsets[row + 1]! - users.offsets[row]!;
    const givenLength = block.given ? 1 + block.given.offsets[i + 1]! - block.given.offsets[i]! : 0;
    const most = strings.offsets[app + 1]! - strings.offsets[app]! + userLength + givenLength + 32;
    if (most > message.length) message = new Uint8Array(2 * most);
    let at = append(message, 0, strings.bytes, strings.offsets[app]!, strings.offsets[app + 1]!);
    message[at++] = 0;
    at = append(message, at, users.bytes, users.offsets[row]!, users.offsets[row + 1]!);
    message[at++] = 0;
    at = appendDigits(message, at, block.startMs[i]!);
    if (block.given) {
      message[at++] = 0;
      at = append(message, at, block.given.bytes, block.given.offsets[i]!, block.given.offsets[i + 1]!);
    }
    hash.writeHex(message, at, ID_BYTES, bytes, n * ID_CHARACTERS);
  }
  return { offsets, bytes };
}

/** Names users by a salted hash: hex of the first 16 bytes of SHA-256(salt NUL user). The same salt gives the same names on every day. */
export function saltedHash(salt: string): (user: Uint8Array) => Uint8Array {
  const prefix = Buffer.from(`${salt}\0`);
  return (user) => Buffer.from(createHash("sha256").update(prefix).update(user).digest("hex").slice(0, ID_CHARACTERS));
}

function append(target: Uint8Array, at: number, source: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) target[at++] = source[i]!;
  return at;
}

/** Decimal digits of a whole number. */
function appendDigits(target: Uint8Array, at: number, value: number): number {
  let rest = Math.abs(value);
  if (value < 0) target[at++] = 45;
  let digits = 1;
  for (let power = 10; power <= rest; power *= 10) digits++;
  for (let i = at + digits - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    target[i] = 48 + rest - next * 10;
    rest = next;
  }
  return at + digits;
}
