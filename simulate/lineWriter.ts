import type { Random } from "./random";
import type { Population } from "./population";
import type { Scenario } from "./scenario";
import { ANONYMOUS, EARNS, type Records } from "./spool";
import type { Vocabulary } from "./vocabulary";
import { mixHash } from "../model/eventBlock";
import { isoDate, MS_PER_DAY } from "./calendar";

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
  private dateOf = -1;
  private date = Buffer.alloc(10);

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
    this.write(records, i, flaw, flaw === "clock_ahead" ? 3_600_000 * (2 + random.below(28)) : 0);
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
    const time = records.time(i);
    const user = records.user(i);
    const client = records.client(i);
    const flags = records.flags(i);
    this.put(this.beforeTime);
    if (flaw === "bad_time") this.text("yesterday");
    else this.time(time + aheadMs);
    if (this.beforeReceived) {
      this.put(this.beforeReceived);
      this.time(time + records.delay(i));
    }
    this.put(this.beforeUser);
    if (flaw !== "no_user") this.user(user, (flags & ANONYMOUS) !== 0);
    this.put(this.beforeEvent[client] as Buffer);
    if (flaw !== "no_event") this.put(this.names[records.event(i)] as Buffer);
    else if (this.json) this.bytes[this.at++] = 34;
    this.put(this.countries[this.population.country[user] as number] as Buffer);
    if (log.signup) this.put(this.signup(this.population.signupDay[user] as number));
    if (log.agent) this.put(this.agentOf(user, client));
    if (log.revenue) this.revenue((flags & EARNS) !== 0 ? records.revenue(i) : -1);
    if (this.json) this.bytes[this.at++] = 125;
    this.bytes[this.at++] = 10;
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

  private revenue(tenThousandths: number): void {
    if (this.json) {
      if (tenThousandths >= 0) this.text(`,"revenue":${tenThousandths / 10_000}`);
    } else this.text(tenThousandths >= 0 ? `,${tenThousandths / 10_000}` : ",");
  }

  private user(user: number, anonymous: boolean): void {
    const [high, low] = this.population.idWords(user, anonymous);
    if (anonymous) this.text("anon-");
    else this.bytes[this.at++] = 117;
    for (let shift = 28; shift >= 0; shift -= 4) this.bytes[this.at++] = HEX[(high >>> shift) & 15] as number;
    for (let shift = 12; shift >= 0; shift -= 4) this.bytes[this.at++] = HEX[(low >>> shift) & 15] as number;
  }

  private time(ms: number): void {
    if (!this.iso) {
      this.digits(ms, 13);
      return;
    }
    const day = Math.floor(ms / MS_PER_DAY);
    if (day !== this.dateOf) {
      this.dateOf = day;
      this.date = Buffer.from(isoDate(ms));
    }
    let rest = ms - day * MS_PER_DAY;
    this.put(this.date);
    const { bytes } = this;
    bytes[this.at++] = 84; // T
    const hour = (rest / 3_600_000) | 0;
    rest -= hour * 3_600_000;
    this.digits(hour, 2);
    bytes[this.at++] = 58;
    const minute = (rest / 60_000) | 0;
    rest -= minute * 60_000;
    this.digits(minute, 2);
    bytes[this.at++] = 58;
    const second = (rest / 1000) | 0;
    this.digits(second, 2);
    bytes[this.at++] = 46;
    this.digits(rest - second * 1000, 3);
    bytes[this.at++] = 90; // Z
  }

  private digits(value: number, width: number): void {
    this.at += width;
    for (let i = 1; i <= width; i++) {
      const tens = Math.floor(value / 10);
      this.bytes[this.at - i] = 48 + value - tens * 10;
      value = tens;
    }
  }

  private put(part: Buffer): void {
    const { bytes } = this;
    let { at } = this;
    if (part.length > 40) {
      bytes.set(part, at);
      at += part.length;
    } else for (let i = 0; i < part.length; i++) bytes[at++] = part[i] as number;
    this.at = at;
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
