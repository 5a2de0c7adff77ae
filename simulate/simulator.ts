import { MAX_SESSION_EVENTS, SessionSampler } from "./behaviours";
import { MS_PER_DAY, MS_PER_HOUR, isoDate } from "./calendar";
import { ProductChanges } from "./changes";
import { noCounts, type Counts } from "./counts";
import type { Population } from "./population";
import { Random } from "./random";
import { robotRuns } from "./robotPlans";
import type { Scenario } from "./scenario";
import { ANONYMOUS, EARNS, type Spool } from "./spool";
import type { TrueSession } from "./truth";
import { Visits } from "./visits";
import type { Vocabulary } from "./vocabulary";

/** Buckets of late files follow those of the hours. */
export const LATE_BUCKETS = 10_000_000;
export const lateBucket = (deliveryDay: number, day: number) => LATE_BUCKETS + deliveryDay * 65_536 + day;

export interface SimulatorSettings {
  readonly seed: number;
  readonly days: number;
  readonly firstDayMs: number;
  /** Events spread over their day's files at random instead of going to the file of their hour. */
  readonly shuffled: boolean;
}

interface Draft {
  readonly user: number;
  readonly client: number;
  readonly behaviour: string;
  readonly category: string;
  readonly traffic: "human" | "staff" | "robot";
  readonly endless: boolean;
}

/**
 * Makes the sessions of one day after the other. A session's steps are below the client's gap and pauses between two sessions of a
 * user and client at or above it, so the truth is what cutting by the gap finds. Every user's day has its own random stream.
 */
export class Simulator {
  readonly counts: Counts = noCounts();
  private readonly random = new Random();
  private readonly visits: Visits;
  private readonly samplers: SessionSampler[];
  private readonly changes: ProductChanges;
  private readonly events = new Uint16Array(MAX_SESSION_EVENTS);
  private readonly times = new Float64Array(MAX_SESSION_EVENTS);
  private readonly starts = new Float64Array(64);
  /** End of the last session by user and client. */
  private readonly lastEnd: Float64Array;
  private readonly apps: readonly string[];
  private readonly gapMs: readonly number[];
  private readonly stepMs: readonly number[];
  private readonly behaviours: readonly (readonly [string, Scenario["behaviours"][string]])[];
  private readonly background: readonly { readonly id: number; readonly chance: number }[];
  private readonly pushes: readonly number[];
  private readonly robotEvents: readonly (readonly number[])[];
  private readonly endless: ReadonlyMap<number, number>;
  private readonly endMs: number;

  constructor(
    private readonly scenario: Scenario,
    private readonly population: Population,
    vocabulary: Vocabulary,
    private readonly spool: Spool,
    private readonly settings: SimulatorSettings,
  ) {
    const clients = Object.values(scenario.clients);
    this.apps = Object.keys(scenario.clients);
    this.gapMs = clients.map((c) => Math.round(c.gapSeconds * 1000));
    this.stepMs = clients.map((c) => c.stepSeconds * 1000);
    this.behaviours = Object.entries(scenario.behaviours);
    this.visits = new Visits(scenario, population, settings.firstDayMs);
    this.samplers = clients.map((_, c) => new SessionSampler(scenario, vocabulary, c));
    this.changes = new ProductChanges(scenario, vocabulary);
    this.lastEnd = new Float64Array(population.size * clients.length).fill(-Infinity);
    this.background = Object.entries(scenario.backgroundEvents).flatMap(([name, chance]) =>
      chance === "push" ? [] : [{ id: vocabulary.names.indexOf(name), chance }],
    );
    this.pushes = Object.entries(scenario.backgroundEvents).flatMap(([name, chance]) =>
      chance === "push" ? [vocabulary.names.indexOf(name)] : [],
    );
    const robotNames = [
      ...this.behaviours.flatMap(([, b]) => Object.keys(b.events).slice(0, 2)),
      ...Object.keys(scenario.commonEvents),
    ];
    this.robotEvents = clients.map((_, c) => robotNames.map((name) => vocabulary.idOf(name, c)));
    this.endMs = settings.firstDayMs + settings.days * MS_PER_DAY;
    const chosen = new Random(settings.seed, 0x10e6, 3);
    const candidates = settings.days > 1 && population.humans > 0 ? scenario.flaws.endlessSessions : 0;
    this.endless = new Map(
      Array.from({ length: candidates }, () => [chosen.below(population.humans), chosen.below(settings.days - 1)]),
    );
  }

  /** Makes all sessions that start on this UTC day, in order of user. */
  day(day: number, emit: (session: TrueSession) => void): void {
    for (let user = 0; user < this.population.size; user++) {
      this.random.seed(this.settings.seed, user, 1000 + day);
      const kind = this.population.kindOf(user);
      if (kind === "human" || kind === "staff") this.personDay(user, day, kind, emit);
      else this.robotDay(user, day, emit);
    }
  }

  private personDay(user: number, day: number, traffic: "human" | "staff", emit: (session: TrueSession) => void): void {
    const { random, visits, starts } = this;
    const isEndless = this.endless.get(user) === day;
    let count = Math.min(starts.length, visits.sessionCount(random, user, day));
    if (isEndless) count = Math.max(1, count);
    if (count === 0) return;
    visits.startTimes(random, user, day, starts, count);
    visits.openDay(random, user, day);
    random.seed(this.settings.seed, user, 100_000 + day);
    for (let i = 0; i < count; i++) {
      const client = visits.client(random, user);
      const number = visits.behaviour(random, user, day, client);
      const [behaviour, { category, length }] = this.behaviours[number] as (typeof this.behaviours)[number];
      const endless = isEndless && i === 0;
      const events = endless ? 240 + random.below(160) : lengthOf(random, length);
      this.samplerOf(client).draw(random, number, events, this.events);
      const kept = this.changes.apply(random, day, user, client, this.events, events);
      if (kept === 0) continue;
      const startMs = this.startAfter(user, client, day, starts[i] as number);
      if (startMs === null) continue;
      const endMs = endless ? this.fillEndless(startMs, kept, client) : this.fillTimes(startMs, kept, client);
      if (endMs >= this.endMs) continue;
      this.emit({ user, client, behaviour, category, traffic, endless }, day, kept, emit);
    }
    this.push(user, day);
  }

  private robotDay(user: number, day: number, emit: (session: TrueSession) => void): void {
    const { random } = this;
    const kind = this.population.kindOf(user);
    const client = this.population.client[user] as number;
    const choices = this.robotEvents[client] as readonly number[];
    const runs = robotRuns(kind, this.dayMs(day), random).sort((a, b) => a.startMs - b.startMs);
    for (const run of runs) {
      const startMs = this.startAfter(user, client, day, run.startMs);
      if (startMs === null) continue;
      for (let i = 0; i < run.count; i++) this.events[i] = choices[run.event(random, i, choices.length)] as number;
      const count = this.changes.apply(random, day, user, client, this.events, run.count);
      if (count === 0) continue;
      const limit = (this.gapMs[client] as number) - 1;
      let time = startMs;
      for (let i = 0; i < count; i++) {
        this.times[i] = time;
        time += Math.min(limit, run.pause(random));
      }
      if ((this.times[count - 1] as number) >= this.endMs) continue;
      this.emit({ user, client, behaviour: kind, category: "", traffic: "robot", endless: false }, day, count, emit);
    }
  }

  /** The wanted start, or later so that the gap to the last session is kept; null when that would be another day. */
  private startAfter(user: number, client: number, day: number, wantedMs: number): number | null {
    const last = this.lastEnd[user * this.apps.length + client] as number;
    const earliest = last + (this.gapMs[client] as number);
    const sameDay = last >= this.dayMs(day);
    const exact = sameDay && this.random.next() < this.scenario.flaws.exactGapShare;
    const startMs = exact || wantedMs < earliest ? earliest : wantedMs;
    return startMs < this.dayMs(day + 1) ? startMs : null;
  }

  private fillTimes(startMs: number, count: number, client: number): number {
    const { random, times } = this;
    const gap = this.gapMs[client] as number;
    const median = this.stepMs[client] as number;
    const { justBelowGapShare } = this.scenario.flaws;
    let time = startMs;
    times[0] = time;
    for (let i = 1; i < count; i++) {
      const u = random.next();
      let step: number;
      if (u < justBelowGapShare) step = gap - 1;
      else {
        // Most pauses are short; one in twenty is a look away from the screen.
        step = Math.floor(u < 0.95 ? median * Math.exp(0.9 * random.gauss()) : 5 * median * Math.exp(0.7 * random.gauss()));
        if (step >= gap - 1) step = random.below(gap - 1);
        if (step < 1) step = 1;
      }
      times[i] = time += step;
    }
    return time;
  }

  /** Times of a session of 13 to 18 hours: even steps of at most nine tenths of the gap. */
  private fillEndless(startMs: number, count: number, client: number): number {
    const gap = this.gapMs[client] as number;
    const step = Math.min(gap * 0.9, ((13 + 5 * this.random.next()) * MS_PER_HOUR) / count);
    for (let i = 0; i < count; i++) this.times[i] = startMs + Math.floor(i * step);
    return this.times[count - 1] as number;
  }

  /** Hands out a finished session: its log records to the spool, its row to the truth. */
  private emit(draft: Draft, day: number, count: number, emit: (session: TrueSession) => void): void {
    const { random, times, events, scenario, counts, settings } = this;
    const { user, client, traffic } = draft;
    const anonymous = (this.population.knownFromDay[user] as number) > day;
    const startMs = times[0] as number;
    const endMs = times[count - 1] as number;
    const at = user * this.apps.length + client;
    const gap = this.gapMs[client] as number;
    if (startMs - (this.lastEnd[at] as number) === gap) counts.exactGap += 1;
    this.lastEnd[at] = endMs;
    const isLate = traffic === "human" && !draft.endless && random.next() < scenario.flaws.lateSessionShare;
    const deliveryDay = day + 1 + (isLate ? random.below(3) : 0);
    const late = isLate && deliveryDay < settings.days && endMs < this.dayMs(deliveryDay);
    const bucket = late ? lateBucket(deliveryDay, day) : -1;
    const lateBy = late ? this.dayMs(deliveryDay) + MS_PER_HOUR - startMs : 0;
    const paying = scenario.categories[draft.category];
    const earningAt = paying && random.next() < paying.earningShare ? random.below(count) : -1;
    for (let i = 0; i < count; i++) {
      const time = times[i] as number;
      const earns = i === earningAt && paying !== undefined;
      const revenue = earns
        ? Math.max(1, Math.round((10_000 * paying.revenue * random.gamma(2)) / (2 * paying.earningShare)))
        : 0;
      const flags = (anonymous ? ANONYMOUS : 0) | (earns ? EARNS : 0);
      const delay = lateBy + 150 + (random.bits() & 4095);
      this.record(bucket, day, time, user, events[i] as number, client, flags, revenue, delay);
      if (i > 0 && time - (times[i - 1] as number) === gap - 1) counts.justBelowGap += 1;
      const room = i + 1 < count ? (times[i + 1] as number) - time - 1 : 4000;
      const { background } = this;
      for (let b = 0; b < background.length && room > 1; b++) {
        const { id, chance } = background[b] as { id: number; chance: number };
        const after = time + 1 + random.below(Math.min(room, 3000));
        if (random.next() >= chance || after >= this.endMs) continue;
        this.record(bucket, day, after, user, id, client, anonymous ? ANONYMOUS : 0, 0, delay);
        counts.backgroundEvents += 1;
      }
    }
    counts.userEvents += count;
    counts.events[traffic] += count;
    counts.sessions[traffic] += 1;
    if (late) counts.lateSessions += 1;
    if (anonymous) counts.anonymousSessions += 1;
    if (draft.endless) counts.endlessSessions += 1;
    if (Math.floor(startMs / MS_PER_DAY) !== Math.floor(endMs / MS_PER_DAY)) counts.overMidnight += 1;
    const person = this.population.idOf(user);
    emit({
      user: anonymous ? this.population.idOf(user, true) : person,
      person,
      app: this.apps[client] as string,
      startMs,
      endMs,
      eventCount: count,
      behaviour: draft.behaviour,
      category: draft.category,
      traffic,
      endless: draft.endless,
      delivered: late ? isoDate(this.dayMs(deliveryDay)) : "",
    });
  }

  private record(
    bucket: number,
    day: number,
    time: number,
    user: number,
    event: number,
    client: number,
    flags: number,
    revenue: number,
    delay: number,
  ): void {
    const { random, settings, spool, counts } = this;
    const lastHour = settings.days * 24 - 1;
    const hour = settings.shuffled ? day * 24 + random.below(24) : Math.floor((time - settings.firstDayMs) / MS_PER_HOUR);
    const file = bucket >= 0 ? bucket : hour;
    spool.push(file, time, user, event, client, flags, revenue, delay);
    if (random.next() >= this.scenario.flaws.duplicateShare) return;
    // A second delivery of the very same line, in one of five cases in the next hour's file.
    const again = bucket < 0 && random.next() < 0.2 ? Math.min(lastHour, hour + 1) : file;
    spool.push(again, time, user, event, client, flags, revenue, delay);
    counts.duplicates += 1;
  }

  /** Background events at any hour of the day, in sessions and between them. */
  private push(user: number, day: number): void {
    for (const id of this.pushes) {
      if (this.random.next() >= 0.5) continue;
      const time = this.dayMs(day) + this.random.below(MS_PER_DAY);
      const anonymous = (this.population.knownFromDay[user] as number) > day;
      this.record(-1, day, time, user, id, this.population.client[user] as number, anonymous ? ANONYMOUS : 0, 0, 200);
      this.counts.backgroundEvents += 1;
    }
  }

  private samplerOf(client: number): SessionSampler {
    return this.samplers[client] as SessionSampler;
  }

  private dayMs(day: number): number {
    return this.settings.firstDayMs + day * MS_PER_DAY;
  }
}

/** Log-normal around the median, one event at least. */
const lengthOf = (random: Random, median: number) =>
  Math.min(MAX_SESSION_EVENTS >> 2, Math.max(1, Math.round(median * Math.exp(0.75 * random.gauss()))));
