import type { Command } from "commander";
import { UserError } from "../../model/errors";
import type { ExplainQuestion, ExplainReport } from "../../pipelines/explain";
import { addProjectOptions, loadLogs, runCommand, withProgress, type ProjectOptions } from "../command";
import { bar, count, duration, percent } from "../format";
import type { Screen } from "../screen";

interface ExplainFlags extends ProjectOptions {
  readonly user?: string;
  readonly app?: string;
  readonly at?: string;
}

const EVENTS_SHOWN = 40;

/** `sessionary explain`: why one session got its category. */
export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .description("explain one session: its events, what each weighs, the noise feature, the votes")
    .argument("[session]", "session id, as in the table")
    .option("--user <id>", "or: the session of this user …")
    .option("--at <time>", "… that was going on at this time, like 2026-03-02T10:15Z")
    .option("--app <name>", "… in this app")
    .addHelpText(
      "after",
      "\nExamples:\n  sessionary explain 0f3c5d7e9a1b2c3d4e5f60718293a4b5\n  sessionary explain --user u42 --at 2026-03-02T10:15Z",
    );
  addProjectOptions(command).action((session: string | undefined, flags: ExplainFlags) =>
    runCommand(flags, async (screen) => {
      const question = questionOf(session, flags);
      const config = await loadLogs(flags);
      const { explain } = await import("../../pipelines/explain.js");
      const report = await withProgress(screen.progress("explain"), (onProgress) => explain(config, question, onProgress));
      printExplanation(report, screen);
      return { report };
    }),
  );
}

function questionOf(sessionId: string | undefined, { user, app, at }: ExplainFlags): ExplainQuestion {
  if (sessionId !== undefined) {
    if (user !== undefined || at !== undefined) throw new UserError("give a session id, or --user and --at, not both");
    return { sessionId };
  }
  if (user === undefined || at === undefined) throw new UserError("say which session: its id, or --user and --at");
  const atMs = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(at) ? at : `${at}Z`);
  if (Number.isNaN(atMs)) throw new UserError(`--at ${at} is no time; write it like 2026-03-02T10:15Z`);
  return { user, app: app ?? null, atMs };
}

function printExplanation({ session, events, score, agrees }: ExplainReport, screen: Screen): void {
  const confidence = session.confidence === null ? "" : `, ${percent(session.confidence, 0)} of the votes`;
  screen.line(`${session.session_id}: ${session.category}${confidence}`);
  screen.line(
    `  ${session.user} on ${session.app}, ${new Date(session.startMs).toISOString()}, ${duration(session.endMs - session.startMs)}, ` +
      `${count(session.event_count)} events, ended by ${session.end_reason}, ${session.traffic}, model ${session.model}`,
  );
  if (events === null) {
    screen.line("! the logs do not hold this session any more as it was scored");
    return;
  }
  screen.line();
  screen.table(
    ["  after", "event"],
    events.slice(0, EVENTS_SHOWN).map(({ ms, name }) => [`  ${duration(ms - session.startMs)}`, name]),
  );
  if (events.length > EVENTS_SHOWN) screen.line(`  … and ${count(events.length - EVENTS_SHOWN)} more`);
  if (score === null) {
    screen.line();
    screen.line("  not scored: too short, or the model does not know the app");
    return;
  }
  const heaviest = score.weights[0]?.weight ?? 0;
  screen.line();
  screen.table(
    ["  event", "times", "idf", "weight", "", "role"],
    score.weights.map(({ event, count: times, idf, weight, role }) => [
      `  ${event}`,
      count(times),
      idf === null ? "–" : idf.toFixed(2),
      weight.toFixed(2),
      bar(heaviest > 0 ? weight / heaviest : 0, 16),
      role,
    ]),
  );
  const { noiseShare, meanNoise, noiseFeature, votes } = score;
  screen.line();
  screen.line(
    noiseShare === null
      ? "  no event has a weight: the noise feature is 0"
      : `  noise feature: ${percent(noiseShare)} of the weight is on scoring events; divided by the mean ${percent(meanNoise)} it is ${noiseFeature.toFixed(2)} (high = little noise)`,
  );
  screen.line();
  screen.table(
    ["  category", "trees", "share", ""],
    votes
      .filter(({ trees }) => trees > 0)
      .map(({ category, trees, share }) => [`  ${category}`, count(trees), percent(share, 0), bar(share, 20)]),
  );
  if (agrees === false) screen.line("! the votes now are not those in the table: logs, settings or model have changed");
}
