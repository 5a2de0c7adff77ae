import { jStat } from "jstat";
import { random, type Random } from "../../ml/random";
import type { EventBags } from "../../ml/tfidf";

/** Shape of the paper's data (§6): 55 user actions, 13 behaviours, of which the last 3 wander in the long tail. */
export const EVENTS = 55;
export const BEHAVIOURS = 13;
const MAIN_EVENTS = 12;
const ACTIONS = 22;

/** Made-up sessions, and which of the `BEHAVIOURS` each is of. */
export interface PaperSessions extends EventBags {
  readonly kinds: Uint8Array;
}

/**
 * Made-up sessions of the paper's shape. An action fires its own event and, by chance, a few companions; a behaviour prefers one main
 * action (or, for noise, three of the long tail) and each session mixes actions anew around its behaviour's taste.
 */
export function paperSessions(count: number, seed: number): PaperSessions {
  const { draw, companions, tastes, shares } = planOf(seed);
  const cumulated = cumulate(shares);
  const kinds = new Uint8Array(count);
  const offsets = new Uint32Array(count + 1);
  const columns: number[] = [];
  const counts: number[] = [];
  const bag = new Uint32Array(EVENTS);
  for (let i = 0; i < count; i++) {
    bag.fill(0);
    const kind = pick(cumulated, draw);
    kinds[i] = kind;
    const mix = cumulate((tastes[kind] as number[]).map((weight) => gamma(shapeOf(weight), draw)));
    const length = Math.max(3, Math.round(Math.exp(2.5 + 0.8 * gauss(draw))));
    for (let e = 0; e < length; e++) {
      const action = pick(mix, draw);
      bag[action] = (bag[action] as number) + 1;
      for (const { event, chance } of companions[action] ?? []) {
        if (draw() < chance) bag[event] = (bag[event] as number) + 1;
      }
    }
    bag.forEach((occurrences, event) => {
      if (occurrences > 0) {
        columns.push(event);
        counts.push(occurrences);
      }
    });
    offsets[i + 1] = columns.length;
  }
  return { rowCount: count, offsets, columns: Uint32Array.from(columns), counts: Uint32Array.from(counts), kinds };
}

/**
 * The likeliest kind of each session, for one who knows how they are made with this seed: nothing can tell more of them right. Counts
 * of actions are Dirichlet-multinomial; companions follow from the actions and say nothing more.
 */
export function likeliestKinds({ rowCount, offsets, columns, counts }: EventBags, seed: number): Uint8Array {
  const { tastes, shares } = planOf(seed);
  const shapes = tastes.map((taste) => taste.map(shapeOf));
  const totals = shapes.map((shape) => shape.reduce((sum, value) => sum + value, 0));
  return Uint8Array.from({ length: rowCount }, (_, row) => {
    const actions: [action: number, count: number][] = [];
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      if ((columns[at] as number) < ACTIONS) actions.push([columns[at] as number, counts[at] as number]);
    }
    const length = actions.reduce((sum, [, times]) => sum + times, 0);
    const chances = shapes.map((shape, kind) => {
      const total = totals[kind] as number;
      return actions.reduce(
        (sum, [action, times]) => sum + risingFactorial(shape[action] as number, times),
        Math.log(shares[kind] as number) - risingFactorial(total, length),
      );
    });
    return chances.indexOf(Math.max(...chances));
  });
}

/** ln of x (x + 1) … (x + times - 1). */
const risingFactorial = (x: number, times: number) => jStat.gammaln(x + times) - jStat.gammaln(x);

/** Shape of the gamma number that an action's share of a session is drawn from. */
const shapeOf = (weight: number) => 6 * weight + 0.01;

/** What is drawn before any session: companions of actions, and the share of each behaviour. */
function planOf(seed: number) {
  const draw = random(seed);
  const companions = Array.from({ length: ACTIONS }, (_, action) =>
    Array.from({ length: 3 }, (_, t) => ({
      event: ACTIONS + ((action * 3 + t) % (EVENTS - ACTIONS)),
      chance: 0.8 * draw(),
    })),
  );
  const tastes = Array.from({ length: BEHAVIOURS }, (_, behaviour) => tasteOf(behaviour));
  return { draw, companions, tastes, shares: tastes.map(() => 0.6 + draw()) };
}

function tasteOf(behaviour: number): number[] {
  const taste = Array.from({ length: ACTIONS }, (_, action) => 0.25 / (1 + action * 0.5));
  const like = (action: number, weight: number) => (taste[action] = (taste[action] as number) + weight);
  if (behaviour < BEHAVIOURS - 3) {
    like(behaviour, 1.6);
    like((behaviour * 5 + 3) % MAIN_EVENTS, 0.35);
  } else {
    for (let t = 0; t < 3; t++) like(MAIN_EVENTS + (((behaviour - BEHAVIOURS + 3) * 3 + t) % (ACTIONS - MAIN_EVENTS)), 0.55);
  }
  const total = taste.reduce((sum, weight) => sum + weight, 0);
  return taste.map((weight) => weight / total);
}

function cumulate(weights: readonly number[]): Float64Array {
  let sum = 0;
  const sums = Float64Array.from(weights, (weight) => (sum += weight));
  return sums.map((value) => value / sum);
}

function pick(cumulated: Float64Array, draw: Random): number {
  const at = draw();
  let i = 0;
  while (i < cumulated.length - 1 && (cumulated[i] as number) < at) i += 1;
  return i;
}

const gauss = (draw: Random) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

/** A gamma number of the given shape (Marsaglia & Tsang 2000). */
function gamma(shape: number, draw: Random): number {
  if (shape < 1) return gamma(shape + 1, draw) * (1 - draw()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = gauss(draw);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - draw()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}
