import type { ReviewCategory, ReviewData } from "./reviewData";

/** A category on the board, without its clusters. */
export type BoardCategory = Omit<ReviewCategory, "clusters">;

/** Which cluster of which app is in which category. Immutable. */
export interface Board {
  readonly categories: readonly BoardCategory[];
  /** Category id by cluster key; clusters of no category are absent. */
  readonly categoryOf: Readonly<Record<string, string>>;
}

/** What a person can do to a board. */
export type Action =
  | { readonly kind: "move"; readonly cluster: string; /** Null: into no category. */ readonly to: string | null }
  | { readonly kind: "create"; readonly name: string; readonly color: string }
  | {
      readonly kind: "change";
      readonly id: string;
      readonly change: Partial<Pick<BoardCategory, "name" | "color" | "description">>;
    }
  | { readonly kind: "noise"; readonly id: string; readonly noise: boolean }
  | { readonly kind: "remove"; readonly id: string };

/** Key of a cluster on the board; the app may hold any character. */
export const clusterKey = (app: string, cluster: number) => `${cluster}@${app}`;

export function parseClusterKey(key: string): { readonly app: string; readonly cluster: number } {
  const at = key.indexOf("@");
  return { cluster: Number(key.slice(0, at)), app: key.slice(at + 1) };
}

export function boardOf({ categories }: Pick<ReviewData, "categories">): Board {
  const categoryOf: Record<string, string> = {};
  for (const { id, clusters } of categories) {
    for (const [app, numbers] of Object.entries(clusters))
      for (const cluster of numbers) categoryOf[clusterKey(app, cluster)] = id;
  }
  return {
    categories: categories.map(({ id, name, description, color, noise }) => ({ id, name, description, color, noise })),
    categoryOf,
  };
}

/** The board as categories with their clusters, ascending. */
export function categoriesOf({ categories, categoryOf }: Board): ReviewCategory[] {
  return categories.map((category) => {
    const clusters: Record<string, number[]> = {};
    for (const [key, id] of Object.entries(categoryOf)) {
      const { app, cluster } = parseClusterKey(key);
      if (id === category.id) (clusters[app] ??= []).push(cluster);
    }
    const sorted = Object.entries(clusters).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...category, clusters: Object.fromEntries(sorted.map(([app, numbers]) => [app, numbers.sort((a, b) => a - b)])) };
  });
}

/** The board after an action; the same object where the action changes nothing. */
export function applyAction(board: Board, action: Action): Board {
  const { categories, categoryOf } = board;
  switch (action.kind) {
    case "move": {
      if ((categoryOf[action.cluster] ?? null) === action.to) return board;
      if (action.to !== null && !categories.some(({ id }) => id === action.to)) return board;
      const { [action.cluster]: _, ...others } = categoryOf;
      return { ...board, categoryOf: action.to === null ? others : { ...others, [action.cluster]: action.to } };
    }
    case "create": {
      const name = action.name.trim();
      if (name === "") return board;
      const category = { id: freeId(name, categories), name, description: "", color: action.color, noise: false };
      return { ...board, categories: [...categories, category] };
    }
    case "change": {
      const name = action.change.name?.trim();
      const change = name === undefined || name === "" ? withoutName(action.change) : { ...action.change, name };
      return changed(board, action.id, change);
    }
    case "noise":
      // At most one category is the noise category.
      return {
        ...board,
        categories: categories.map((category) => ({
          ...category,
          noise: category.id === action.id ? action.noise : category.noise && !action.noise,
        })),
      };
    case "remove":
      return {
        categories: categories.filter(({ id }) => id !== action.id),
        categoryOf: Object.fromEntries(Object.entries(categoryOf).filter(([, id]) => id !== action.id)),
      };
  }
}

function withoutName({ name: _, ...change }: Partial<BoardCategory>): Partial<BoardCategory> {
  return change;
}

function changed(board: Board, id: string, change: Partial<BoardCategory>): Board {
  const before = board.categories.find((category) => category.id === id);
  const isSame = (key: string) => before?.[key as keyof BoardCategory] === change[key as keyof BoardCategory];
  if (before === undefined || Object.keys(change).every(isSame)) return board;
  return {
    ...board,
    categories: board.categories.map((category) => (category.id === id ? { ...category, ...change } : category)),
  };
}

/** `Cook a meal` → `cook_a_meal`, with a number where that is taken. Ids stay when names change. */
function freeId(name: string, categories: readonly BoardCategory[]): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^[^a-z]+|_+$/g, "") || "category";
  let id = base;
  for (let n = 2; categories.some((category) => category.id === id); n++) id = `${base}_${n}`;
  return id;
}

/** A board with its past and what was undone. */
export interface History {
  readonly past: readonly Board[];
  readonly present: Board;
  readonly future: readonly Board[];
  /** What the last action belongs to: further ones of the same are one step with it. Null where it stands alone. */
  readonly step: string | null;
}

export const newHistory = (present: Board): History => ({ past: [], present, future: [], step: null });

/**
 * Does an action; what was undone before is forgotten.
 * @param step actions in a row of the same step, such as letters typed into one field, are undone together
 */
export function perform(history: History, action: Action, step: string | null = null): History {
  const next = applyAction(history.present, action);
  if (next === history.present) return history;
  const goesOn = step !== null && step === history.step;
  return { past: goesOn ? history.past : [...history.past, history.present], present: next, future: [], step };
}

export function undo({ past, present, future, step }: History): History {
  const before = past.at(-1);
  return before === undefined
    ? { past, present, future, step }
    : { past: past.slice(0, -1), present: before, future: [present, ...future], step: null };
}

export function redo({ past, present, future, step }: History): History {
  const [next, ...rest] = future;
  return next === undefined
    ? { past, present, future, step }
    : { past: [...past, present], present: next, future: rest, step: null };
}
