import { LineCounter, parseDocument, stringify, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Category } from "./bundle";
import { UserError } from "./errors";

/** Which clusters of which app people gave the same name. */
export interface CategoryAssignment extends Category {
  /** Cluster numbers by app, ascending; an app without clusters in this category has no entry. */
  readonly clusters: ReadonlyMap<string, readonly number[]>;
}

/** `categories.yaml`: proposed by `discover`, edited by people, read by `train`. */
export interface CategoriesFile {
  /** Id of the discovery whose clusters it names. */
  readonly discovery: string;
  /** In the order that decides ties of votes. */
  readonly categories: readonly CategoryAssignment[];
}

/**
 * Colours of proposed categories, in the order they are given out. The first eight are those of Okabe & Ito (2008), yellow and black
 * replaced by ones that show on white and on dark paper; each further one is the farthest from all before it (distance in OKLab, to normal
 * eyes and as deuteranopes and protanopes see it, Machado et al. 2009) among those that show on both.
 */
export const CATEGORY_COLORS = [
  ...["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#8c6bb1"],
  ...["#5f4608", "#8e0f6d", "#4c1ecf", "#3add9e", "#bf53f6", "#955955", "#bdc7e2", "#4a4792"],
  ...["#bad651", "#fb5668", "#bb3b87", "#6e3644", "#6c4dd6", "#fb6fce", "#746208", "#9e8eff"],
] as readonly string[];
/** Colour of the noise category. */
export const NOISE_COLOR = "#9e9e9e";

/** The first colour that none of these has; where all are taken, colours come again. */
export function freeColor(taken: readonly string[]): string {
  return CATEGORY_COLORS.find((color) => !taken.includes(color)) ?? CATEGORY_COLORS[taken.length % CATEGORY_COLORS.length]!;
}

/** What a categories file is checked against: the discovery whose clusters it names. */
export interface KnownClusters {
  readonly discovery: string;
  /** Number of clusters by app. */
  readonly clusters: ReadonlyMap<string, number>;
}

const ROOT_FIELDS = ["discovery", "categories"];
const FIELDS = ["id", "name", "description", "color", "noise", "clusters"];
const ID = /^[a-z][a-z0-9_]*$/;

/**
 * Reads a categories file.
 * @param path shown in error messages
 * @param known clusters that there are; a file of another discovery is not checked against them
 * @throws UserError with every problem at once, each with its line.
 */
export function parseCategories(text: string, path: string, known: KnownClusters | null = null): CategoriesFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems: string[] = [];
  const complain = (node: unknown, message: string) => {
    const offset = (node as Node | null | undefined)?.range?.[0] ?? 0;
    problems.push(`${path}:${lines.linePos(offset).line}: ${message}`);
  };
  // Further errors of broken YAML are mostly echoes of the first.
  for (const { linePos, message } of document.errors.slice(0, 1)) {
    problems.push(`${path}:${linePos?.[0].line ?? 1}: ${message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "")}`);
  }
  const root = document.contents;
  const discovery = isMap(root) ? root.get("discovery") : undefined;
  const list = isMap(root) ? root.get("categories", true) : undefined;
  const categories: CategoryAssignment[] = [];
  if (problems.length === 0) {
    if (isMap(root)) complainOfUnknown(root, ROOT_FIELDS, complain);
    if (typeof discovery !== "string") complain(root, "discovery: the id of the discovery is missing");
    if (isSeq(list)) {
      list.items.forEach((item) => {
        if (isMap(item))
          categories.push(readCategory(item, categories.length, known?.discovery === discovery ? known : null, complain));
        else complain(item, "a category is a list of fields: id, name, description, color, noise, clusters");
      });
      checkTogether(categories, list.items.length > 0 ? list.items : [list], complain);
    } else {
      complain(root, "categories: a list of categories is missing");
    }
  }
  if (problems.length > 0) {
    throw new UserError(
      `the categories file has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}`,
      problems,
    );
  }
  return { discovery: String(discovery), categories };
}

type Complain = (node: unknown, message: string) => void;

function complainOfUnknown(item: YAMLMap, fields: readonly string[], complain: Complain): void {
  for (const { key } of item.items) {
    const name = isScalar(key) ? String(key.value) : "?";
    if (!fields.includes(name)) complain(key, `unknown field ${name}; fields are ${fields.join(", ")}`);
  }
}

function readCategory(item: YAMLMap, position: number, known: KnownClusters | null, complain: Complain): CategoryAssignment {
  complainOfUnknown(item, FIELDS, complain);
  const field = <T>(name: string, fallback: T, ok: (value: unknown) => value is T, expected: string): T => {
    const node = item.get(name, true);
    const value = isScalar(node) ? node.value : node === undefined ? fallback : null;
    if (ok(value)) return value;
    complain(node ?? item, `${name}: ${expected}`);
    // What is wrong is still told apart from others, where it is a text at all.
    return typeof value === typeof fallback ? (value as T) : fallback;
  };
  const isText = (value: unknown): value is string => typeof value === "string";
  const isName = (value: unknown): value is string => isText(value) && value.trim() !== "";
  const matches =
    (pattern: RegExp) =>
    (value: unknown): value is string =>
      typeof value === "string" && pattern.test(value);
  const id = field("id", "", matches(ID), "lower-case letters, digits and _, starting with a letter");
  const noise = field("noise", false, (value): value is boolean => typeof value === "boolean", "true or false");
  const color = noise ? NOISE_COLOR : (CATEGORY_COLORS[position % CATEGORY_COLORS.length] as string);
  return {
    id,
    name: field("name", id, id === "" ? isText : isName, "a text that is not empty, in quotes where it looks like a number"),
    description: field("description", "", isText, "a text"),
    color: field("color", color, matches(/^#[0-9a-f]{6}$/i), 'a colour like "#0072b2" (in quotes)').toLowerCase(),
    noise,
    clusters: readClusters(item, known, complain),
  };
}

function readClusters(item: YAMLMap, known: KnownClusters | null, complain: Complain): Map<string, readonly number[]> {
  const clusters = new Map<string, readonly number[]>();
  const node = item.get("clusters", true);
  if (!isMap(node)) {
    complain(node ?? item, "clusters: cluster numbers by app, such as { web: [0, 3] }");
    return clusters;
  }
  for (const { key, value } of node.items) {
    const app = isScalar(key) ? String(key.value) : "";
    const numbers: readonly unknown[] = isSeq(value)
      ? value.items.map((entry) => (isScalar(entry) ? entry.value : null))
      : [null];
    if (numbers.every((n): n is number => Number.isInteger(n) && (n as number) >= 0 && (n as number) < 0xffff)) {
      if (numbers.length === 0) continue;
      const missing = known === null ? null : missingIn(known, app, numbers);
      if (missing !== null) complain(value ?? key, missing);
      clusters.set(
        app,
        numbers.toSorted((a, b) => a - b),
      );
    } else {
      complain(value ?? key, `clusters of ${app}: a list of cluster numbers such as [0, 3]`);
    }
  }
  return clusters;
}

/** What is said of an app or a cluster that the discovery does not have; null where it has all. */
function missingIn({ clusters }: KnownClusters, app: string, numbers: readonly number[]): string | null {
  const count = clusters.get(app);
  if (count === undefined)
    return `${app} has no clusters in this discovery; apps with clusters: ${[...clusters.keys()].join(", ") || "none"}`;
  const missing = numbers.filter((cluster) => cluster >= count);
  if (missing.length === 0) return null;
  return `${app} has clusters 0 to ${count - 1}, so not ${missing.join(", ")}`;
}

function checkTogether(categories: readonly CategoryAssignment[], nodes: readonly unknown[], complain: Complain): void {
  const ids = new Set<string>();
  const taken = new Map<string, string>();
  let noise: string | undefined;
  categories.forEach((category, i) => {
    if (ids.has(category.id)) complain(nodes[i], `id ${category.id} is used twice`);
    ids.add(category.id);
    if (category.noise && noise !== undefined) complain(nodes[i], `only one category can be the noise category; ${noise} is one`);
    if (category.noise) noise = category.id;
    for (const [app, numbers] of category.clusters) {
      for (const cluster of numbers) {
        const other = taken.get(`${app} ${cluster}`);
        if (other !== undefined) complain(nodes[i], `cluster ${cluster} of ${app} is in ${other} and in ${category.id}`);
        taken.set(`${app} ${cluster}`, category.id);
      }
    }
  });
  if (categories.length < 2) complain(nodes[0], "at least two categories are needed");
}

/**
 * Position of the category of each cluster of an app, or -1 for clusters no category names.
 * @param clusterCount clusters the discovery found in the app
 * @throws UserError when a category names a cluster the app does not have.
 */
export function categoryOfCluster(file: CategoriesFile, app: string, clusterCount: number): Int32Array {
  const positions = new Int32Array(clusterCount).fill(-1);
  file.categories.forEach((category, position) => {
    for (const cluster of category.clusters.get(app) ?? []) {
      if (cluster >= clusterCount) {
        throw new UserError(
          `category ${category.id} names cluster ${cluster} of ${app}, which has clusters 0 to ${clusterCount - 1}`,
        );
      }
      positions[cluster] = position;
    }
  });
  return positions;
}

/** Text of a categories file, with a head that says how to edit it. `parseCategories` reads it back. */
export function formatCategories(file: CategoriesFile): string {
  const head = [
    " Names of the clusters: edit, then run train.",
    " id: stable name used in tables. Move a cluster number to another category to merge clusters;",
    " every cluster of every app belongs to one category. noise: true marks the long-tail category (one at most).",
  ];
  const categories = file.categories.map(({ id, name, description, color, noise, clusters }) => {
    return { id, name, description, color, ...(noise ? { noise } : {}), clusters: Object.fromEntries(clusters) };
  });
  const text = stringify({ discovery: file.discovery, categories }, { aliasDuplicateObjects: false, lineWidth: 0 });
  // Cluster lists on one line: `web: [ 0, 3 ]` is easier to edit than one number a line.
  const document = parseDocument(text);
  document.commentBefore = head.join("\n");
  const list = document.get("categories", true);
  for (const item of isSeq(list) ? list.items : []) {
    const node = isMap(item) ? item.get("clusters", true) : null;
    for (const { value } of isMap(node) ? node.items : []) {
      if (isSeq(value)) value.flow = true;
    }
  }
  return document.toString({ lineWidth: 0 });
}
