import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { placeOf } from "../io/places/place";
import { CATEGORY_COLORS, formatCategories, parseCategories, type CategoriesFile } from "../model/categories";
import { editYaml } from "../model/config/edit";
import { parseConfig } from "../model/config/load";
import type { DiscoveryReport } from "../model/discoveryReport";
import { UserError } from "../model/errors";
import type { ChooseK, ReviewCategory, ReviewData, SaveCategories, Saved } from "./reviewData";

/** What is reviewed, and which files change. */
export interface ReviewProject {
  readonly report: DiscoveryReport;
  readonly zone: string;
  readonly categoriesPath: string;
  readonly configPath: string;
  /** Categories of the earlier discovery that clusters were compared with; null where there is none. */
  readonly earlier: CategoriesFile | null;
  /** The discovery's page with these categories, as HTML. */
  readonly reportPage: (categories: CategoriesFile) => string;
}

const fingerprint = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

async function readCategories(path: string): Promise<string> {
  return Buffer.from(await placeOf(path).read(path)).toString("utf8");
}

export async function loadReview({ report, zone, categoriesPath, configPath, earlier }: ReviewProject): Promise<ReviewData> {
  const text = await readCategories(categoriesPath);
  const { categories } = parseCategories(text, basename(categoriesPath));
  return {
    project: report.project,
    id: report.id,
    dates: report.dates,
    zone,
    apps: report.apps.map(({ vocabulary: _, ...app }) => app),
    categories: categories.map((category) => ({ ...category, clusters: Object.fromEntries(category.clusters) })),
    matches: report.matches ?? [],
    previous: report.previous,
    gone: goneOf(report, earlier),
    basedOn: fingerprint(text),
    categoriesPath,
    configPath,
    colors: CATEGORY_COLORS,
  };
}

/** `Seasons (cluster 3 of web)`. */
function goneOf({ previous }: DiscoveryReport, earlier: CategoriesFile | null): string[] {
  const gone = previous?.changes.filter(({ kind }) => kind === "gone") ?? [];
  return gone.map(({ app, old }) => {
    const cluster = `cluster ${old.join(", ")} of ${app}`;
    const category = earlier?.categories.find(({ clusters }) => old.some((number) => clusters.get(app)?.includes(number)));
    return category === undefined ? cluster : `${category.name} (${cluster})`;
  });
}

/** The discovery's page, with the categories as they are saved. */
export async function loadReport({ categoriesPath, reportPage }: ReviewProject): Promise<string> {
  return reportPage(parseCategories(await readCategories(categoriesPath), basename(categoriesPath)));
}

/** Checks and writes the categories file, atomically. Nothing is written where anything is wrong, or the file changed meanwhile. */
export async function saveCategories(project: ReviewProject, request: Partial<SaveCategories>): Promise<Saved> {
  const { categoriesPath, report } = project;
  try {
    const now = fingerprint(await readCategories(categoriesPath));
    if (request.basedOn !== now) {
      return {
        ok: false,
        problems: [`${categoriesPath} was changed by someone else since this page was opened`],
        theirs: now,
      };
    }
    const text = formatCategories({ discovery: report.id, categories: (request.categories ?? []).map(toAssignment) });
    const clusters = new Map(report.apps.flatMap(({ app, k }) => (k === null ? [] : [[app, k] as const])));
    const checked = parseCategories(text, basename(categoriesPath), { discovery: report.id, clusters });
    await placeOf(categoriesPath).write(categoriesPath, Buffer.from(text));
    return {
      ok: true,
      basedOn: fingerprint(text),
      message: `Saved ${checked.categories.length} categories to ${categoriesPath}`,
    };
  } catch (error) {
    return { ok: false, problems: problemsOf(error) };
  }
}

const toAssignment = ({
  id,
  name,
  description,
  color,
  noise,
  clusters,
}: ReviewCategory): CategoriesFile["categories"][number] => ({
  id,
  name,
  description,
  color,
  noise,
  clusters: new Map(Object.entries(clusters)),
});

/** Writes the number of clusters a person chose into the settings; comments and other keys stay. */
export async function saveK({ report, configPath }: ReviewProject, { app, k }: Partial<ChooseK>): Promise<Saved> {
  const known = report.apps.find((one) => one.app === app);
  if (app === undefined || k === undefined || !known?.candidates.some((row) => row.k === k)) {
    return { ok: false, problems: [`k = ${k} of ${app} is none of those that the discovery tried`] };
  }
  try {
    const text = editYaml(await readFile(configPath, "utf8"), [
      { path: ["discovery", "k", app], value: k, comment: "reviewed: chosen on the review page" },
    ]);
    parseConfig(text, { file: basename(configPath), baseDir: dirname(configPath) });
    await writeFile(`${configPath}.new`, text);
    await rename(`${configPath}.new`, configPath);
    const message = `k = ${k} for ${app} is in ${configPath}. Next: sessionary discover --resume, then review its clusters.`;
    return { ok: true, basedOn: fingerprint(text), message };
  } catch (error) {
    return { ok: false, problems: problemsOf(error) };
  }
}

/** What went wrong, for people. @throws what is a bug of ours */
function problemsOf(error: unknown): string[] {
  if (error instanceof UserError) return error.hints.length > 0 ? [...error.hints] : [error.message];
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return [message];
  throw error;
}
