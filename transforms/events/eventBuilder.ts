import type { KeyedBytes } from "../../beam/types";
import type { ColumnSource } from "../../model/config";
import { reasonCode } from "../../model/reasons";
import { KeyTable } from "../../io/formats/keyTable";
import {
  CLOCK_MS,
  emptyFields,
  MISSING,
  NUMBER,
  polyHash,
  TEXT,
  TIME_MS,
  type RowFields,
  type RowSink,
} from "../../io/formats/rows";
import { isValidUtf8, Scratch, textOf } from "../../io/formats/utf8";
import { numberOf, TimeParser } from "../../io/time/timeParser";
import { Apps } from "./apps";
import { EventColumns } from "./eventColumns";
import { hashEventId } from "./eventIdHash";
import { EventNames } from "./eventNames";
import type { IdentityMap } from "./identityMap";
import { EventPacker } from "./packer";
import type { EventRoles, ReadSettings } from "./readSettings";
import { SplitTally } from "./splitTally";
import { HUMAN, ROBOT, TrafficMarks } from "./trafficMarks";

const MISSING_TIME = reasonCode("missing_time");
const BAD_TIME = reasonCode("bad_time");
const OUTSIDE_RANGE = reasonCode("outside_range");
const MISSING_APP = reasonCode("missing_app");
const MISSING_USER = reasonCode("missing_user");
const GIVEN_MISSING = reasonCode("given_session_missing");
const BAD_ENCODING = reasonCode("bad_encoding");
const NUL_IN_KEY = reasonCode("nul_in_key");
const CLOCK_AHEAD = reasonCode("clock_ahead");
/** State of a session key that may be used; its traffic mark is added. Others hold minus a reason's code. */
const USABLE = 0;

/**
 * Rows → events in typed columns → event blocks per shard. A row passes its checks in this order, and the first that fails gives the
 * reason: time, range, app, user, session id, encoding of these, event name with its kind, clock.
 */
export class EventBuilder implements RowSink {
  readonly fields: RowFields;
  readonly tally: SplitTally;
  private readonly columns: EventColumns;
  private readonly packer = new EventPacker();
  private readonly keys = new KeyTable();
  private readonly texts = new KeyTable();
  private readonly apps: Apps;
  private readonly names: EventNames;
  private readonly times: TimeParser;
  private readonly receivedTimes: TimeParser | null;
  private readonly marks: TrafficMarks;
  private keyState = new Int8Array(1024);
  private readonly constantApp: number;
  private readonly constantUser: Uint8Array | null;
  private readonly constantSession: Uint8Array | null;
  private readonly fromMs: number;
  private readonly toMs: number;
  private readonly scratch = new Scratch();
  private readonly idHash = new Uint32Array(2);

  constructor(
    private readonly settings: ReadSettings,
    private readonly roles: EventRoles,
    slotCount: number,
    private readonly identity: IdentityMap | null,
  ) {
    const { input } = settings;
    this.fields = emptyFields(slotCount);
    this.tally = new SplitTally(input.deadLetterRawBytes);
    this.columns = new EventColumns({
      hasEventIds: roles.eventId >= 0,
      numberCount: roles.numbers.length,
      textCount: roles.texts.length,
    });
    this.apps = new Apps(settings.apps);
    this.names = new EventNames(input.event, roles.event, settings.catalogue);
    this.times = new TimeParser(input.time.format, input.time.zone);
    this.receivedTimes = input.receivedTime === null ? null : new TimeParser(input.receivedTime.format, input.time.zone);
    this.marks = new TrafficMarks(settings.traffic);
    this.constantApp = "constant" in input.app ? this.apps.ofConstant(input.app.constant) : 0;
    this.constantUser = constantOf(input.user);
    this.constantSession = constantOf(input.sessionId);
    this.fromMs = settings.range?.fromMs ?? -Infinity;
    this.toMs = settings.range?.toMs ?? Infinity;
  }

  /** Events packed since the last `flush`. */
  get eventCount(): number {
    return this.columns.count;
  }

  setAside(code: number, offset: number, bytes: Uint8Array, start: number, end: number): void {
    this.tally.setAside(code, offset, bytes, start, end);
  }

  accept(bytes: Uint8Array): number {
    const { fields, roles, columns, tally } = this;
    const { kind, start, end } = fields;
    const timeMs = this.timeAt(roles.time, bytes, this.times);
    if (timeMs !== timeMs) {
      const slot = roles.time;
      return kind[slot] === MISSING || (kind[slot] === TEXT && start[slot] === end[slot]) ? MISSING_TIME : BAD_TIME;
    }
    if (timeMs < tally.firstMs) tally.firstMs = timeMs;
    if (timeMs > tally.lastMs) tally.lastMs = timeMs;
    if (timeMs < this.fromMs || timeMs >= this.toMs) return OUTSIDE_RANGE;

    let app = this.constantApp;
    if (roles.app >= 0) {
      const slot = roles.app;
      if (kind[slot] === MISSING || start[slot] === end[slot]) return MISSING_APP;
      app = this.apps.idOf(bytes, start[slot]!, end[slot]!, fields.hash[slot]!);
    }
    if (app < 0) return -app;

    const key =
      roles.user >= 0 && this.identity === null && roles.session < 0 && this.constantSession === null
        ? this.plainKey(app, bytes)
        : this.composedKey(app, bytes, timeMs);
    if (key < 0) return -key;
    let traffic = this.keyState[key]!;

    const name = this.names.idOf(bytes, fields);
    if (name < 0) return -name;
    if (this.receivedTimes !== null) {
      const receivedMs = this.timeAt(roles.receivedTime, bytes, this.receivedTimes);
      if (timeMs > receivedMs + this.settings.input.clockToleranceSeconds * 1000) return CLOCK_AHEAD;
    }
    if (traffic < ROBOT && (roles.userAgent >= 0 || roles.robot >= 0)) traffic = this.eventTraffic(traffic, bytes);

    const { count } = columns;
    if (count === columns.capacity) columns.grow();
    columns.key[count] = key;
    columns.timeMs[count] = timeMs;
    columns.code[count] = (name << 2) | traffic;
    if (!columns.isPlain) this.carry(count, bytes);
    columns.count = count + 1;
    if (traffic !== HUMAN) tally.countTraffic(traffic);
    return 0;
  }

  /** Packs the events so far into blocks by shard and forgets them; counts go to the tally. */
  flush(): KeyedBytes[] {
    const { columns, names, tally } = this;
    const { count, code } = columns;
    if (count === 0) return [];
    const tables = { keys: this.keys, apps: this.apps, names: names.names, texts: this.texts };
    const blocks = this.packer.pack(columns, tables, this.settings.shards);
    tally.eventsPacked += count;
    tally.addNames(names.names, names.unknown, code, count);
    columns.count = 0;
    this.keys.clear();
    this.texts.clear();
    names.clear();
    return blocks;
  }

  /** True when the tables have grown so far that the events should be packed now. */
  get isFull(): boolean {
    return this.names.isFull;
  }

  private plainKey(app: number, bytes: Uint8Array): number {
    const { fields, keys } = this;
    const slot = this.roles.user;
    const start = fields.start[slot]!;
    const end = fields.end[slot]!;
    if (fields.kind[slot] === MISSING || start === end) return -MISSING_USER;
    const before = keys.count;
    const key = keys.intern(app, bytes, start, end, fields.hash[slot]!);
    if (key === before) this.classify(key, bytes, start, end);
    const state = this.keyState[key]!;
    return state < 0 ? state : key;
  }

  /** The key of a user that is constant, mapped by the identity map, or followed by a given session id. */
  private composedKey(app: number, bytes: Uint8Array, timeMs: number): number {
    const { fields, roles, keys, scratch } = this;
    const { kind, start, end } = fields;
    const constant = this.constantUser;
    let user = constant ?? bytes;
    let userStart = constant === null ? start[roles.user]! : 0;
    let userEnd = constant === null ? end[roles.user]! : constant.length;
    if ((constant === null && kind[roles.user] === MISSING) || userStart === userEnd) return -MISSING_USER;
    const hash = constant === null ? fields.hash[roles.user]! : polyHash(constant, 0, constant.length);
    const target = this.identity?.find(user, userStart, userEnd, hash, timeMs) ?? null;
    if (target !== null) {
      user = target.user;
      userStart = 0;
      userEnd = user.length;
    }
    scratch.length = 0;
    scratch.raw(user, userStart, userEnd);
    const userLength = scratch.length;
    if (roles.session >= 0 || this.constantSession !== null) {
      const session = this.constantSession ?? bytes;
      const sessionStart = this.constantSession === null ? start[roles.session]! : 0;
      const sessionEnd = this.constantSession === null ? end[roles.session]! : session.length;
      if (this.constantSession === null && (kind[roles.session] === MISSING || sessionStart === sessionEnd))
        return -GIVEN_MISSING;
      // A second NUL would make `user NUL session` read as another user: found here, since the classification sees one of them.
      for (let i = userStart; i < userEnd; i++) if (user[i] === 0) return -NUL_IN_KEY;
      for (let i = sessionStart; i < sessionEnd; i++) if (session[i] === 0) return -NUL_IN_KEY;
      scratch.raw(ZERO, 0, 1);
      scratch.raw(session, sessionStart, sessionEnd);
    }
    const before = keys.count;
    const key = keys.intern(app, scratch.bytes, 0, scratch.length, polyHash(scratch.bytes, 0, scratch.length));
    if (key === before) this.classify(key, scratch.bytes, 0, userLength, scratch.length);
    const state = this.keyState[key]!;
    return state < 0 ? state : key;
  }

  /** Looks at a new session key once: may it be used, and is its user on a list? */
  private classify(key: number, bytes: Uint8Array, start: number, userEnd: number, end = userEnd): void {
    if (key >= this.keyState.length) {
      const grown = new Int8Array(key * 2);
      grown.set(this.keyState);
      this.keyState = grown;
    }
    let state = USABLE;
    if (!isValidUtf8(bytes, start, end)) state = -BAD_ENCODING;
    else if (bytes.subarray(start, userEnd).includes(0)) state = -NUL_IN_KEY;
    else state = USABLE + this.marks.ofUser(bytes, start, userEnd);
    this.keyState[key] = state;
  }

  private eventTraffic(traffic: number, bytes: Uint8Array): number {
    const { fields, roles, marks } = this;
    const { kind, start, end, hash } = fields;
    let slot = roles.robot;
    if (slot >= 0 && kind[slot] === TEXT) traffic = Math.max(traffic, marks.ofRobotColumn(bytes, start[slot]!, end[slot]!));
    slot = roles.userAgent;
    if (slot >= 0 && kind[slot] === TEXT && traffic < ROBOT && start[slot] !== end[slot]) {
      traffic = Math.max(traffic, marks.ofUserAgent(bytes, start[slot]!, end[slot]!, hash[slot]!));
    }
    return traffic;
  }

  /** Event id and attributes of the row. */
  private carry(event: number, bytes: Uint8Array): void {
    const { fields, roles, columns, texts, idHash } = this;
    const { kind, start, end, hash, value } = fields;
    roles.numbers.forEach((slot, i) => {
      columns.numbers[i]![event] =
        kind[slot] === TEXT ? numberOf(bytes, start[slot]!, end[slot]!) : kind[slot] === NUMBER ? value[slot]! : NaN;
    });
    roles.texts.forEach((slot, i) => {
      const isSet = kind[slot] === TEXT && start[slot] !== end[slot];
      columns.texts[i]![event] = isSet ? 1 + this.textId(texts, bytes, start[slot]!, end[slot]!, hash[slot]!) : 0;
    });
    if (roles.eventId >= 0) {
      const slot = roles.eventId;
      const isSet = kind[slot] === TEXT;
      hashEventId(bytes, isSet ? start[slot]! : 0, isSet ? end[slot]! : 0, idHash);
      columns.idHigh[event] = idHash[0]!;
      columns.idLow[event] = idHash[1]!;
    }
  }

  /** Attribute texts that are not UTF-8 are kept with U+FFFD for what cannot be read. */
  private textId(texts: KeyTable, bytes: Uint8Array, start: number, end: number, hash: number): number {
    if (isValidUtf8(bytes, start, end)) return texts.intern(0, bytes, start, end, hash);
    const mended = Buffer.from(textOf(bytes, start, end), "utf8");
    return texts.intern(0, mended, 0, mended.length, polyHash(mended, 0, mended.length));
  }

  private timeAt(slot: number, bytes: Uint8Array, parser: TimeParser): number {
    const { kind, start, end, value } = this.fields;
    if (kind[slot] === TEXT) return start[slot] === end[slot] ? NaN : parser.parse(bytes, start[slot]!, end[slot]!);
    if (kind[slot] === TIME_MS) return value[slot]!;
    if (kind[slot] === CLOCK_MS) return parser.ofClock(value[slot]!);
    return kind[slot] === NUMBER ? parser.ofNumber(value[slot]!) : NaN;
  }
}

const ZERO = new Uint8Array(1);

function constantOf(source: ColumnSource | null): Uint8Array | null {
  return source !== null && "constant" in source ? Buffer.from(source.constant, "utf8") : null;
}
