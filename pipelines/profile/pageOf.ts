import type { Catalogue } from "../../model/catalogue";
import { catalogueLookup } from "../../model/catalogue";
import type { AppProfile, ProfileReport } from "../../model/profileReport";
import { REASON_INFO, type Reason } from "../../model/reasons";
import type { ProfileApp, ProfilePageData } from "../../report/pages/profilePage";

/** Events shown on the page; the rest is in `profile.json`. */
const SHOWN_EVENTS = 300;
/** Neighbouring pause bins drawn as one. */
const BINS_A_BAR = 4;

/** What the profile page shows of a report. */
export function pageOf(report: ProfileReport, catalogue: Catalogue | null): ProfilePageData {
  const sum = (of: (app: AppProfile) => number) => report.apps.reduce((total, app) => total + of(app), 0);
  const lookup = catalogue && catalogueLookup(catalogue);
  const traffic = new Set(report.apps.flatMap((app) => Object.keys(app.traffic)));
  const rules = new Set(report.apps.flatMap((app) => Object.keys(app.rules)));
  return {
    project: report.project,
    from: report.dates[0] ?? "",
    to: report.dates[report.dates.length - 1] ?? "",
    rows: {
      read: report.rowsRead,
      used: sum((app) => app.events),
      duplicates: sum((app) => app.duplicates),
      setAside: Object.entries(report.setAside).map(([reason, rows]) => ({
        reason,
        rows,
        meaning: REASON_INFO[reason as Reason].text,
      })),
    },
    apps: report.apps.map(toApp),
    days: report.apps.flatMap(({ app, days }) => days.map((day) => ({ ...day, app }))),
    traffic: [...traffic].map((kind) => ({ kind, users: NaN, events: sum((app) => app.traffic[kind] ?? 0) })),
    robotRules: [...rules].map((rule) => ({
      rule,
      users: sum((app) => app.rules[rule]?.userDays ?? 0),
      events: sum((app) => app.rules[rule]?.events ?? 0),
    })),
    events: report.events.slice(0, SHOWN_EVENTS).map((event) => ({
      name: report.apps.length > 1 ? `${event.app}: ${event.event}` : event.event,
      kind: lookup?.(event.event).kind ?? "user",
      events: event.count,
      users: event.users,
      ...(event.proposedKind ? { proposal: `${event.proposedKind}: it ${event.why}` } : {}),
      firstDate: event.firstDate,
      lastDate: event.lastDate,
    })),
    remarks: report.remarks,
  };
}

function toApp({ app, users, events, pauses, gap }: AppProfile): ProfileApp {
  const bars: { fromSeconds: number; toSeconds: number; pauses: number }[] = [];
  pauses
    .filter(({ fromMs }) => fromMs > 0)
    .forEach(({ fromMs, toMs, count }) => {
      const last = bars[bars.length - 1];
      const merge = last !== undefined && toMs / 1000 <= last.fromSeconds * 2 ** (BINS_A_BAR / 16) * 1.0001;
      if (merge) bars[bars.length - 1] = { ...last, toSeconds: toMs / 1000, pauses: last.pauses + count };
      else bars.push({ fromSeconds: fromMs / 1000, toSeconds: toMs / 1000, pauses: count });
    });
  return {
    app,
    users,
    events,
    pauses: bars,
    gap: gap ?? {
      verdict: "no clear gap",
      gapSeconds: 1800,
      reason: "Too few pauses, or session ids are given.",
      intervalSeconds: null,
    },
    curve: gap?.curve ?? [],
  };
}
