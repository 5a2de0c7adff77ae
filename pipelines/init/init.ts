import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { glanceAt, type Glance } from "../../io/glance/glance";
import { editYaml, type Edit } from "../../model/config/edit";
import { absolutePath, assertLocal } from "../../model/config/paths";
import { UserError } from "../../model/errors";
import { catalogText, extendedCatalogText, type SeenEvent } from "./catalogText";
import { guessSettings, type GuessedSetting } from "./guessSettings";

export interface InitOptions {
  /** Files, folders, globs or URLs. */
  readonly logs: readonly string[];
  /** Where to write the settings; `catalog.yaml` goes beside them. */
  readonly configPath: string;
  /** Default: the name of the folder. */
  readonly project?: string;
  /** Update files that are there: guessed values are written anew, other keys and all comments stay. */
  readonly force?: boolean;
}

export interface InitReport {
  readonly configPath: string;
  readonly catalogPath: string;
  readonly files: number;
  readonly bytes: number;
  readonly rowsSeen: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly guesses: readonly GuessedSetting[];
  /** What must be filled in by hand, and what is odd. */
  readonly remarks: readonly string[];
  readonly eventNames: number;
}

const HEADER = [
  "# Settings of this project, written by `sessionary init` from a glance at the logs. Guesses have their reason beside them:",
  "# read them and change what is wrong. Every other key has a default; docs/config.md lists them all.",
  "",
].join("\n");

/**
 * Looks at logs and writes `sessionary.yaml` and `catalog.yaml`.
 * @throws UserError when logs cannot be read, or when a file is there already and `force` is not set
 */
export async function init(options: InitOptions): Promise<InitReport> {
  assertLocal(options.configPath, "the settings file");
  const configPath = resolve(options.configPath);
  const baseDir = dirname(configPath);
  const catalogPath = join(baseDir, "catalog.yaml");
  if (!options.force) refuseToOverwrite([configPath, catalogPath]);
  const glance = await glanceAt(options.logs.map((path) => absolutePath(path, ".")));
  const guesses = [
    ...guessSettings(
      glance,
      options.project ?? (basename(baseDir) || "project"),
      options.logs.map((path) => pathFrom(baseDir, path)),
    ),
    { path: ["catalog"], value: "catalog.yaml", why: "written beside this file; says what each event name is" },
    {
      path: ["sessions", "gapSeconds"],
      value: 1800,
      why: "the habit; `sessionary profile` measures it and proposes one per app",
    },
  ];
  const events = seenEvents(glance);
  await mkdir(baseDir, { recursive: true });
  const before = await textOrNull(configPath);
  await write(configPath, before === null ? newSettings(guesses) : updatedSettings(before, guesses));
  const catalogBefore = await textOrNull(catalogPath);
  await write(catalogPath, catalogBefore === null ? catalogText(events) : extendedCatalogText(catalogBefore, events));
  const { fileCount, totalBytes, rowsSeen, firstMs, lastMs, remarks } = glance;
  return {
    configPath,
    catalogPath,
    files: fileCount,
    bytes: totalBytes,
    rowsSeen,
    firstMs,
    lastMs,
    guesses,
    remarks,
    eventNames: events.length,
  };
}

function refuseToOverwrite(paths: readonly string[]): void {
  const there = paths.filter((path) => existsSync(path));
  if (there.length > 0) {
    throw new UserError(`${there.join(" and ")} ${there.length === 1 ? "is" : "are"} there already`, [
      "--force writes the guesses anew and keeps your other settings and comments; --config FILE names another file",
    ]);
  }
}

const isUrl = (path: string) => /^[a-z][a-z0-9+.-]+:\/\//i.test(path);

/** A log path as written in the settings: relative to them where it lies below or near, as it is otherwise. */
function pathFrom(baseDir: string, path: string): string {
  if (isUrl(path)) return path;
  const near = relative(baseDir, resolve(path));
  return near === "" ? "." : near.startsWith("../../..") ? resolve(path) : near;
}

/** What the logs tell, as against what people settle. */
const isTold = ({ path }: GuessedSetting) => path[0] === "input" || path[0] === "traffic";

/** Comments with this mark change with the guesses, a person's do not. */
const MARK = "guessed:";

const editsOf = (guesses: readonly GuessedSetting[]): Edit[] =>
  guesses.map((guess) => ({ path: guess.path, value: guess.value, comment: `${MARK} ${guess.why}` }));

function newSettings(guesses: readonly GuessedSetting[]): string {
  // A blank line before each section.
  return HEADER + editYaml("", editsOf(guesses)).replace(/^(?=(?!project)[a-z]\w*:)/gm, "\n");
}

/** On an update, what people settle stays as it is; what the logs tell is written anew, and guesses that no longer hold go. */
function updatedSettings(text: string, guesses: readonly GuessedSetting[]): string {
  const missing = guesses.filter((guess) => !isTold(guess) && !new RegExp(`^${guess.path[0]}:`, "m").test(text));
  const told = guesses.filter(isTold);
  const gone = OPTIONAL_GUESSES.filter((key) => !told.some(({ path }) => path.join(".") === key));
  return editYaml(text, [
    ...gone.map((key): Edit => ({ path: key.split("."), value: undefined })),
    ...editsOf([...missing, ...told]),
  ]);
}

const OPTIONAL_GUESSES = ["input.sessionId", "input.eventId", "input.userAgent", "input.attributes", "traffic.robotColumn"];

/** Event names as the settings will make them, with the rows seen of each, most frequent first. */
function seenEvents({ events, guess, columns }: Glance): SeenEvent[] {
  const column = columns.find(({ name }) => name === guess.event[0]);
  // Paths are shortened by rule, and there are too many to list.
  if (column === undefined || column.isAddress) return [];
  return events.map(({ value, rows }) => ({ name: value, rows }));
}

async function textOrNull(path: string): Promise<string | null> {
  return existsSync(path) ? readFile(path, "utf8") : null;
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
