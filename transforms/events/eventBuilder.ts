import type { KeyedBytes } from "../../beam/types";
import type { ColumnSource } from "../../model/config";
import { mixHash, shardKey, shardOf } from "../../model/eventBlock";
import { reasonCode } from "../../model/reasons";
import { KeyTable } from "../../io/formats/keyTable";
import {
  CLOCK_MS,
  DIGITS,
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
import { hashEventId } from "./eventIdHash";
import { EventNames } from "./eventNames";
import type { IdentityMap, Persons } from "./identityMap";
import { EventPacker } from "./packer";
import type { EventRoles, ReadSettings } from "./readSettings";
import { APP_AT, CARRIED_AT, CODE_AT, HASH_AT, KEY_BYTES_AT, keyOffset, ShardRows, type RowShape } from "./shardRows";
import { SplitTally } from "./splitTally";
import { HUMAN, ROBOT, TrafficMarks } from "./trafficMarks";
import { UsersByDay } from "./usersByDay";

const MISSING_TIME = reasonCode("missing_time");
const BAD_TIME = reasonCode("bad_time");
const OUTSIDE_RANGE = reasonCode("outside_range");
const MISSING_APP = reasonCode("missing_app");
const MISSING_USER = reasonCode("missing_user");
const GIVEN_MISSING = reasonCode("given_session_missing");
const BAD_ENCODING = reasonCode("bad_encoding");
const NUL_IN_KEY = reasonCode("nul_in_key");
const CLOCK_AHEAD = reasonCode("clock_ahead");

/**
 * Rows → events, partitioned by shard → event blocks. A row passes its checks in this order, and the first that fails gives the reason:
 * time, range, app, user, session id, event name with its kind, clock, then the encoding of user and session id.
 */
export class EventBuilder implements RowSink {
  readonly fields: RowFields;
  readonly tally: SplitTally;
  private readonly shape: RowShape;
  private readonly toKey: number;
  private readonly isPlainUser: boolean;
  private readonly shards: ShardRows[];
  private readonly packer: EventPacker;
  private readonly texts = new KeyTable();
  private readonly apps: Apps;
  private readonly names: EventNames;
  private readonly times: TimeParser;
  private readonly receivedTimes: TimeParser | null;
  private readonly marks: TrafficMarks;
  private readonly persons: Persons | null;
  private readonly usersByDay: UsersByDay | null;
  private readonly constantApp: number;
  private readonly constantUser: Uint8Array | null;
  private readonly constantSession: Uint8Array | null;
  private readonly fromMs: number;
  private readonly toMs: number;
  private readonly key = new Scratch();
  private keyUserHash = 0;
  private keyUserBytes = 0;
  private readonly idHash = new Uint32Array(2);

  constructor(
    private readonly settings: ReadSettings,
    private readonly roles: EventRoles,
    slotCount: number,
    identity: IdentityMap | null,
  ) {
    const { input } = settings;
    this.fields = emptyFields(slotCount);
    this.tally = new SplitTally(input.deadLetterRawBytes);
    this.shape = {
      hasEventIds: roles.eventId >= 0,
      numberCount: roles.numbers.length,
      textCount: roles.texts.length,
    };
    this.toKey = keyOffset(this.shape);
    this.shards = Array.from({ length: settings.shards }, () => new ShardRows());
    this.apps = new Apps(settings.apps);
    this.names = new EventNames(input.event, roles.event, settings.catalogue);
    this.times = new TimeParser(input.time.format, input.time.zone);
    this.receivedTimes = input.receivedTime === null ? null : new TimeParser(input.receivedTime.format, input.time.zone);
    this.marks = new TrafficMarks(settings.traffic);
    this.usersByDay = identity === null || settings.users === undefined ? null : new UsersByDay(identity, settings.users);
    this.persons = this.usersByDay ?? identity;
    this.packer = new EventPacker(this.shape, { apps: this.apps, names: this.names.names, texts: this.texts }, this.marks);
    this.constantApp = "constant" in input.app ? this.apps.ofConstant(input.app.constant) : 0;
    this.constantUser = constantOf(input.user);
    this.constantSession = constantOf(input.sessionId);
    this.isPlainUser = roles.user >= 0 && identity === null && roles.session < 0 && this.constantSession === null;
    this.fromMs = settings.range?.fromMs ?? -Infinity;
    this.toMs = settings.range?.toMs ?? Infinity;
  }

  setAside(code: number, offset: number, bytes: Uint8Array, start: number, end: number): void {
    this.tally.setAside(code, offset, bytes, start, end);
  }

  accept(bytes: Uint8Array): number {
    const { fields, roles, tally } = this;
    const { kind, start, end, hash } = fields;
    const timeMs = this.timeAt(roles.time, bytes, this.times);
    if (timeMs !== timeMs) {
      const slot = roles.time;
      return kind[slot] === MISSING || (kind[slot]! >= TEXT && start[slot] === end[slot]) ? MISSING_TIME : BAD_TIME;
    }
    if (timeMs < tally.firstMs) tally.firstMs = timeMs;
    if (timeMs > tally.lastMs) tally.lastMs = timeMs;
    if (timeMs < this.fromMs || timeMs >= this.toMs) return OUTSIDE_RANGE;

    let app = this.constantApp;
    if (roles.app >= 0) {
      const slot = roles.app;
      if (kind[slot] === MISSING || start[slot] === end[slot]) return MISSING_APP;
      app = this.apps.idOf(bytes, start[slot]!, end[slot]!, hash[slot]!);
    }
    if (app < 0) return -app;

    if (!this.isPlainUser) {
      const problem = this.composeKey(bytes, timeMs);
      if (problem !== 0) return problem;
    } else if (kind[roles.user] === MISSING || start[roles.user] === end[roles.user]) return MISSING_USER;

    const name = this.names.idOf(bytes, fields);
    if (name < 0) return -name;
    if (this.receivedTimes !== null) {
      const receivedMs = this.timeAt(roles.receivedTime, bytes, this.receivedTimes);
      if (timeMs > receivedMs + this.settings.input.clockToleranceSeconds * 1000) return CLOCK_AHEAD;
    }
    const traffic = roles.userAgent >= 0 || roles.robot >= 0 ? this.eventTraffic(bytes) : HUMAN;
    const code = (name << 2) | traffic;
    if (!this.isPlainUser) {
      const { key } = this;
      const keyHash = polyHash(key.bytes, 0, key.length);
      return this.append(bytes, timeMs, code, app, key.bytes, 0, key.length, keyHash, this.keyUserHash, this.keyUserBytes);
    }
    const userStart = start[roles.user]!;
    const userEnd = end[roles.user]!;
    const userHash = hash[roles.user]!;
    return this.append(bytes, timeMs, code, app, bytes, userStart, userEnd, userHash, userHash, userEnd - userStart);
  }

  /** Packs the events so far into blocks by shard and forgets them; counts go to the tally. With the sets of users by day, if any. */
  flush(): KeyedBytes[] {
    const { names, tally } = this;
    const blocks: KeyedBytes[] = [];
    this.shards.forEach((rows, shard) => {
      if (rows.count === 0) return;
      blocks.push({ key: shardKey(shard), value: this.packer.pack(rows, tally) });
      rows.clear();
    });
    tally.foldNames(names.names, names.unknown);
    this.texts.clear();
    names.clear();
    if (this.usersByDay !== null) blocks.push(...this.usersByDay.drain());
    return blocks;
  }

  /** True when the tables have grown so far that the events should be packed now. */
  get isFull(): boolean {
    return this.names.isFull;
  }

  /** Adds an event to its shard, key bytes checked on the way. Returns 0, or why its key cannot be used. */
  private append(
    row: Uint8Array,
    timeMs: number,
    code: number,
    app: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    keyHash: number,
    userHash: number,
    userBytes: number,
  ): number {
    const prefixHash = this.apps.prefixHashes[app]!;
    const power = userBytes < POWERS.length ? POWERS[userBytes]! : powerOf31(userBytes);
    const shard = shardOf(mixHash((Math.imul(prefixHash, power) + userHash) | 0), this.shards.length);
    const rows = this.shards[shard]!;
    const size = this.toKey + keyEnd - keyStart;
    const at = rows.length;
    if (at + size > rows.bytes.length) rows.grow(size);
    const { bytes, view } = rows;
    let to = at + this.toKey;
    // Bit 7 is set by a byte that is not ASCII, and by NUL, for which x - 1 is negative.
    let seen = 0;
    for (let i = keyStart; i < keyEnd; i++) {
      const x = key[i]!;
      seen |= x | (x - 1);
      bytes[to++] = x;
    }
    if ((seen & 128) !== 0) {
      const problem = this.keyProblem(key, keyStart, keyEnd);
      if (problem !== 0) return problem;
    }
    view.setFloat64(at, timeMs, true);
    view.setUint32(at + CODE_AT, code, true);
    view.setInt32(at + HASH_AT, keyHash, true);
    view.setUint32(at + APP_AT, app, true);
    view.setUint32(at + KEY_BYTES_AT, keyEnd - keyStart, true);
    if (this.toKey > CARRIED_AT) this.carry(view, at + CARRIED_AT, row);
    rows.length = at + size;
    rows.count++;
    return 0;
  }

  /** The one NUL allowed is that between user and session id, which `composeKey` has put there. */
  private keyProblem(key: Uint8Array, start: number, end: number): number {
    if (!isValidUtf8(key, start, end)) return BAD_ENCODING;
    return this.isPlainUser && hasNul(key, start, end) ? NUL_IN_KEY : 0;
  }

  /** Makes the key of a user that is constant, mapped by the identity map, or followed by a session id. Returns 0 or a reason. */
  private composeKey(bytes: Uint8Array, timeMs: number): number {
    const { fields, roles, key, constantUser, constantSession } = this;
    const { kind, start, end } = fields;
    let user = constantUser ?? bytes;
    let userStart = constantUser === null ? start[roles.user]! : 0;
    let userEnd = constantUser === null ? end[roles.user]! : constantUser.length;
    if ((constantUser === null && kind[roles.user] === MISSING) || userStart === userEnd) return MISSING_USER;
    let userHash = constantUser === null ? fields.hash[roles.user]! : polyHash(constantUser, 0, constantUser.length);
    const target = this.persons?.find(user, userStart, userEnd, userHash, timeMs) ?? null;
    if (target !== null) {
      user = target.user;
      userStart = 0;
      userEnd = user.length;
      userHash = target.hash;
    }
    key.length = 0;
    key.raw(user, userStart, userEnd);
    this.keyUserHash = userHash;
    this.keyUserBytes = key.length;
    if (hasNul(user, userStart, userEnd)) return NUL_IN_KEY;
    if (roles.session < 0 && constantSession === null) return 0;
    const session = constantSession ?? bytes;
    const sessionStart = constantSession === null ? start[roles.session]! : 0;
    const sessionEnd = constantSession === null ? end[roles.session]! : constantSession.length;
    if ((constantSession === null && kind[roles.session] === MISSING) || sessionStart === sessionEnd) return GIVEN_MISSING;
    if (hasNul(session, sessionStart, sessionEnd)) return NUL_IN_KEY;
    key.raw(NUL, 0, 1);
    key.raw(session, sessionStart, sessionEnd);
    return 0;
  }

  private eventTraffic(bytes: Uint8Array): number {
    const { fields, roles, marks } = this;
    const { kind, start, end, hash } = fields;
    const { robot, userAgent } = roles;
    if (robot >= 0 && kind[robot]! >= TEXT && marks.ofRobotColumn(bytes, start[robot]!, end[robot]!) === ROBOT) return ROBOT;
    if (userAgent < 0 || kind[userAgent]! < TEXT || start[userAgent] === end[userAgent]) return HUMAN;
    return marks.ofUserAgent(bytes, start[userAgent]!, end[userAgent]!, hash[userAgent]!);
  }

  /** Writes the attributes and the event id of the row in `fields`. */
  private carry(view: DataView, at: number, bytes: Uint8Array): void {
    const { fields, roles, texts, idHash } = this;
    const { kind, start, end, hash, value } = fields;
    for (const slot of roles.numbers) {
      const isText = kind[slot]! >= TEXT;
      const number = isText ? numberOf(bytes, start[slot]!, end[slot]!) : kind[slot] === NUMBER ? value[slot]! : NaN;
      view.setFloat64(at, number, true);
      at += 8;
    }
    for (const slot of roles.texts) {
      const isSet = kind[slot]! >= TEXT && start[slot] !== end[slot];
      view.setUint32(at, isSet ? 1 + textId(texts, bytes, start[slot]!, end[slot]!, hash[slot]!) : 0, true);
      at += 4;
    }
    if (roles.eventId >= 0) {
      const slot = roles.eventId;
      const isSet = kind[slot]! >= TEXT;
      hashEventId(bytes, isSet ? start[slot]! : 0, isSet ? end[slot]! : 0, idHash);
      view.setUint32(at, idHash[0]!, true);
      view.setUint32(at + 4, idHash[1]!, true);
    }
  }

  private timeAt(slot: number, bytes: Uint8Array, parser: TimeParser): number {
    const { kind, start, end, value } = this.fields;
    if (kind[slot] === DIGITS) {
      const timeMs = parser.ofDigits(value[slot]!);
      if (timeMs === timeMs) return timeMs;
    }
    if (kind[slot]! >= TEXT) return start[slot] === end[slot] ? NaN : parser.parse(bytes, start[slot]!, end[slot]!);
    if (kind[slot] === TIME_MS) return value[slot]!;
    if (kind[slot] === CLOCK_MS) return parser.ofClock(value[slot]!);
    return kind[slot] === NUMBER ? parser.ofNumber(value[slot]!) : NaN;
  }
}

/** Attribute texts that are not UTF-8 are kept with U+FFFD for what cannot be read. */
function textId(texts: KeyTable, bytes: Uint8Array, start: number, end: number, hash: number): number {
  if (isValidUtf8(bytes, start, end)) return texts.intern(0, bytes, start, end, hash);
  const mended = Buffer.from(textOf(bytes, start, end), "utf8");
  return texts.intern(0, mended, 0, mended.length, polyHash(mended, 0, mended.length));
}

const NUL = new Uint8Array(1);

/** A loop: views are slow to make, and this is done for every row. */
function hasNul(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i] === 0) return true;
  }
  return false;
}

/** 31^i, 32 bits: what appending i bytes multiplies a hash by. */
const POWERS = new Int32Array(256);
POWERS[0] = 1;
for (let i = 1; i < POWERS.length; i++) POWERS[i] = Math.imul(POWERS[i - 1]!, 31);

function powerOf31(exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i++) power = Math.imul(power, 31);
  return power;
}

function constantOf(source: ColumnSource | null): Uint8Array | null {
  return source !== null && "constant" in source ? Buffer.from(source.constant, "utf8") : null;
}
