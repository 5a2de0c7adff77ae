import { CATEGORY_COLORS, NOISE_COLOR, type CategoriesFile } from "../../model/categories";
import type { AppDiscovery, ClusterCard } from "../../model/discoveryReport";
import type { Scenario } from "../../simulate/scenario";

/**
 * Plays the person who reads the cluster cards: a card's strongest events are looked up in the product's own list of what its events
 * are for, and the cluster goes to the category they speak for most. Only cards are read, no session's truth. A card that speaks for
 * nothing, or is noise-like, is long tail.
 */
export function nameClusters(discovery: string, apps: readonly AppDiscovery[], scenario: Scenario): CategoriesFile {
  const purposes = purposesOf(scenario);
  const clusters = new Map<string, Map<string, number[]>>(Object.keys(scenario.categories).map((id) => [id, new Map()]));
  for (const { app, cards } of apps) {
    for (const card of cards) {
      const byApp = clusters.get(categoryOf(card, purposes, scenario)) as Map<string, number[]>;
      byApp.set(app, [...(byApp.get(app) ?? []), card.cluster]);
    }
  }
  const categories = Object.entries(scenario.categories).map(([id, { name, noise }], i) => ({
    id,
    name,
    description: "",
    color: noise ? NOISE_COLOR : (CATEGORY_COLORS[i % CATEGORY_COLORS.length] as string),
    noise,
    clusters: clusters.get(id) as ReadonlyMap<string, readonly number[]>,
  }));
  return { discovery, categories: categories.filter((category) => category.clusters.size > 0) };
}

function categoryOf(card: ClusterCard, purposes: ReadonlyMap<string, string>, scenario: Scenario): string {
  const noise = Object.keys(scenario.categories).find((id) => scenario.categories[id]?.noise) as string;
  const votes = new Map<string, number>();
  let total = 0;
  for (const { event, weight } of card.topWeighted) {
    const purpose = purposes.get(event) ?? noise;
    votes.set(purpose, (votes.get(purpose) ?? 0) + weight);
    total += weight;
  }
  const [best, weight] = [...votes].reduce((top, one) => (one[1] > top[1] ? one : top), [noise, 0] as [string, number]);
  return weight > total / 2 ? best : noise;
}

/** Event name as logged → category of the behaviour it belongs to. */
function purposesOf(scenario: Scenario): Map<string, string> {
  const purposes = new Map<string, string>();
  for (const { category, events } of Object.values(scenario.behaviours)) {
    for (const event of Object.keys(events)) {
      purposes.set(event, category);
      for (const { ownNames } of Object.values(scenario.clients)) if (ownNames[event]) purposes.set(ownNames[event], category);
    }
  }
  return purposes;
}
