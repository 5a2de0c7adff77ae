import type { ClusterCard } from "../../model/discoveryReport";

type Named = Pick<ClusterCard, "topWeighted" | "overUsed" | "noiseLike" | "concentration" | "cluster">;

/** Below this length of the mean unit row, sessions have little in common. */
export const LITTLE_IN_COMMON = 0.5;
/** A second event joins the name when it weighs at least this part of the first. */
const SECOND_WORD = 0.6;
/** Shares of sessions that differ by so much tell two clusters of the same name apart. */
const TELLING = 0.3;

/** The noise-like cluster is called noise only where its sessions have little in common. */
export const isNamedNoise = ({ noiseLike, concentration }: Pick<ClusterCard, "noiseLike" | "concentration">) =>
  noiseLike && concentration < LITTLE_IN_COMMON;

/** Words of an event. */
type InWords = (event: string) => string;

/** A first name for people to improve: the events that weigh most and are used more than elsewhere, in plain words. */
export function suggestName(card: Named, inWords: InWords = toWords): string {
  if (isNamedNoise(card)) return "Noise";
  const over = new Set(card.overUsed.map(({ event }) => event));
  const [first, second] = [...card.topWeighted.filter(({ event }) => over.has(event)), ...card.topWeighted].filter(
    ({ event }, i, all) => all.findIndex((other) => other.event === event) === i,
  );
  if (first === undefined) return `Cluster ${card.cluster}`;
  const firstWords = inWords(first.event);
  if (second === undefined || second.weight < first.weight * SECOND_WORD) return firstWords;
  return `${firstWords} + ${inside(second.event, inWords)}`;
}

/**
 * Names of all clusters of an app, no two alike: those that would have the same name are told apart by the event whose share of sessions
 * differs most from the others of that name, `Login, with passed`, `Login, without passed`, and else by their numbers.
 * @param shares of each cluster's sessions with each event, in the order of `cards`
 */
export function suggestNames(cards: readonly Named[], shares: readonly ReadonlyMap<string, number>[]): string[] {
  const inWords = wordsWithout(commonWord(cards.flatMap(({ topWeighted }) => topWeighted.map(({ event }) => event))));
  const names = cards.map((card) => suggestName(card, inWords));
  const told = names.map((name, i) => {
    const rivals = names.flatMap((other, j) => (other === name && j !== i ? [shares[j]!] : []));
    return rivals.length === 0 ? name : toldApart(name, shares[i]!, rivals, inWords);
  });
  return told.map((name, i) => (told.indexOf(name) === told.lastIndexOf(name) ? name : `${name} (${cards[i]!.cluster})`));
}

/** The word that most of the events begin with, as in `onboarding_login`, `onboarding_close`: it tells nothing. Null where there is none. */
function commonWord(events: readonly string[]): string | null {
  const names = [...new Set(events)];
  const firsts = names.map((event) => toWords(event).split(" ")).flatMap(([first, second]) => (first && second ? [first] : []));
  const [first] = firsts.filter((word) => firsts.filter((other) => other === word).length > MOST * names.length);
  return first ?? null;
}

const MOST = 0.5;

const wordsWithout =
  (word: string | null): InWords =>
  (event) => {
    const words = toWords(event);
    if (word === null || !words.startsWith(`${word} `)) return words;
    const rest = words.slice(word.length + 1);
    return /^\p{L}/u.test(rest) ? rest[0]!.toUpperCase() + rest.slice(1) : words;
  };

function toldApart(
  name: string,
  own: ReadonlyMap<string, number>,
  rivals: readonly ReadonlyMap<string, number>[],
  inWords: InWords,
): string {
  const events = [...new Set([own, ...rivals].flatMap((shares) => [...shares.keys()]))];
  const differences = events.map((event) => {
    const share = own.get(event) ?? 0;
    const others = rivals.map((rival) => rival.get(event) ?? 0);
    return { event, more: share - Math.max(...others), less: Math.min(...others) - share };
  });
  const most = (of: (one: (typeof differences)[number]) => number) =>
    differences.reduce((best, one) => (of(one) > of(best) || (of(one) === of(best) && one.event < best.event) ? one : best));
  const [more, less] = [most((one) => one.more), most((one) => one.less)];
  if (more.more >= TELLING) return `${name}, with ${inside(more.event, inWords)}`;
  return less.less >= TELLING ? `${name}, without ${inside(less.event, inWords)}` : name;
}

/** An event inside a name; addresses keep their case. */
const inside = (event: string, inWords: InWords) => (event.startsWith("/") ? inWords(event) : inWords(event).toLowerCase());

/** `SEARCH_VIEW`, `searchView`, `search-view` → `Search view`; addresses stay as they are, `/` is the front page. */
export function toWords(event: string): string {
  if (event === "/") return "Front page";
  if (event.startsWith("/")) return event;
  const words = event
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  const text = words.join(" ");
  return text === "" ? event : text[0]!.toUpperCase() + text.slice(1);
}
