import { sealBundle } from "../../../model/bundleFiles";
import type { AppModel, ModelBundle } from "../../../model/bundle";
import { session, type TestSession } from "../../support/builders";
import { madeUpForest, seeded } from "../../ml/forest/madeUp";

/** Events of made-up models: 4 scoring events, 3 of the long tail, one of every session (idf 0). */
export const EVENTS = ["ALWAYS", "CLICK", "LIKE", "RARE", "SEARCH", "TWEAK_A", "TWEAK_B", "VIEW"];

export function madeUpApp(app: string, seed: number, more: Partial<AppModel> = {}): AppModel {
  const random = seeded(seed);
  return {
    app,
    gapSeconds: 1800,
    sessionCount: 1000,
    vocabulary: EVENTS,
    weighting: "count",
    idf: Float64Array.from(EVENTS, (event) => (event === "ALWAYS" ? 0 : 0.1 + 3 * random())),
    scoring: Uint32Array.of(4, 1, 7, 2),
    meanNoise: 0.7,
    forest: madeUpForest(seed, { trees: 25, features: 5, classes: 3 }),
    classes: ["search", "browse", "noise"],
    ...more,
  };
}

export function madeUpBundle(apps: readonly AppModel[] = [madeUpApp("iphone", 2), madeUpApp("web", 3)]): ModelBundle {
  const category = (id: string, name: string, noise = false) => ({ id, name, description: "", color: "#0072b2", noise });
  return sealBundle({
    createdFrom: { discovery: "d1", dates: ["2016-07-01"], configHash: "c1" },
    categories: [category("browse", "Browse"), category("search", "Search ü"), category("noise", "Long tail", true)],
    apps,
  });
}

/** Random sessions of two apps the made-up bundle knows and one it does not; some short, some by robots, some with unknown events. */
export function madeUpSessions(seed: number, count: number) {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, i): TestSession => {
    const events: Record<string, number> = {};
    for (let n = 1 + Math.floor(random() * 6); n > 0; n--) {
      events[random() < 0.1 ? `NEW_${n}` : pick(EVENTS)] = 1 + Math.floor(random() * 4);
    }
    return session(`u${i}`, events, {
      app: pick(["web", "web", "iphone", "tv"]),
      traffic: random() < 0.1 ? "robot" : "human",
      startMs: i * 1000,
    });
  });
}
