import "./sdkVersion";
import { globalRegistry, type Context } from "apache-beam/coders/coders";
import { BytesCoder, IterableCoder, KVCoder } from "apache-beam/coders/required_coders";
import { StrUtf8Coder } from "apache-beam/coders/standard_coders";
import type { Reader } from "protobufjs";
import type { Grouped, KeyedBytes } from "./types";

/** The SDK's string coder drops a byte order mark at the start of a key when it decodes; this one keeps it. */
class KeyCoder extends StrUtf8Coder {
  override decode(reader: Reader, context: Context): string {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(BytesCoder.INSTANCE.decode(reader, context));
  }
}

globalRegistry().register(StrUtf8Coder.URN, KeyCoder);

/** The coder of every edge: KV<StrUtf8, Bytes>. */
export const keyedBytesCoder = () => new KVCoder(new KeyCoder(), new BytesCoder()) as unknown as CoderOf<KeyedBytes>;

/** The coder after a group-by-key: KV<StrUtf8, Iterable<Bytes>>. */
export const groupedCoder = () => new KVCoder(new KeyCoder(), new IterableCoder(new BytesCoder())) as unknown as CoderOf<Grouped>;

type CoderOf<T> = import("apache-beam/coders/coders").Coder<T>;

/** @throws TypeError when an output is not what every edge carries; a lone surrogate would become U+FFFD on an engine. */
export function checkKeyedBytes(output: KeyedBytes): void {
  const { key, value } = output as { key: unknown; value: unknown };
  if (typeof key !== "string" || !(value instanceof Uint8Array)) {
    throw new TypeError(`a stage emits {key: string, value: Uint8Array}, got {key: ${typeof key}, value: ${typeNameOf(value)}}`);
  }
  if (!isWellFormed(key)) {
    throw new TypeError(`a key holds a lone surrogate, which has no UTF-8 form: ${JSON.stringify(key.slice(0, 100))}`);
  }
}

const isWellFormed = (text: string) => (text as string & { isWellFormed(): boolean }).isWellFormed();

function typeNameOf(value: unknown): string {
  return value !== null && typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}
