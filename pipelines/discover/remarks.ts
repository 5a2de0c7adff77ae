import type { Config } from "../../model/config";
import { chosenK } from "../../transforms/discovery/keys";
import type { DiscoverySpace } from "../../transforms/discovery/discoverySpace";
import { LONG_EVENTS } from "../../transforms/discovery/sampleShape";
import type { AppPieces } from "./assemble";

/** One name above this share of all events is said. */
const ONE_NAME_SHARE = 0.5;
/** So many short sessions are said. */
const SHORT_SHARE = 0.5;
/** Names of the long tail are said when they are so many, and so many of all. */
const MANY_NAMES = 200;
const RARE_SHARE = 0.9;
/** Sessions without any counted event are said above this share. */
const EMPTY_SHARE = 0.1;
/** Very long sessions are said when they hold this share of the events. */
const LONG_SHARE = 0.05;

/**
 * What is odd about an app's logs, the rule that handles it, and its effect in numbers; one or two sentences each. Rules: short sessions
 * are not learned from (`sessions.minEvents`); rare names speak through the noise feature alone (`discovery.minEventShare`,
 * `input.event.address`); frequent names and long sessions are damped by `discovery.weighting`.
 */
export function remarksOf(config: Config, space: DiscoverySpace, pieces: AppPieces): string[] {
  return [
    ...oneName(config, pieces),
    ...shortSessions(config, pieces),
    ...rareNames(space, pieces),
    ...emptySessions(space),
    ...longSessions(config, pieces),
    ...unusedChoice(config, space, pieces),
  ];
}

function oneName({ discovery }: Config, { shape }: AppPieces): string[] {
  if (shape === null || shape.top.eventShare < ONE_NAME_SHARE) return [];
  const { event, eventShare, weightShare } = shape.top;
  const others = (["count", "log", "binary"] as const)
    .filter((weighting) => weighting !== discovery.weighting)
    .map((weighting) => `${percent(weightShare[weighting])} with discovery.weighting: ${weighting}`);
  return [
    `${event} is ${percent(eventShare)} of all events. It carries ${percent(weightShare[discovery.weighting])} of the weight that ` +
      `sessions are clustered by (weighting ${discovery.weighting}); it would be ${others.join(", ")}.`,
  ];
}

function shortSessions({ sessions: { minEvents } }: Config, { lengths }: AppPieces): string[] {
  if (lengths === null || lengths.sessions === 0) return [];
  const { sessions, single, tooShort } = lengths;
  if (Math.max(single, tooShort) < SHORT_SHARE * sessions) return [];
  const left = sessions - tooShort;
  const rule =
    tooShort > 0
      ? `Those below sessions.minEvents (${minEvents}) are not learned from, ${percent(tooShort / sessions)} of all; what follows is about the other ${percent(left / sessions)} (${left}).`
      : "They are learned from like all others: sessions.minEvents: 2 leaves them out.";
  return [`${percent(single / sessions)} of the sessions are a single event. ${rule}`];
}

function rareNames(space: DiscoverySpace, { shape }: AppPieces): string[] {
  const rare = space.eventCount - space.events.length;
  if (shape === null || space.eventCount < MANY_NAMES || rare < RARE_SHARE * space.eventCount) return [];
  return [
    `${rare} of ${space.eventCount} event names are in too few sessions to count (discovery.minEventShare), ${shape.namesSeenInOne} of them in ` +
      `one session only; they make ${percent(shape.outsideShare)} of the events. If names hold ids or whole addresses, shorten them with input.event.address.`,
  ];
}

function emptySessions(space: DiscoverySpace): string[] {
  const empty = space.sessionCount - space.weightedSessions;
  if (space.sessionCount === 0 || empty < EMPTY_SHARE * space.sessionCount) return [];
  return [
    `${percent(empty / space.sessionCount)} of the sampled sessions have none of the ${space.events.length} events that count and are in no ` +
      "cluster; a lower discovery.minEventShare lets more events count.",
  ];
}

function longSessions({ discovery }: Config, { shape }: AppPieces): string[] {
  if (shape === null || shape.longSessions === 0 || shape.longEventShare < LONG_SHARE) return [];
  const damped =
    discovery.weighting === "count"
      ? "A session's own frequent events drown its others; discovery.weighting: log damps that."
      : `Counts are damped (weighting ${discovery.weighting}).`;
  return [
    `${shape.longSessions} sessions of ${LONG_EVENTS} events and more hold ${percent(shape.longEventShare)} of the events; each counts as one session of length 1 all the same. ${damped} Are they robots?`,
  ];
}

function unusedChoice({ discovery }: Config, space: DiscoverySpace, { choice }: AppPieces): string[] {
  const wanted = chosenK(discovery.k, space.app);
  return choice === null || wanted === undefined || choice.chosenByPerson
    ? []
    : [`k = ${wanted} was chosen, but half of the sessions are too few for so many clusters; k = ${choice.k} was taken.`];
}

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
