import { cumulative, pick, Random } from "./random";
import { rareEventNames, type Vocabulary } from "./vocabulary";
import type { Scenario } from "./scenario";

/** Most events one session draws. */
export const MAX_SESSION_EVENTS = 4096;

/** Whose events a session mixes; shares sum to at most 1, the rest is common events. */
interface Mixture {
  readonly own: number;
  readonly second: number;
  readonly minor: number;
  readonly rare: number;
  /** How evenly sessions of one behaviour spread over its events: shape of the gamma factor on each weight. */
  readonly evenness: number;
  /** Chance that the second behaviour is one of the same category. */
  readonly kinship: number;
}

interface Profile {
  readonly ids: Uint16Array;
  readonly weights: Float64Array;
  readonly sums: Float64Array;
}

/**
 * Draws the events of sessions on one client. A session mixes its behaviour's own events (weights shaken per session), a second
 * behaviour it brushes against, the frequent long tail, rare events, and what everybody does. Order inside a session has no meaning.
 */
export class SessionSampler {
  private readonly profiles: (Profile | null)[];
  /** Other behaviours of the same category, by behaviour. */
  private readonly kin: readonly (readonly number[])[];
  private readonly common: Profile;
  private readonly minor: Profile;
  private readonly rare: Profile;
  private readonly everything: Profile;
  private readonly mixture: Mixture;
  private readonly structureless: boolean;
  private readonly shaken = new Float64Array(256);

  constructor(scenario: Scenario, vocabulary: Vocabulary, client: number) {
    const profile = (weights: Readonly<Record<string, number>>): Profile => {
      const entries = Object.entries(weights);
      const values = Float64Array.from(entries, ([, weight]) => weight);
      return {
        ids: Uint16Array.from(entries, ([event]) => vocabulary.idOf(event, client)),
        weights: values,
        sums: cumulative(values),
      };
    };
    const behaviours = Object.values(scenario.behaviours);
    this.kin = behaviours.map((b, i) => behaviours.flatMap((other, j) => (i !== j && other.category === b.category ? [j] : [])));
    this.profiles = behaviours.map((b) => (scenario.categories[b.category]?.noise ? null : profile(b.events)));
    this.common = profile(scenario.commonEvents);
    this.minor = profile(Object.fromEntries(scenario.minorEvents.map((event) => [event, 1])));
    // Zipf–Mandelbrot: rank r weighs 1 / (r + 4).
    this.rare = profile(
      Object.fromEntries(rareEventNames(scenario.rareEvents.count).map((event, rank) => [event, 1 / (rank + 4)])),
    );
    this.everything = profile({
      ...scenario.commonEvents,
      ...Object.fromEntries(behaviours.flatMap((b) => Object.entries(b.events))),
      ...Object.fromEntries(scenario.minorEvents.map((event) => [event, 0.5])),
    });
    this.mixture = mixtureOf(scenario);
    this.structureless = scenario.structureless;
  }

  /** Writes `length` event ids of one session of behaviour number `behaviour` to `out`. */
  draw(random: Random, behaviour: number, length: number, out: Uint16Array): void {
    if (this.structureless) {
      for (let i = 0; i < length; i++) out[i] = drawFrom(this.everything, random);
      return;
    }
    const own = this.profiles[behaviour] ?? null;
    const base = own ?? this.minor;
    const { evenness } = this.mixture;
    const n = base.ids.length;
    let total = 0;
    for (let i = 0; i < n; i++) {
      // The long tail is many small purposes: each of its sessions has a few minor events of its own.
      const shape = own ? evenness * (i === 0 ? 4 : 1) : 0.35;
      this.shaken[i] = total += ((base.weights[i] as number) * random.gamma(shape)) / shape;
    }
    const mix = this.mixture;
    // Behaviours of one category run into each other more than into the rest.
    const kin = this.kin[behaviour] as readonly number[];
    const other =
      random.next() < mix.kinship && kin.length > 0
        ? (kin[random.below(kin.length)] as number)
        : random.below(this.profiles.length);
    const second = this.profiles[other] ?? this.minor;
    // Some sessions are all of a piece, some wander: own share varies by ±0.2 around its mean.
    const ownShare = mix.own + 0.4 * (random.next() - 0.5);
    const rare = own ? mix.rare : Math.min(0.25, mix.rare * 4);
    const upToSecond = ownShare + mix.second;
    const upToMinor = upToSecond + mix.minor;
    const upToRare = this.rare.ids.length > 0 ? upToMinor + rare : upToMinor;
    for (let i = 0; i < length; i++) {
      const u = random.next();
      if (u < ownShare) {
        const at = random.next() * total;
        let slot = 0;
        while (slot < n - 1 && (this.shaken[slot] as number) <= at) slot += 1;
        out[i] = base.ids[slot] as number;
      } else if (u < upToSecond) out[i] = drawFrom(second, random);
      else if (u < upToMinor) out[i] = drawFrom(this.minor, random);
      else if (u < upToRare) out[i] = drawFrom(this.rare, random);
      else out[i] = drawFrom(this.common, random);
    }
  }
}

/**
 * Difficulty 0..1 moves weight from a behaviour's own events to what it shares with others. At 0.6 TF-IDF and 13 medoids give a silhouette
 * of 0.33, as in Table 2 of the paper.
 */
function mixtureOf({ difficulty, rareEvents }: Scenario): Mixture {
  return {
    own: 0.76 - 0.4 * difficulty,
    second: 0.01 + 0.24 * difficulty,
    minor: 0.04 + 0.06 * difficulty,
    rare: rareEvents.share,
    evenness: 4.5 - 3.4 * difficulty,
    kinship: 0.7,
  };
}

const drawFrom = (profile: Profile, random: Random) => profile.ids[pick(profile.sums, random.next())] as number;
