/**
 * The part of Thrift's compact protocol that Parquet's page headers and footer need
 * (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md): fields in ascending order, no maps, no sets.
 */
export type ThriftValue =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "i32" | "i64"; readonly value: number }
  | { readonly kind: "binary"; readonly value: Uint8Array }
  | { readonly kind: "list"; readonly of: "i32" | "binary" | "struct"; readonly values: readonly ThriftValue[] }
  | { readonly kind: "struct"; readonly fields: readonly (readonly [id: number, value: ThriftValue])[] };

const CODES = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

export const bool = (value: boolean): ThriftValue => ({ kind: "bool", value });
export const i32 = (value: number): ThriftValue => ({ kind: "i32", value });
export const i64 = (value: number): ThriftValue => ({ kind: "i64", value });
export const binary = (value: Uint8Array | string): ThriftValue => ({
  kind: "binary",
  value: typeof value === "string" ? Buffer.from(value, "utf8") : value,
});
export const list = (of: "i32" | "binary" | "struct", values: readonly ThriftValue[]): ThriftValue => ({
  kind: "list",
  of,
  values,
});

/** A struct of the fields that are not undefined; ids must ascend. */
export const struct = (...fields: (readonly [id: number, value: ThriftValue | undefined])[]): ThriftValue => ({
  kind: "struct",
  fields: fields.filter((field): field is readonly [number, ThriftValue] => field[1] !== undefined),
});

export function encodeThrift(value: ThriftValue): Uint8Array {
  const bytes: number[] = [];
  write(bytes, value);
  return Uint8Array.from(bytes);
}

function write(bytes: number[], value: ThriftValue): void {
  switch (value.kind) {
    case "bool":
      bytes.push(value.value ? 1 : 2);
      return;
    case "i32":
    case "i64":
      varint(bytes, value.value < 0 ? -2 * value.value - 1 : 2 * value.value);
      return;
    case "binary":
      varint(bytes, value.value.length);
      for (const byte of value.value) bytes.push(byte);
      return;
    case "list":
      if (value.values.length < 15) {
        bytes.push((value.values.length << 4) | CODES[value.of]);
      } else {
        bytes.push(0xf0 | CODES[value.of]);
        varint(bytes, value.values.length);
      }
      for (const item of value.values) write(bytes, item);
      return;
    case "struct": {
      let previous = 0;
      for (const [id, field] of value.fields) {
        // A boolean field's value is its type code.
        const code = field.kind === "bool" ? (field.value ? 1 : 2) : CODES[field.kind];
        if (id > previous && id - previous < 16) {
          bytes.push(((id - previous) << 4) | code);
        } else {
          bytes.push(code);
          varint(bytes, 2 * id);
        }
        if (field.kind !== "bool") write(bytes, field);
        previous = id;
      }
      bytes.push(0);
    }
  }
}

/** Unsigned LEB128, up to 2^53. */
function varint(bytes: number[], value: number): void {
  while (value > 127) {
    bytes.push((value % 128) | 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
}
