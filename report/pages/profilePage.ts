import { dailyLines, type Mark } from "../charts/daily";
import { pauseHistogram, sessionsByGap, type PauseBin } from "../charts/pauses";
import { html, type Html } from "../html/html";
import { count, percent, span } from "../html/numbers";
import { page } from "../html/page";
import { eventName, more, table, warning } from "../html/parts";
import { SERIES_COLORS } from "../charts/colors";

/** All that a profile shows. Shares are 0..1, dates `2026-03-02`, times in seconds. */
export interface ProfilePageData {
  readonly project: string;
  readonly from: string;
  readonly to: string;
  readonly rows: {
    readonly read: number;
    readonly used: number;
    /** Rows set aside, by reason. */
    readonly setAside: readonly { readonly reason: string; readonly rows: number; readonly meaning?: string }[];
    readonly duplicates: number;
  };
  readonly apps: readonly ProfileApp[];
  readonly days: readonly { readonly date: string; readonly app: string; readonly events: number; readonly users: number }[];
  readonly traffic: readonly {
    readonly kind: string;
    readonly users: number;
    readonly events: number;
    readonly sessions?: number;
  }[];
  /** Users whom a behaviour rule would flag. */
  readonly robotRules?: readonly { readonly rule: string; readonly users: number; readonly events: number }[];
  /** The catalogue, most frequent first. */
  readonly events: readonly ProfileEvent[];
  /** What the reader should know or do, one sentence each. */
  readonly remarks?: readonly string[];
  readonly marks?: readonly Mark[];
}

export interface ProfileApp {
  readonly app: string;
  readonly users: number;
  readonly events: number;
  readonly pauses: readonly PauseBin[];
  readonly gap: {
    readonly verdict: "clear" | "no clear gap";
    readonly gapSeconds: number;
    readonly reason: string;
    readonly intervalSeconds: { readonly low: number; readonly high: number } | null;
  };
  /** Sessions each gap would make; empty when not measured. */
  readonly curve: readonly { readonly gapSeconds: number; readonly sessions: number }[];
}

export interface ProfileEvent {
  readonly name: string;
  readonly kind: string;
  readonly events: number;
  readonly users: number;
  /** Proposed kind where it differs from the present one, with the reason. */
  readonly proposal?: string;
  readonly firstDate?: string;
  readonly lastDate?: string;
}

export function profilePage(data: ProfilePageData): string {
  const { rows, apps } = data;
  return page({
    title: `Profile of ${data.project}`,
    subtitle: data.from === data.to ? `Logs of ${data.from}` : `Logs from ${data.from} to ${data.to}`,
    facts: [
      { label: "Rows read", value: count(rows.read) },
      { label: "Events used", value: count(rows.used), note: percent(rows.used / rows.read) },
      { label: "Set aside", value: count(rows.read - rows.used - rows.duplicates) },
      { label: "Duplicates", value: count(rows.duplicates) },
      { label: "Apps", value: count(apps.length) },
      { label: "Event names", value: count(data.events.length) },
    ],
    sections: [
      { id: "quality", title: "Data quality", body: quality(data) },
      { id: "gaps", title: "When a session ends", body: html`${apps.map(gapOf)}` },
      { id: "days", title: "Day by day", body: days(data) },
      { id: "traffic", title: "People and robots", body: traffic(data) },
      { id: "events", title: "Events", body: catalogue(data.events) },
    ],
  });
}

function quality({ rows, remarks = [] }: ProfilePageData): Html {
  return html`${remarks.map(warning)}
    ${
      rows.setAside.length > 0
        ? table("Rows set aside, by reason", rows.setAside, [
            { title: "Reason", value: (r) => html`<code>${r.reason}</code>` },
            { title: "Rows", value: (r) => count(r.rows), number: true },
            { title: "Share", value: (r) => percent(r.rows / rows.read, 2), number: true },
            { title: "Meaning", value: (r) => r.meaning ?? "" },
          ])
        : html`<p>No row was set aside.</p>`
    }
    <p class="note">
      ${count(rows.read)} rows read = ${count(rows.used)} events used + ${count(rows.duplicates)} duplicates +
      ${count(rows.setAside.reduce((sum, r) => sum + r.rows, 0))} set aside.
    </p>`;
}

function gapOf({ app, users, events, pauses, gap, curve }: ProfileApp): Html {
  const { low, high } = gap.intervalSeconds ?? { low: NaN, high: NaN };
  return html`<h3>
      ${app}: ${gap.verdict === "clear" ? span(gap.gapSeconds) : `no clear gap, ${span(gap.gapSeconds)} proposed`}
    </h3>
    <p>
      ${gap.reason}${gap.intervalSeconds && html` 95 % interval: ${span(low)} to ${span(high)}.`}
      <span class="note">${count(events)} events of ${count(users)} users.</span>
    </p>
    ${gap.verdict !== "clear" && warning("Pauses of this app do not fall into short and long ones. Choose the gap by what a visit means to you.")}
    ${pauses.some((bin) => bin.pauses > 0) && pauseHistogram(app, pauses, gap.gapSeconds, gap.intervalSeconds)}
    ${curve.length > 1 && more(`How the gap changes the number of sessions, ${app}`, sessionsByGap(app, curve, gap.gapSeconds))}`;
}

function days({ days: rows, apps, marks = [] }: ProfilePageData): Html {
  const series = (value: "events" | "users") =>
    apps.map(({ app }, i) => ({
      name: app,
      color: SERIES_COLORS[i % SERIES_COLORS.length] as string,
      points: rows.filter((row) => row.app === app).map((row) => ({ date: row.date, value: row[value] })),
    }));
  if (new Set(rows.map((row) => row.date)).size < 2) {
    return table("One day", rows, [
      { title: "App", value: (row) => row.app },
      { title: "Date", value: (row) => row.date },
      { title: "Events", value: (row) => count(row.events), number: true },
      { title: "Users", value: (row) => count(row.users), number: true },
    ]);
  }
  return html`${dailyLines("Events a day", series("events"), { yLabel: "events", marks })}${dailyLines("Users a day", series("users"), { yLabel: "users", marks })}`;
}

function traffic({ traffic: rows, robotRules = [] }: ProfilePageData): Html {
  return html`${table("Who makes the events", rows, [
    { title: "Traffic", value: (row) => row.kind },
    { title: "Users", value: (row) => count(row.users), number: true },
    { title: "Events", value: (row) => count(row.events), number: true },
    ...(rows.some((row) => row.sessions !== undefined)
      ? [{ title: "Sessions", value: (row: (typeof rows)[number]) => count(row.sessions ?? NaN), number: true }]
      : []),
  ])}
  ${
    robotRules.length > 0 &&
    table("Whom the behaviour rules would flag as robots", robotRules, [
      { title: "Rule", value: (row) => row.rule },
      { title: "Users", value: (row) => count(row.users), number: true },
      { title: "Events", value: (row) => count(row.events), number: true },
    ])
  }`;
}

function catalogue(events: readonly ProfileEvent[]): Html {
  const total = events.reduce((sum, event) => sum + event.events, 0);
  const listed = (caption: string, rows: readonly ProfileEvent[]) =>
    table(caption, rows, [
      { title: "Event", value: (e) => eventName(e.name) },
      { title: "Kind", value: (e) => e.kind },
      { title: "Events", value: (e) => count(e.events), number: true },
      { title: "Share", value: (e) => percent(e.events / total, 2), number: true },
      { title: "Users", value: (e) => count(e.users), number: true },
      {
        title: "Seen",
        value: (e) => (e.firstDate ? html`<span class="whole">${e.firstDate} to ${e.lastDate ?? ""}</span>` : ""),
      },
      { title: "Proposal", value: (e) => e.proposal ?? "" },
    ]);
  const first = events.slice(0, 40);
  const rest = events.slice(40);
  return html`${listed(`The ${first.length} most frequent events`, first)}
  ${rest.length > 0 && more(`${count(rest.length)} rarer events`, listed("Rarer events", rest))}`;
}
