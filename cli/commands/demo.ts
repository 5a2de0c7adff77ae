import type { Command } from "commander";
import { stackedLine } from "../../report/terminal/bars";
import { terminalSettings } from "../../report/terminal/terminal";
import type { DemoListener, DemoReport, DemoStep } from "../../pipelines/demo/demo";
import { addCommonOptions, progressListener, runCommand, wholeNumber, type CommonOptions } from "../command";
import { count, duration, percent, size } from "../format";
import { NO_PROGRESS, type ProgressView } from "../progressLines";
import type { Screen } from "../screen";

interface DemoFlags extends CommonOptions {
  readonly out: string;
  readonly events: number;
  readonly days: number;
  readonly seed: number;
  readonly threads?: number;
}

/** `sessionary demo`: the whole system on a fictitious product, measured against the truth. */
export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .description("run every job on generated logs and measure the result against the planted truth")
    .option("-o, --out <folder>", "gets logs, truth, settings and all output", "sessionary-demo")
    .option("--events <n>", "about how many events", wholeNumber(10_000, 1e9), 500_000)
    .option("--days <n>", "days of logs", wholeNumber(2, 365), 14)
    .option("--seed <n>", "same seed, same demo", wholeNumber(0, 0xffffffff), 1)
    .option("--threads <n>", "threads (default: one a core)", wholeNumber(1, 1_024))
    .addHelpText("after", "\nExample:\n  sessionary demo --events 100000 --out /tmp/demo");
  addCommonOptions(command).action((flags: DemoFlags) =>
    runCommand(flags, async (screen) => {
      const { demo } = await import("../../pipelines/demo/demo.js");
      const { out, events, days, seed, threads } = flags;
      const teller = new Teller(screen);
      try {
        const report = await demo(
          { outDir: out, events, days, seed, ...(threads !== undefined && { runner: { threads } }) },
          teller.listener(),
        );
        teller.end();
        printResult(report, screen);
        const { page: _page, ...summary } = report.summary;
        return { report: { ...report, summary } };
      } finally {
        teller.end();
      }
    }),
  );
}

/** Tells the demo as it goes: a bar for the step at work, a few lines for each step done. */
class Teller {
  private view: ProgressView = NO_PROGRESS;
  private startedMs = 0;
  private step: DemoStep | null = null;
  private onSnapshot = progressListener(NO_PROGRESS);

  constructor(private readonly screen: Screen) {}

  listener(): DemoListener {
    return {
      onStart: (step) => this.start(step),
      onProgress: (_step, progress) => {
        if ("counters" in progress) this.onSnapshot(progress);
        else this.view.update({ stage: null, ...progress, elapsedMs: performance.now() - this.startedMs });
      },
      onGenerated: ({ planted, logDir }) =>
        this.done(
          `${count(planted.counts.lines)} lines in ${count(planted.counts.files)} files (${size(planted.counts.bytes)}), ` +
            `${planted.clients.length} clients, in ${logDir}`,
        ),
      onInit: ({ configPath, eventNames }) => this.done(`${configPath}, ${count(eventNames)} event names in catalog.yaml`),
      onProfile: ({ apps }) =>
        this.done(
          `gaps: ${apps.map(({ app, gap }) => `${app} ${gap === null ? "–" : `${duration(gap.gapSeconds * 1_000)} (${gap.verdict})`}`).join(", ")}`,
        ),
      onDiscover: ({ apps }) =>
        this.done(
          apps
            .map(({ app, k, sampledSessions }) => `${app}: ${k ?? "no"} clusters of ${count(sampledSessions)} sessions`)
            .join(", "),
        ),
      onTrain: ({ model, apps }) =>
        this.done(
          `model ${model}; held-out error ${apps.map(({ app, evaluation }) => `${app} ${percent(evaluation.totalError)}`).join(", ")}`,
        ),
      onDay: (date, { days }) => {
        const [day] = days;
        const sessions = day?.kind === "published" ? `${count(day.manifest.day.sessions)} sessions` : "unchanged";
        this.say(`${date}: ${sessions}`);
      },
    };
  }

  /** Takes the bar off the screen; more than once does no harm. */
  end(): void {
    this.view.stop();
    this.view = NO_PROGRESS;
  }

  private start(step: DemoStep): void {
    this.end();
    this.step = step;
    this.startedMs = performance.now();
    this.view = this.screen.progress(step);
    this.onSnapshot = progressListener(this.view);
  }

  /** A line while the step goes on: the bar makes room for it. */
  private say(text: string): void {
    this.end();
    this.screen.line(`${(this.step ?? "").padEnd(10)} ${text}`);
    this.view = this.screen.progress(this.step ?? "");
    this.onSnapshot = progressListener(this.view);
  }

  private done(text: string): void {
    this.end();
    this.screen.line(`${(this.step ?? "").padEnd(10)} ${text}`);
  }
}

function printResult({ outDir, configPath, pagePath, seconds, summary, measured }: DemoReport, screen: Screen): void {
  const { apps, shares, page } = summary;
  screen.line();
  screen.line("What people came for, a line a day:");
  const settings = terminalSettings();
  const letters = page.categories.map((_, i) => String.fromCharCode(65 + (i % 26)));
  for (const { date, shares: dayShares } of summary.days) {
    const parts = page.categories.map(({ id, color }, i) => ({ share: dayShares[id] ?? 0, color, letter: letters[i] ?? "?" }));
    screen.line(`  ${date} ${stackedLine(parts, settings)}`);
  }
  screen.line(`  ${page.categories.map(({ name }, i) => `${letters[i]} ${name}`).join(" · ")}`);
  screen.line();
  screen.table(
    ["app", "gap", "planted", "labels right", "before", "after the change", "Rand index", "held-out error"],
    apps.map((app) => [
      app.app,
      Number.isFinite(app.gapSeconds) ? duration(app.gapSeconds * 1_000) : "–",
      duration(app.plantedGapSeconds * 1_000),
      percent(app.accuracy),
      percent(app.accuracyBefore),
      percent(app.accuracyAfter),
      Number.isNaN(app.randIndex) ? "–" : app.randIndex.toFixed(2),
      percent(app.heldOutError),
    ]),
  );
  screen.line();
  if (summary.changeDate === null)
    screen.line("The logging changes lie after these days: ask for more --days to see what they do.");
  else {
    screen.table(
      ["category", "share before", "after", "true before", "true after"],
      shares.map(({ category, before, after, trueBefore, trueAfter }) => [
        category,
        percent(before),
        percent(after),
        trueBefore === undefined ? "–" : percent(trueBefore),
        trueAfter === undefined ? "–" : percent(trueAfter),
      ]),
    );
  }
  screen.line();
  page.checks.forEach(({ what, measured: value, holds }) => {
    screen.line(`${holds === null ? " " : holds ? "✔" : "✘"} ${what}: ${value}`);
  });
  const total = Object.values(seconds).reduce((sum, n) => sum + n, 0);
  screen.line();
  screen.line(`${count(measured.tableSessions)} sessions labelled; ${duration(total * 1_000)} in all (${stepsInWords(seconds)})`);
  screen.line(`page:     ${pagePath}`);
  screen.line(`settings: ${configPath}`);
  screen.line(`tables:   ${outDir}/output`);
}

const stepsInWords = (seconds: DemoReport["seconds"]) =>
  Object.entries(seconds)
    .map(([step, n]) => `${step} ${duration(n * 1_000)}`)
    .join(", ");
