import type { Command } from "commander";
import type { AppProfile, ProfileReport } from "../../model/profileReport";
import { sparkline } from "../../report/terminal/bars";
import { addProjectOptions, loadLogs, runCommand, withProgress, type ProjectOptions } from "../command";
import { addDateOptions, datesOf, type DateOptions } from "../dates";
import { bar, count, duration, percent } from "../format";
import type { Screen } from "../screen";

interface ProfileFlags extends ProjectOptions, DateOptions {
  readonly write?: boolean;
}

/** Events listed in the terminal; the page has all of them. */
const EVENTS_SHOWN = 12;

/** `sessionary profile`: the logs, before anything is learned. */
export function addProfile(program: Command): void {
  const command = program
    .command("profile")
    .description("look at the logs: data quality, robots, the pause that ends a session, events a day")
    .option("--write", "write the proposed gaps into the settings; comments stay")
    .addHelpText("after", "\nExample:\n  sessionary profile --from 2026-03-02 --to 2026-03-15 --write");
  addDateOptions(command);
  addProjectOptions(command).action((flags: ProfileFlags) =>
    runCommand(flags, async (screen) => {
      const config = await loadLogs(flags);
      const { profile } = await import("../../pipelines/profile/profile.js");
      const { report, pagePath, run } = await withProgress(screen.progress("profile"), (onProgress) =>
        profile(config, { dates: datesOf(flags) }, onProgress),
      );
      printProfile(report, screen);
      const { proposedGaps, writeGaps } = await import("../../pipelines/profile/writeGaps.js");
      const gapSeconds = proposedGaps(report, config.sessions.gapSeconds.default);
      screen.line();
      if (flags.write) {
        await writeGaps(flags.config, gapSeconds);
        screen.line(`written into ${flags.config}: gapSeconds ${JSON.stringify(gapSeconds)}`);
      } else if (!report.givenSessions) {
        screen.line(`proposed: gapSeconds ${JSON.stringify(gapSeconds)} (--write puts it into ${flags.config})`);
      }
      screen.line(`page: ${pagePath}`);
      return { report: { ...report, pagePath, proposedGapSeconds: gapSeconds, wallMs: run.wallMs } };
    }),
  );
}

function printProfile(report: ProfileReport, screen: Screen): void {
  const { rowsRead, setAside, dates, apps, events } = report;
  screen.line(`${count(rowsRead)} rows read, ${dates[0] ?? "–"} to ${dates.at(-1) ?? "–"} (${report.zone})`);
  const aside = Object.entries(setAside).filter(([, rows]) => rows > 0);
  screen.table(
    ["  set aside", "rows", "share"],
    aside.sort(([, a], [, b]) => b - a).map(([reason, rows]) => [`  ${reason}`, count(rows), percent(rows / rowsRead, 2)]),
  );
  screen.line();
  screen.table(["app", "events", "users", "robots and staff", "duplicates", "events a day", "gap", ""], apps.map(appRow));
  apps.forEach(({ app, gap }) => gap && screen.line(`  ${app}: ${gap.reason}`));
  screen.line();
  screen.table(
    ["event", "app", "events", "", "by day"],
    events
      .slice(0, EVENTS_SHOWN)
      .map(({ event, app, count: n, daily, proposedKind }) => [
        proposedKind === null ? event : `${event} (${proposedKind}?)`,
        app,
        count(n),
        bar(n / (events[0]?.count ?? 1), 16),
        sparkline(daily),
      ]),
  );
  if (events.length > EVENTS_SHOWN) screen.line(`  … and ${count(events.length - EVENTS_SHOWN)} more on the page`);
  report.remarks.forEach((remark) => screen.line(`! ${remark}`));
}

function appRow({ app, events, users, traffic, duplicates, days, gap }: AppProfile): string[] {
  const others = events > 0 ? 1 - (traffic["human"] ?? 0) / events : 0;
  return [
    app,
    count(events),
    count(users),
    percent(others),
    percent(duplicates / Math.max(1, events)),
    sparkline(days.map((day) => day.events)),
    gap === null ? "–" : duration(gap.gapSeconds * 1_000),
    gap === null ? "" : gap.verdict,
  ];
}
