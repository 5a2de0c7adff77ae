import type { ClusterCard } from "../../model/discoveryReport";

/** Clusters that are stages of the same ways through the app. */
export interface Stages {
  /** Clusters that continue another one, or are continued by one. */
  readonly clusters: readonly number[];
  /** The longest chain, each continuing the one before. */
  readonly chain: readonly number[];
}

/** Stages are told when so many of the clusters are some, and when the longest chain has so many. */
const MANY = 0.5;
const LONG = 3;
/** What nearly all sessions of a stage have is a way from this many events on. */
const A_WAY = 2;

/**
 * Cluster B continues A when nearly all sessions of B have everything that nearly all of A have, and something more: people who go on
 * where others stop. In logs of one way through (onboarding, checkout) most clusters are such stages.
 * @returns null where fewer than half of the clusters are stages, or no chain has three
 */
export function stagesOf(cards: readonly Pick<ClusterCard, "cluster" | "inNearlyAll" | "sessions">[]): Stages | null {
  const cores = cards.map(({ inNearlyAll }) => new Set(inNearlyAll ?? []));
  const continues = (b: number, a: number) =>
    cores[a]!.size >= A_WAY && cores[b]!.size > cores[a]!.size && [...cores[a]!].every((event) => cores[b]!.has(event));
  const indices = [...cards.keys()];
  const stages = indices.filter((i) => indices.some((j) => continues(i, j) || continues(j, i)));
  const sessions = (chain: readonly number[]) => chain.reduce((sum, i) => sum + cards[i]!.sessions, 0);
  /** The longest chain, of several the one with most sessions. */
  const longest = (all: readonly number[][]) =>
    all.reduce<number[]>(
      (best, one) => (one.length > best.length || (one.length === best.length && sessions(one) > sessions(best)) ? one : best),
      [],
    );
  // Cores only grow along a chain, so the longest chain to each is known when smaller cores are done first.
  const chains = new Map<number, number[]>();
  for (const i of [...indices].sort((a, b) => cores[a]!.size - cores[b]!.size || a - b)) {
    const before = indices.filter((j) => continues(i, j)).map((j) => chains.get(j)!);
    chains.set(i, [...longest(before), i]);
  }
  const chain = longest([...chains.values()]);
  if (stages.length < MANY * cards.length || chain.length < LONG) return null;
  const numbers = (of: readonly number[]) => of.map((i) => cards[i]!.cluster);
  return { clusters: numbers(stages), chain: numbers(chain) };
}
