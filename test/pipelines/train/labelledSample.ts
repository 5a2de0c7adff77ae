import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatCategories, type CategoriesFile } from "../../../model/categories";
import { parseConfig } from "../../../model/config/load";
import type { Config } from "../../../model/config";
import { encodeJson } from "../../../model/json";
import { encodeLabelledBlock, joinBlocks, NO_CLUSTER, sampleFileName } from "../../../model/labelledSample";
import { encodeSessionBlock, stringAt } from "../../../model/sessionBlock";
import { seeded } from "../../ml/forest/madeUp";
import { session, sessionBlock, type TestSession } from "../../support/builders";

/** What each planted cluster does most; the last one wanders through the long tail. */
const HABITS = [["SEARCH", "RESULT"], ["VIEW", "SCROLL"], ["CART", "PAY"], ["LIKE"], []];
const LONG_TAIL = Array.from({ length: 12 }, (_, i) => `TWEAK_${String(i).padStart(2, "0")}`);

/** Sessions of five planted clusters; a user's name tells the cluster: `u12-3`. */
export function plantedSessions(app: string, seed: number, count: number): TestSession[] {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, i) => {
    const cluster = Math.floor(random() * HABITS.length);
    const events: Record<string, number> = {};
    const add = (event: string) => (events[event] = (events[event] ?? 0) + 1);
    for (let n = 4 + Math.floor(random() * 8); n > 0; n--) {
      const habit = HABITS[cluster]!;
      add(random() < 0.75 ? pick(habit.length > 0 ? habit : LONG_TAIL) : pick([...HABITS.flat(), ...LONG_TAIL]));
    }
    add("OPEN");
    return session(`u${i}-${cluster}`, events, { app, startMs: 1_467_331_200_000 + i * 60_000 });
  });
}

/** Writes a discovery folder with labelled samples of two apps, and a config beside it. */
export function writeDiscovery(dir: string, options: { sessions?: number; blocks?: number; config?: string } = {}) {
  const { sessions = 900, blocks = 4, config = "" } = options;
  const folder = join(dir, "out", "discovery", "d1");
  mkdirSync(folder, { recursive: true });
  const apps = ["phone", "web"];
  apps.forEach((app, a) => {
    const all = plantedSessions(app, 7 + a, sessions);
    const size = Math.ceil(sessions / blocks);
    const parts = Array.from({ length: blocks }, (_, b) => labelledBlock(all.slice(b * size, b * size + size)));
    writeFileSync(join(folder, sampleFileName(app, 0)), joinBlocks(parts.slice(0, 1)));
    writeFileSync(join(folder, sampleFileName(app, 1)), joinBlocks(parts.slice(1)));
  });
  const vocabulary = [...HABITS.flat(), "OPEN"].map((event) => ({ event, idf: 1, sessionShare: 0.3 }));
  const report = {
    kind: "sessionary-discovery",
    format: 1,
    id: "d1",
    dates: ["2016-07-01"],
    apps: [
      ...apps.map((app) => ({ app, k: 5, tooLittle: null, vocabulary })),
      { app: "tv", k: null, tooLittle: "only 3 sessions", vocabulary: [] },
    ],
  };
  writeFileSync(join(folder, "discovery.json"), encodeJson(report));
  const categories = join(folder, "categories.yaml");
  writeFileSync(categories, formatCategories(CATEGORIES));
  return { folder, categories, config: configOf(dir, config) };
}

const clusters = (...numbers: number[]) => new Map(["phone", "web"].map((app) => [app, numbers]));
const category = (id: string, name: string, of: number[], noise = false) => ({
  id,
  name,
  description: "",
  color: "#0072b2",
  noise,
  clusters: clusters(...of),
});
export const CATEGORIES: CategoriesFile = {
  discovery: "d1",
  categories: [
    category("find", "Find", [0]),
    category("look", "Look", [1, 3]),
    category("buy", "Buy", [2]),
    category("noise", "Noise", [4], true),
  ],
};

/** Labels from the users' names; every 50th session belongs to no cluster. */
export function labelledBlock(sessions: readonly TestSession[]): Uint8Array {
  const block = sessionBlock(sessions);
  const cluster = Uint16Array.from({ length: block.sessionCount }, (_, i) => {
    const [user, label] = stringAt(block.users, i).slice(1).split("-");
    return Number(label) === 4 && Number(user) % 10 === 0 ? NO_CLUSTER : Number(label);
  });
  return encodeLabelledBlock(encodeSessionBlock(block), cluster);
}

function configOf(dir: string, more: string): Config {
  const text = `project: test\ninput: { paths: logs/*.jsonl, user: u, time: t, event: e }\noutput: { path: out }\n${more}`;
  return parseConfig(text, { file: "sessionary.yaml", baseDir: dir }, { runner: { threads: 0 } });
}
