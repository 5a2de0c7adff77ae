import { HOUR_WEIGHTS, MS_PER_DAY, MS_PER_HOUR, weekdayOf } from "./calendar";
import { NONE, type Population } from "./population";
import { cumulative, pick, type Random } from "./random";
import type { Scenario } from "./scenario";

/** When a user comes on a day and what for. All draws come from the random stream handed in. */
export class Visits {
  private readonly hours = cumulative(HOUR_WEIGHTS);
  private readonly categoryOf: Uint8Array;
  private readonly baseWeights: Float64Array[];
  private readonly newUserFactors: Float64Array;
  private readonly weekdays: readonly (readonly number[])[];
  private readonly factors: Float64Array;
  private readonly taste: Float64Array;
  private readonly sums: Float64Array;
  /** Category of a user's last session plus 1. */
  private readonly last: Uint8Array;

  constructor(
    private readonly scenario: Scenario,
    private readonly population: Population,
    private readonly firstDayMs: number,
  ) {
    const categories = Object.keys(scenario.categories);
    const behaviours = Object.entries(scenario.behaviours);
    this.categoryOf = Uint8Array.from(behaviours, ([, b]) => categories.indexOf(b.category));
    this.baseWeights = Object.values(scenario.clients).map((client) =>
      Float64Array.from(behaviours, ([name, b]) => b.share * (client.mix[name] ?? 1)),
    );
    this.newUserFactors = Float64Array.from(behaviours, ([, b]) => b.newUserFactor);
    this.weekdays = Object.values(scenario.categories).map((c) => c.weekdays);
    this.factors = new Float64Array(categories.length);
    this.taste = new Float64Array(categories.length);
    this.sums = new Float64Array(behaviours.length);
    this.last = new Uint8Array(population.size);
  }

  /** How many sessions this person starts on this day: 0 for most. */
  sessionCount(random: Random, user: number, day: number): number {
    const { population: people, scenario } = this;
    if ((people.signupDay[user] as number) > day) return 0;
    const { dailyActiveShare, weekdays, extraSessionsPerDay } = scenario.population;
    let chance = dailyActiveShare * (people.activity[user] as number) * (weekdays[weekdayOf(this.dayMs(day))] as number);
    for (const holiday of scenario.holidays) if (this.holds(holiday, user, day)) chance *= holiday.activity;
    return random.next() < chance ? 1 + random.poisson(extraSessionsPerDay) : 0;
  }

  /** Moments inside the UTC day, ascending, more of them in the evening of the user's own clock. */
  startTimes(random: Random, user: number, day: number, out: Float64Array, count: number): void {
    const { offsetMs } = this.population.countries[this.population.country[user] as number] as { offsetMs: number };
    for (let i = 0; i < count; i++) {
      const local = (pick(this.hours, random.next()) + random.next()) * MS_PER_HOUR;
      out[i] = this.dayMs(day) + Math.floor((((local - offsetMs) % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY);
    }
    out.subarray(0, count).sort();
  }

  client(random: Random, user: number): number {
    const second = this.population.secondClient[user] as number;
    return second !== NONE && random.next() < 0.25 ? second : (this.population.client[user] as number);
  }

  /** Readies `behaviour` for a user's day. */
  openDay(random: Random, user: number, day: number): void {
    const { factors, taste } = this;
    this.population.fillTaste(user, this.scenario.population.tasteSpread, random, taste);
    const weekday = weekdayOf(this.dayMs(day));
    for (let c = 0; c < factors.length; c++)
      factors[c] = (taste[c] as number) * ((this.weekdays[c] as number[])[weekday] as number);
    const names = Object.keys(this.scenario.categories);
    for (const holiday of this.scenario.holidays) {
      if (!this.holds(holiday, user, day)) continue;
      names.forEach((name, c) => (factors[c] = (factors[c] as number) * (holiday.categories[name] ?? 1)));
    }
  }

  /** Draws the behaviour of the next session; people tend to repeat the category of their last one. */
  behaviour(random: Random, user: number, day: number, client: number): number {
    const { sums, categoryOf } = this;
    const repeated = random.next() < this.scenario.population.repeatShare ? (this.last[user] as number) - 1 : -1;
    const isNew = day - (this.population.signupDay[user] as number) < 365;
    const base = this.baseWeights[client] as Float64Array;
    let total = 0;
    for (let b = 0; b < sums.length; b++) {
      const category = categoryOf[b] as number;
      const weight = (base[b] as number) * (this.factors[category] as number) * (isNew ? (this.newUserFactors[b] as number) : 1);
      sums[b] = total += repeated < 0 || repeated === category ? weight : 0;
    }
    const at = random.next() * total;
    let chosen = 0;
    while (chosen < sums.length - 1 && (sums[chosen] as number) <= at) chosen += 1;
    this.last[user] = (categoryOf[chosen] as number) + 1;
    return chosen;
  }

  private dayMs(day: number): number {
    return this.firstDayMs + day * MS_PER_DAY;
  }

  private holds(holiday: Scenario["holidays"][number], user: number, day: number): boolean {
    const country = this.population.countries[this.population.country[user] as number]?.code ?? "";
    return holiday.day === day && (holiday.countries.length === 0 || holiday.countries.includes(country));
  }
}
