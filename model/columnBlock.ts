/**
 * Several typed columns in one buffer: the form in which rows travel between threads, through Beam coders and to disk.
 *
 * Layout, little endian: u32 magic "COL1" · u32 header bytes · header (UTF-8 JSON: [[name, type, byte offset, length], …], padded
 * with spaces to 8) · columns, each aligned to 8 bytes from the start of the block.
 */
export type TypedColumn =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

export type Columns = Readonly<Record<string, TypedColumn>>;

const MAGIC = 0x314c4f43; // "COL1"
const TYPES = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type TypeName = keyof typeof TYPES;
const TYPE_OF = new Map<unknown, TypeName>((Object.entries(TYPES) as [TypeName, unknown][]).map(([name, ctor]) => [ctor, name]));

const align8 = (n: number) => (n + 7) & ~7;

/** Packs columns into one fresh buffer; the result owns its memory and can be transferred. */
export function packColumns(columns: Columns): Uint8Array {
  const entries = Object.entries(columns);
  const describe = (base: number) => {
    let at = base;
    return entries.map(([name, column]) => {
      const start = at;
      at = align8(at + column.byteLength);
      // A Buffer is a Uint8Array too: typed by what it is, not by its constructor's name.
      const type = TYPE_OF.get(column.constructor) ?? (column instanceof Uint8Array ? "u8" : undefined);
      if (type === undefined) {
        throw new TypeError(`column ${name}: ${column.constructor.name} cannot be packed`);
      }
      return [name, type, start, column.length] as const;
    });
  };
  // Offsets are relative to the end of the header, so that the header's length does not depend on itself.
  const header = describe(0);
  const text = Buffer.from(JSON.stringify(header));
  const base = align8(8 + text.length);
  const bodyBytes = entries.reduce((sum, [, column]) => sum + align8(column.byteLength), 0);
  const bytes = new Uint8Array(base + bodyBytes);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, MAGIC, true);
  head.setUint32(4, base - 8, true);
  bytes.fill(0x20, 8, base);
  bytes.set(text, 8);
  entries.forEach(([, column], i) => {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), base + (header[i]?.[2] ?? 0));
  });
  return bytes;
}

/**
 * Reads a block. Columns are views on `bytes` where its memory is aligned, else on one copy of it: treat them as read-only.
 * @throws RangeError when `bytes` is not a column block or is cut short.
 */
export function unpackColumns(bytes: Uint8Array): Record<string, TypedColumn> {
  const aligned = (bytes.byteOffset & 7) === 0 ? bytes : Uint8Array.prototype.slice.call(bytes);
  const { buffer, byteOffset, byteLength } = aligned;
  const head = new DataView(buffer, byteOffset, byteLength);
  if (byteLength < 8 || head.getUint32(0, true) !== MAGIC) {
    throw new RangeError("not a column block");
  }
  const headerBytes = head.getUint32(4, true);
  const base = 8 + headerBytes;
  if (base > byteLength) {
    throw new RangeError("column block cut short in its header");
  }
  const header = JSON.parse(Buffer.from(buffer, byteOffset + 8, headerBytes).toString("utf8")) as [
    string,
    TypeName,
    number,
    number,
  ][];
  const columns: Record<string, TypedColumn> = {};
  for (const [name, type, start, length] of header) {
    const TypedArray = TYPES[type];
    if (base + start + length * TypedArray.BYTES_PER_ELEMENT > byteLength) {
      throw new RangeError(`column block cut short in column ${name}`);
    }
    columns[name] = new TypedArray(buffer as ArrayBuffer, byteOffset + base + start, length);
  }
  return columns;
}
