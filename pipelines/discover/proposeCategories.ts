import { averageLinkGroups } from "../../ml/averageLink";
import { freeColor, NOISE_COLOR, type CategoriesFile, type CategoryAssignment } from "../../model/categories";
import type { AppDiscovery, ClusterCard, ClusterHistory } from "../../model/discoveryReport";
import { appCards, likenessAmong, SAME_PROFILE, type AppCard } from "./likeness";
import { isNamedNoise } from "./suggestName";

const NOISE_WORDS = "Sessions that have little in common with each other and fit no other category.";

interface Group {
  readonly cards: readonly AppCard[];
}

/** Categories of an earlier discovery, and what became of its clusters. */
export interface Carried {
  readonly categories: CategoriesFile;
  readonly changes: readonly ClusterHistory[];
}

/**
 * A `categories.yaml` to edit. Clusters that are the same as, parts of, or mergers of earlier ones go into the categories of those; all
 * earlier categories stay with their ids, names and colours, even those that have no cluster any more. A new cluster with the profile of a
 * kept category's clusters in other apps joins that one. For the rest, clusters of different apps with the same profile on shared events
 * become one category, at most one cluster of each app joins at a time in order of likeness, and the clusters that look like noise make
 * the noise category. People merge the rest.
 */
export function proposeCategories(
  discovery: string,
  apps: readonly AppDiscovery[],
  carried: Carried | null = null,
): CategoriesFile {
  const all = appCards(apps);
  const before = carried === null ? new Map<string, string>() : inherited(carried);
  if (carried !== null) joinAlike(all, carried.categories, before);
  const kept = (carried?.categories.categories ?? []).map((category) => ({
    ...category,
    clusters: clustersOf(all.filter(({ app, card }) => before.get(`${card.cluster}@${app}`) === category.id)),
  }));
  const cards = all.filter(({ app, card }) => !before.has(`${card.cluster}@${app}`));
  const isNoise = ({ card }: AppCard) => isNamedNoise(card);
  const groups = groupAlike(cards.filter((one) => !isNoise(one)));
  groups.sort((a, b) => shareOf(b) - shareOf(a));
  const taken = new Set(kept.map(({ id }) => id));
  const colors = kept.map(({ color }) => color);
  const added = groups.map((group) => {
    colors.push(freeColor(colors));
    return toCategory(group, colors.at(-1), taken);
  });
  const noise = cards.filter(isNoise);
  const categories = [...kept, ...added];
  if (noise.length === 0) return { discovery, categories };
  const at = categories.findIndex((category) => category.noise);
  if (at >= 0) {
    const own = all.filter(({ app, card }) => before.get(`${card.cluster}@${app}`) === categories[at]!.id);
    return { discovery, categories: categories.with(at, { ...categories[at]!, clusters: clustersOf([...own, ...noise]) }) };
  }
  return {
    discovery,
    categories: [
      ...categories,
      { ...toCategory({ cards: noise }, NOISE_COLOR, taken), id: "noise", name: "Noise", description: NOISE_WORDS, noise: true },
    ],
  };
}

/** Category id by `cluster@app` of this discovery: that of the earlier clusters, of most of them where they were in several. */
function inherited({ categories, changes }: Carried): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { app, old, now } of changes) {
    const owners = old.flatMap(
      (cluster) => categories.categories.find(({ clusters }) => clusters.get(app)?.includes(cluster))?.id ?? [],
    );
    const times = (id: string) => owners.filter((owner) => owner === id).length;
    const [most] = [...new Set(owners)].sort((a, b) => times(b) - times(a));
    if (most !== undefined) for (const cluster of now) ids.set(`${cluster}@${app}`, most);
  }
  return ids;
}

/** Puts new clusters into kept categories that other apps have and theirs lacks, where the profile is the same; most alike first. */
function joinAlike(all: readonly AppCard[], { categories }: CategoriesFile, ids: Map<string, string>): void {
  const likeness = likenessAmong(all);
  const idOf = (i: number) => ids.get(`${all[i]!.card.cluster}@${all[i]!.app}`);
  const indices = [...all.keys()];
  const members = new Map<string | undefined, number[]>();
  for (const i of indices) {
    const of = members.get(idOf(i));
    if (of === undefined) members.set(idOf(i), [i]);
    else of.push(i);
  }
  const kept = categories.flatMap(({ id, noise }) => (noise || !members.has(id) ? [] : [{ id, of: members.get(id)! }]));
  const pairs = (members.get(undefined) ?? [])
    .filter((i) => !isNamedNoise(all[i]!.card))
    .flatMap((i) => kept.map(({ id, of }) => ({ i, id, mean: of.reduce((sum, j) => sum + likeness(i, j), 0) / of.length })));
  for (const { i, id } of pairs.filter(({ mean }) => mean >= SAME_PROFILE).sort((a, b) => b.mean - a.mean)) {
    const hasApp = indices.some((j) => all[j]!.app === all[i]!.app && idOf(j) === id);
    if (!hasApp && idOf(i) === undefined) ids.set(`${all[i]!.card.cluster}@${all[i]!.app}`, id);
  }
}

/** Clusters of different apps with the same profile, put together. */
function groupAlike(cards: readonly AppCard[]): Group[] {
  const graph = { count: cards.length, likeness: likenessAmong(cards), ownerOf: (i: number) => cards[i]!.app };
  return averageLinkGroups(graph, SAME_PROFILE).map((group) => ({ cards: group.map((i) => cards[i]!) }));
}

const shareOf = ({ cards }: Group) => cards.reduce((sum, { card }) => sum + card.share.estimate, 0);

function toCategory({ cards }: Group, color: string, taken: Set<string>): CategoryAssignment {
  const largest = cards.reduce((best, one) => (one.card.share.estimate > best.card.share.estimate ? one : best));
  const name = largest.card.suggestedName;
  return { id: freeId(name, taken), name, description: describe(largest.card), color, noise: false, clusters: clustersOf(cards) };
}

/** Cluster numbers by app, ascending. */
function clustersOf(cards: readonly AppCard[]): Map<string, number[]> {
  const clusters = new Map<string, number[]>();
  for (const { app, card } of cards) {
    clusters.set(
      app,
      [...(clusters.get(app) ?? []), card.cluster].sort((a, b) => a - b),
    );
  }
  return clusters;
}

/** A first description for people to improve: it names no numbers, for those of other apps and of later discoveries are others. */
function describe(card: ClusterCard): string {
  const list = (uses: ClusterCard["overUsed"]) => uses.slice(0, 3).map(({ event }) => event);
  const more = list(card.overUsed);
  const less = list(card.underUsed);
  const parts = [
    ...(more.length > 0 ? [`more than elsewhere: ${more.join(", ")}`] : []),
    ...(less.length > 0 ? [`less: ${less.join(", ")}`] : []),
  ];
  const text = parts.join("; ");
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** `Search view + open` → `search_view_open`; a number is added where that is taken. */
function freeId(name: string, taken: Set<string>): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^[^a-z]+|_+$/g, "") || "category";
  let id = base;
  for (let n = 2; taken.has(id) || id === "noise"; n++) id = `${base}_${n}`;
  taken.add(id);
  return id;
}
