import { FALLBACK_GAP_SECONDS } from "../../ml/gapMixture";
import type { Config } from "../../model/config";
import type { AppProfile, EventProfile } from "../../model/profileReport";
import { REASON_INFO, type Reason } from "../../model/reasons";
import { proposedRules } from "./behaviourProposal";
import type { ReadCounts } from "../../transforms/events/readCounts";

/** So many names are no longer kinds of actions. */
const MANY_NAMES = 1000;
/** One name above this share of all events decides nothing by its frequency. */
const ONE_NAME_SHARE = 0.5;
const BAD_SHARE = 0.01;
/** How far a configured gap may be from the proposal before it is said. */
const FAR = 2;

/** What a person should look at in a profile, one sentence each. */
export function remarksOf(
  config: Config,
  read: ReadCounts,
  apps: readonly AppProfile[],
  events: readonly EventProfile[],
): string[] {
  return [
    ...badRows(read),
    ...apps.flatMap((app) => gapRemark(config, app)),
    ...apps.flatMap((app) =>
      nameRemarks(
        app,
        events.filter((event) => event.app === app.app),
      ),
    ),
    ...events.flatMap((event) =>
      event.proposedKind === null
        ? []
        : [`${event.app}: ${event.event} looks like a background event: it ${event.why}; list it in the catalogue.`],
    ),
    ...apps.flatMap((app) => robotRemark(config, app)),
  ];
}

function badRows({ setAside, rowsRead }: ReadCounts): string[] {
  return Object.entries(setAside).flatMap(([reason, rows]) =>
    REASON_INFO[reason as Reason].bad && rows > BAD_SHARE * rowsRead
      ? [`${percent(rows / rowsRead)} of the rows were set aside as ${reason}: ${REASON_INFO[reason as Reason].text}.`]
      : [],
  );
}

function gapRemark(config: Config, { app, gap }: AppProfile): string[] {
  if (gap === null) return [];
  const configured = config.sessions.gapSeconds[app] ?? config.sessions.gapSeconds.default;
  const ratio = Math.max(configured / gap.gapSeconds, gap.gapSeconds / configured);
  if (gap.verdict === "clear" && ratio > FAR) {
    return [`${app}: sessions.gapSeconds is ${configured}, the pauses say ${gap.gapSeconds}.`];
  }
  return gap.verdict === "clear"
    ? []
    : [`${app}: no clear gap; ${FALLBACK_GAP_SECONDS} s is the habit, choose what a visit means to you.`];
}

function nameRemarks({ app, events: total }: AppProfile, events: readonly EventProfile[]): string[] {
  const remarks: string[] = [];
  const rare = events.filter(({ count }) => count === 1).length;
  if (events.length > MANY_NAMES && rare > events.length / 2) {
    remarks.push(
      `${app}: ${events.length} event names, ${rare} of them seen once: ids in the names? Shorten them with input.event.address, or choose another column.`,
    );
  }
  const [first] = events;
  if (first !== undefined && events.length > 1 && first.count > ONE_NAME_SHARE * total) {
    remarks.push(
      `${app}: ${first.event} is ${percent(first.count / total)} of all events; discovery.weighting: log keeps it from drowning the others.`,
    );
  }
  if (events.length < 4) {
    remarks.push(`${app}: only ${events.length} event names; add columns to input.event to tell sessions apart.`);
  }
  return remarks;
}

function robotRemark(config: Config, { app, rules, events, proposedMaxEventsPerHour }: AppProfile): string[] {
  const any = rules["any"];
  if (any === undefined || any.events === 0) return [];
  const { maxEventsPerHour, maxHoursAwakePerDay, minPauseVariation, maxOneEventShare } = proposedRules(config.traffic.behaviour);
  const tried = {
    maxEventsPerHour: maxEventsPerHour ?? proposedMaxEventsPerHour,
    maxHoursAwakePerDay,
    minPauseVariation,
    maxOneEventShare,
  };
  const shown = Object.entries(tried).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return [
    `${app}: traffic.behaviour: { ${shown.join(", ")} } would flag ${percent(any.events / events)} of the events (${any.userDays} user-days) as robots.`,
  ];
}

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
