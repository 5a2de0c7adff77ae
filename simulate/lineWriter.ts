import type { Random } from "./random";
import type { Population } from "./population";
import type { Scenario } from "./scenario";
import { ANONYMOUS, EARNS, type Records } from "./spool";
import type { Vocabulary } from "./vocabulary";
import { mixHash } from "../model/eventBlock";
import { isoDate, MS_PER_DAY, MS_PER_HOUR } from "./calendar";

/** What can be wrong with a line, each written as an extra line next to a good one. */
export const FLAWS = ["truncated", "garbage", "bad_time", "no_event", "no_user", "clock_ahead"] as const;
export type Flaw = (typeof FLAWS)[number];

export type TextFormat = "jsonl" | "csv";

/** User agents of honest crawlers, by kind of robot; the others look like people. */
const CRAWLER_AGENTS = [
  "Mozilla/5.0 (compatible; SpoonBot/2.1; +http://spoonbot.example/about)",
  "PantryCrawler/1.4 (+http://pantry.example/crawler.html)",
  "Mozilla/5.0 (compatible; Ladlebot/0.9)",
];

const HEX = Buffer.from("0123456789abcdef");
/** Digits of 0..99 as characters. */
const TENS = Uint8Array.from({ length: 100 }, (_, n) => 48 + Math.floor(n / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, n) => 48 + (n % 10));
const COMMA = Buffer.from(",");
const MAX_LINE = 4096;

/**
 * Writes records as lines of bytes, without making strings: about half a microsecond a line. `take()` hands out what was written.
 */
export class LineWriter {
  private bytes = Buffer.allocUnsafe(1 << 16);
  private at = 0;
  private readonly json: boolean;
  private readonly iso: boolean;
  private readonly beforeTime: Buffer;
  private readonly beforeReceived: Buffer | null;
  private readonly beforeUser: Buffer;
  /** `","app":"web","event":"` by client. */
  private readonly beforeEvent: Buffer[];
  /** `","country":"DE"` by country. */
  private readonly countries: Buffer[];
  private readonly agents: Buffer[][];
  private readonly crawlerAgents: Buffer[];
  private readonly names: Buffer[];
  private readonly signups = new Map<number, Buffer>();
  private readonly firstDayMs: number;
  private hourOf = NaN;
  /** `2026-03-02T09:` */
  private hour = Buffer.alloc(14);

  constructor(
    format: TextFormat,
    private readonly scenario: Scenario,
    private readonly population: Population,
    vocabulary: Vocabulary,
    firstDayMs: number,
  ) {
    const { log } = scenario;
    const json = format === "jsonl";
    const b = (text: string) => Buffer.from(text, "utf8");
    this.json = json;
    this.iso = log.timeFormat === "iso";
    this.firstDayMs = firstDayMs;
    const open = this.iso && json ? '"' : "";
    this.beforeTime = b(json ? `{"ts":${open}` : "");
    this.beforeReceived = log.receivedTime ? b(json ? `${open},"received":${open}` : ",") : null;
    this.beforeUser = b(json ? `${open},"user":"` : ",");
    this.beforeEvent = Object.keys(scenario.clients).map((app) => b(json ? `","app":"${app}","event":"` : `,${app},`));
    this.names = vocabulary.names.map((name) => b(json ? `${name}"` : name));
    this.countries = population.countries.map(({ code }) => b(!log.country ? "" : json ? `,"country":"${code}"` : `,${code}`));
    const agent = (text: string) => b(!log.agent ? "" : json ? `,"agent":${JSON.stringify(text)}` : `,"${text}"`);
    this.agents = Object.values(scenario.clients).map((c) => c.agents.map(agent));
    this.crawlerAgents = CRAWLER_AGENTS.map(agent);
  }

  /** The head line of a CSV file. */
  header(): void {
    if (this.json) return;
    const { receivedTime, country, signup, agent, revenue } = this.scenario.log;
    const columns = ["ts", receivedTime && "received", "user", "app", "event", country && "country", signup && "signup"];
    this.text([...columns, agent && "agent", revenue && "revenue"].filter(Boolean).join(",") + "\n");
  }

  line(records: Records, i: number): void {
    this.write(records, i, null, 0);
  }

  /** A line with one thing wrong, made from a good record; `clock_ahead` is otherwise well formed. */
  flawed(records: Records, i: number, flaw: Flaw, random: Random): void {
    const start = this.at;
    if (flaw === "garbage") {
      this.text(`~~ restart of collector ${random.below(1e6)} ~~\n`);
      return;
    }
    // Ahead of the moment it arrived, however late that was.
    this.write(records, i, flaw, flaw === "clock_ahead" ? records.delay(i) + MS_PER_HOUR * (2 + random.below(28)) : 0);
    if (flaw === "truncated") {
      // Cut inside the user's id: as JSON the line does not close, as CSV it has no app and no event.
      this.at = start + this.beforeTime.length + (this.iso ? 24 : 13) * (this.beforeReceived ? 2 : 1) + 8;
      this.at += (this.beforeReceived?.length ?? 0) + this.beforeUser.length;
      this.bytes[this.at++] = 10;
    }
  }

  /** Bytes written since the last take; valid until the next write. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.at);
    this.at = 0;
    return taken;
  }

  get pendingBytes(): number {
    return this.at;
  }

  private write(records: Records, i: number, flaw: Flaw | null, aheadMs: number): void {
    if (this.at + MAX_LINE > this.bytes.length) this.grow();
    const { log } = this.scenario;
    const { bytes } = this;
    const time = records.time(i);
    const user = records.user(i);
    const client = records.client(i);
    const flags = records.flags(i);
    let at = copy(bytes, this.at, this.beforeTime);
    at = flaw === "bad_time" ? at + bytes.write("yesterday", at) : this.time(at, time + aheadMs);
    if (this.beforeReceived) at = this.time(copy(bytes, at, this.beforeReceived), time + records.delay(i));
    at = copy(bytes, at, this.beforeUser);
    if (flaw !== "no_user") at = this.user(at, user, (flags & ANONYMOUS) !== 0);
    at = copy(bytes, at, this.beforeEvent[client] as Buffer);
    if (flaw !== "no_event") at = copy(bytes, at, this.names[records.event(i)] as Buffer);
    else if (this.json) bytes[at++] = 34;
    if (log.country) at = copy(bytes, at, this.countries[this.population.country[user] as number] as Buffer);
    if (log.signup) at = copy(bytes, at, this.signup(this.population.signupDay[user] as number));
    if (log.agent) at = copy(bytes, at, this.agentOf(user, client));
    if (log.revenue) at = this.revenue(at, (flags & EARNS) !== 0 ? records.revenue(i) : -1);
    if (this.json) bytes[at++] = 125;
    bytes[at++] = 10;
    this.at = at;
  }

  private agentOf(user: number, client: number): Buffer {
    if (this.population.kindOf(user) === "crawler") return this.crawlerAgents[user % this.crawlerAgents.length] as Buffer;
    const list = this.agents[client] as Buffer[];
    return list[mixHash(user + 31) % list.length] as Buffer;
  }

  private signup(day: number): Buffer {
    let text = this.signups.get(day);
    if (text === undefined) {
      const date = isoDate(this.firstDayMs + day * MS_PER_DAY);
      this.signups.set(day, (text = Buffer.from(this.json ? `,"signup":"${date}"` : `,${date}`)));
    }
    return text;
  }

  private revenue(at: number, tenThousandths: number): number {
    if (tenThousandths < 0) return this.json ? at : copy(this.bytes, at, COMMA);
    return at + this.bytes.write(`${this.json ? ',"revenue":' : ","}${tenThousandths / 10_000}`, at);
  }

  private user(at: number, user: number, anonymous: boolean): number {
    const { bytes } = this;
    const [high, low] = this.population.idWords(user, anonymous);
    if (anonymous) at += bytes.write("anon-", at);
    else bytes[at++] = 117;
    for (let shift = 28; shift >= 0; shift -= 4) bytes[at++] = HEX[(high >>> shift) & 15] as number;
    for (let shift = 12; shift >= 0; shift -= 4) bytes[at++] = HEX[(low >>> shift) & 15] as number;
    return at;
  }

  private time(at: number, ms: number): number {
    const { bytes } = this;
    if (!this.iso) return at + bytes.write(String(ms), at);
    const hour = Math.floor(ms / MS_PER_HOUR);
    if (hour !== this.hourOf) {
      this.hourOf = hour;
      this.hour = Buffer.from(new Date(ms).toISOString().slice(0, 14));
    }
    at = copy(bytes, at, this.hour);
    let rest = (ms - hour * MS_PER_HOUR) | 0;
    const minute = (rest / 60_000) | 0;
    rest -= minute * 60_000;
    const second = (rest / 1000) | 0;
    rest -= second * 1000;
    const tenths = (rest / 100) | 0;
    rest -= tenths * 100;
    bytes[at] = TENS[minute] as number;
    bytes[at + 1] = ONES[minute] as number;
    bytes[at + 2] = 58; // :
    bytes[at + 3] = TENS[second] as number;
    bytes[at + 4] = ONES[second] as number;
    bytes[at + 5] = 46; // .
    bytes[at + 6] = 48 + tenths;
    bytes[at + 7] = TENS[rest] as number;
    bytes[at + 8] = ONES[rest] as number;
    bytes[at + 9] = 90; // Z
    return at + 10;
  }

  private text(text: string): void {
    this.at += this.bytes.write(text, this.at, "utf8");
  }

  private grow(): void {
    const grown = Buffer.allocUnsafe(this.bytes.length * 2);
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }
}

/** Copies `part` to `bytes` at `at`; where it ends. A loop is faster than `set` for short parts. */
function copy(bytes: Uint8Array, at: number, part: Uint8Array): number {
  const { length } = part;
  if (length > 48) bytes.set(part, at);
  else for (let i = 0; i < length; i++) bytes[at + i] = part[i] as number;
  return at + length;
}
