import { UserError } from "../../model/errors";
import { reasonCode } from "../../model/reasons";
import { MISSING, polyHash, TEXT, type FieldPlan, type LineScanner, type RowFields, type RowSink } from "./rows";

const MALFORMED = reasonCode("malformed");
const TOO_LONG = reasonCode("too_long");
const SPACE = 32;
const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;

/** Columns of the web-server formats; `referrer` and `userAgent` only in `combined`. */
export const WEBLOG_COLUMNS = [
  "host",
  "ident",
  "user",
  "time",
  "request",
  "method",
  "path",
  "protocol",
  "status",
  "bytes",
  "referrer",
  "userAgent",
] as const;
type WeblogColumn = (typeof WEBLOG_COLUMNS)[number];

/**
 * Web-server access logs, Apache's `common` (`%h %l %u %t "%r" %>s %b`) and `combined` (… `"%{Referer}i" "%{User-agent}i"`) formats, also
 * written by nginx. `-` counts as missing. A request that is not `METHOD path PROTOCOL` has no path. What follows the known fields is
 * passed over; escapes (`\"`) stay as they are written.
 */
export class WeblogScanner implements LineScanner {
  rowCount = 0;
  private readonly fields: RowFields;
  private readonly slots: Readonly<Record<WeblogColumn, number>>;

  constructor(
    private readonly plan: FieldPlan,
    private readonly sink: RowSink,
    private readonly combined: boolean,
    private readonly maxLineBytes: number,
  ) {
    this.fields = sink.fields;
    const known: readonly string[] = combined ? WEBLOG_COLUMNS : WEBLOG_COLUMNS.slice(0, -2);
    const absent = plan.columns.filter((column) => !known.includes(column));
    if (absent.length > 0) {
      throw new UserError(`a web-server log has no column ${absent.map((column) => `"${column}"`).join(", ")}`, [
        `the columns of the format ${combined ? "combined" : "common"} are: ${known.join(", ")}`,
      ]);
    }
    this.slots = Object.fromEntries(WEBLOG_COLUMNS.map((name) => [name, plan.columns.indexOf(name)])) as Record<
      WeblogColumn,
      number
    >;
  }

  skipRow(): void {
    this.rowCount += 1;
  }

  scan(bytes: Uint8Array, start: number, stop: number, base: number): number {
    for (let at = start; at < stop;) {
      const end = bytes.indexOf(NEWLINE, at);
      const lineEnd = end > at && bytes[end - 1] === 13 ? end - 1 : end;
      if (lineEnd > at) {
        this.rowCount++;
        let code = MALFORMED;
        if (end - at > this.maxLineBytes) code = TOO_LONG;
        else if (this.line(bytes, at, lineEnd)) code = this.sink.accept(bytes);
        if (code !== 0) this.sink.setAside(code, base + at, bytes, at, lineEnd);
      }
      at = end + 1;
    }
    return stop;
  }

  private line(bytes: Uint8Array, at: number, end: number): boolean {
    const { slots } = this;
    this.fields.kind.fill(MISSING);
    for (const slot of [slots.host, slots.ident]) {
      const space = bytes.indexOf(SPACE, at);
      if (space < 0 || space >= end) return false;
      this.put(slot, bytes, at, space);
      at = space + 1;
    }
    // A user name may hold spaces: it ends where the time begins.
    let open = at;
    while (open < end && !(bytes[open] === 91 && bytes[open - 1] === SPACE)) open++;
    if (open >= end) return false;
    this.put(slots.user, bytes, at, open - 1);
    const close = bytes.indexOf(93, open);
    if (close < 0 || close + 3 > end || bytes[close + 1] !== SPACE || bytes[close + 2] !== QUOTE) return false;
    this.put(slots.time, bytes, open + 1, close);
    at = this.quoted(bytes, close + 2, end);
    if (at < 0) return false;
    this.request(bytes, close + 3, at - 1);
    for (const slot of [slots.status, slots.bytes]) {
      if (bytes[at] !== SPACE) return false;
      let space = at + 1;
      while (space < end && bytes[space] !== SPACE) space++;
      if (space === at + 1) return false;
      this.put(slot, bytes, at + 1, space);
      at = space;
    }
    if (!this.combined || at === end) return true;
    for (const slot of [slots.referrer, slots.userAgent]) {
      if (bytes[at] !== SPACE || bytes[at + 1] !== QUOTE) return false;
      const after = this.quoted(bytes, at + 1, end);
      if (after < 0) return false;
      this.put(slot, bytes, at + 2, after - 1);
      at = after;
    }
    return true;
  }

  /** Where the quoted text that begins at `at` ends (behind its closing quote), or -1. */
  private quoted(bytes: Uint8Array, at: number, end: number): number {
    for (at++; at < end; at++) {
      if (bytes[at] === BACKSLASH) at++;
      else if (bytes[at] === QUOTE) return at + 1;
    }
    return -1;
  }

  private request(bytes: Uint8Array, start: number, end: number): void {
    const { slots } = this;
    this.put(slots.request, bytes, start, end);
    let first = start;
    while (first < end && bytes[first] !== SPACE) first++;
    if (first === end) return;
    let last = end - 1;
    while (last > first && bytes[last] !== SPACE) last--;
    // `GET /path` without a protocol is HTTP/0.9.
    const pathEnd = last > first ? last : end;
    this.put(slots.method, bytes, start, first);
    this.put(slots.path, bytes, first + 1, pathEnd);
    if (pathEnd < end) this.put(slots.protocol, bytes, pathEnd + 1, end);
  }

  private put(slot: number, bytes: Uint8Array, start: number, end: number): void {
    if (slot < 0 || start >= end || (end - start === 1 && bytes[start] === 45)) return;
    const { fields } = this;
    fields.kind[slot] = TEXT;
    fields.start[slot] = start;
    fields.end[slot] = end;
    if (this.plan.hashed[slot] === true) fields.hash[slot] = polyHash(bytes, start, end);
  }
}
