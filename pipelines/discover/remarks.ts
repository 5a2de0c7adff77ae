import type { Config } from "../../model/config";
import type { ClusterCard } from "../../model/discoveryReport";
import { chosenK } from "../../transforms/discovery/keys";
import type { DiscoverySpace } from "../../transforms/discovery/discoverySpace";
import { MANY_NAMES, MAX_EVENTS } from "../../transforms/discovery/learnSpace";
import { LONG_EVENTS } from "../../transforms/discovery/sampleShape";
import type { AppPieces } from "./assemble";
import { stagesOf } from "./stages";

/** One name above this share of all events is said. */
const ONE_NAME_SHARE = 0.5;
/** So many short sessions are said. */
const SHORT_SHARE = 0.5;
/** Names of the long tail are said when there are `MANY_NAMES`, and so many of them are rare. */
const RARE_SHARE = 0.9;
/** Sessions without any counted event are said above this share. */
const EMPTY_SHARE = 0.1;
/** So few names that count make clusters mere mixes of them. */
const FEW_NAMES = 4;
/** A cluster of fewer sessions is too small to trust. */
const TINY_CLUSTER = 20;
/** Very long sessions are said when they hold this share of the events. */
const LONG_SHARE = 0.05;

/**
 * What is odd about an app's logs, the rule that handles it, and its effect in numbers; one or two sentences each. Rules: short sessions
 * are not learned from (`sessions.minEvents`); rare names speak through the noise feature alone (`discovery.minEventShare`,
 * `input.event.address`); frequent names and long sessions are damped by `discovery.weighting`.
 * @param cards of the clusters taken; none where nothing was clustered
 */
export function remarksOf(config: Config, space: DiscoverySpace, pieces: AppPieces, cards: readonly ClusterCard[]): string[] {
  return [
    ...oneName(config, space, pieces),
    ...shortSessions(config, pieces),
    ...fewNames(space),
    ...rareNames(config, space, pieces),
    ...tooManyNames(space),
    ...emptySessions(space),
    ...longSessions(config, pieces),
    ...tinyClusters(cards),
    ...stages(space, cards),
    ...unusedChoice(config, space, pieces),
  ];
}

function oneName({ discovery }: Config, space: DiscoverySpace, { shape, verdict }: AppPieces): string[] {
  if (shape === null || shape.top.eventShare < ONE_NAME_SHARE) return [];
  const { event, eventShare, weightShare } = shape.top;
  const opening = `${event} is ${percent(eventShare)} of all events.`;
  if (!space.events.includes(event))
    return [`${opening} It is in too few sessions to count (discovery.minEventShare), so no cluster hangs on it.`];
  if (space.tooLittle !== null) return [`${opening} More columns in input.event that tell its uses apart say more.`];
  const weight = weightShare[discovery.weighting];
  const carries = `It carries ${percent(weight)} of the weight that sessions are clustered by (weighting ${discovery.weighting})`;
  // In every session its idf is 0, whatever the weighting.
  if (weight < NO_WEIGHT) return [`${opening} ${carries}: what is in nearly every session tells none apart.`];
  const others = (["count", "log", "binary"] as const)
    .filter((weighting) => weighting !== discovery.weighting)
    .map((weighting) => `${percent(weightShare[weighting])} with discovery.weighting: ${weighting}`);
  const advice =
    verdict?.structure === "none" || weight >= MOST_WEIGHT
      ? ` Take one of these, or mark it as background in the catalogue if nobody does it on purpose.`
      : "";
  return [`${opening} ${carries}; it would be ${others.join(", ")}.${advice}`];
}

/** Below this share of the weight a name decides nothing; from this one on it decides most. */
const NO_WEIGHT = 0.005;
const MOST_WEIGHT = 0.5;

function shortSessions({ sessions: { minEvents } }: Config, { lengths }: AppPieces): string[] {
  if (lengths === null || lengths.sessions === 0) return [];
  const { sessions, single, tooShort } = lengths;
  if (Math.max(single, tooShort) < SHORT_SHARE * sessions) return [];
  const left = sessions - tooShort;
  const rule =
    tooShort > 0
      ? `Those below sessions.minEvents (${minEvents}) are not learned from, ${percent(tooShort / sessions)} of all; what follows is about the other ${percent(left / sessions)} (${count(left)}).`
      : `They are learned from like all others, and each lies exactly on its event; with sessions.minEvents: 2 they are left out and ${count(sessions - single)} (${percent(1 - single / sessions)}) are learned from.`;
  return [`${percent(single / sessions)} of the sessions are a single event. ${rule}`];
}

function fewNames(space: DiscoverySpace): string[] {
  const names = space.events.length;
  if (space.tooLittle !== null || names > FEW_NAMES) return [];
  return [
    `Only ${names} event names tell sessions apart (${space.events.join(", ")}), so clusters are these alone or in mixes, and many clusters are ` +
      "many mixes; more columns in input.event, or longer addresses, tell more.",
  ];
}

function tooManyNames({ events, eventCount }: DiscoverySpace): string[] {
  if (events.length < MAX_EVENTS || eventCount <= MAX_EVENTS) return [];
  return [
    `The ${count(MAX_EVENTS)} most frequent of ${count(eventCount)} event names count, which is the most that can be compared; ` +
      "the others speak through the noise feature alone. A higher discovery.minEventShare lets in fewer.",
  ];
}

function rareNames({ input }: Config, space: DiscoverySpace, { shape }: AppPieces): string[] {
  const rare = space.eventCount - space.events.length;
  if (shape === null || space.eventCount < MANY_NAMES || rare < RARE_SHARE * space.eventCount) return [];
  const depth = input.event.address?.depth;
  const advice =
    depth === undefined
      ? "If names hold ids or whole addresses, shorten them with input.event.address."
      : depth > 1
        ? `Names are the first ${depth} parts of addresses (input.event.address.depth); ${depth - 1} makes fewer and more frequent ones.`
        : "If names hold ids, take other columns into input.event.";
  return [
    `${count(rare)} of ${count(space.eventCount)} event names are in too few sessions to count (discovery.minEventShare), ${count(shape.namesSeenInOne)} of them in ` +
      `one session only; they make ${percent(shape.outsideShare)} of the events${space.tooLittle === null ? " and speak through the noise feature alone" : ""}. ${advice}`,
  ];
}

function emptySessions(space: DiscoverySpace): string[] {
  const empty = space.sessionCount - space.weightedSessions;
  if (space.sessionCount === 0 || space.events.length === 0 || empty < EMPTY_SHARE * space.sessionCount) return [];
  return [
    `${percent(empty / space.sessionCount)} of the sampled sessions have ${space.events.length === 1 ? "not the one event that counts" : `none of the ${space.events.length} events that count`} and are in no ` +
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
    `${shape.longSessions} sessions of ${LONG_EVENTS} events and more hold ${percent(shape.longEventShare)} of the events; each counts as one session of length 1 ` +
      `all the same, so they are ${percent(shape.longSessions / shape.sessions)} of what is clustered. ${damped} Are they robots?`,
  ];
}

function tinyClusters(cards: readonly ClusterCard[]): string[] {
  const tiny = cards.filter(({ sessions }) => sessions < TINY_CLUSTER);
  if (tiny.length === 0) return [];
  const names = tiny.map(({ cluster, sessions }) => `${cluster} (${sessions})`).join(", ");
  return [
    `${tiny.length === 1 ? "A cluster has" : `${tiny.length} clusters have`} fewer than ${TINY_CLUSTER} sessions: ${names}. So few say little about people; read more days, or take a smaller k.`,
  ];
}

function stages(space: DiscoverySpace, cards: readonly ClusterCard[]): string[] {
  // Mixes of a few names are inside each other anyhow.
  const found = space.events.length > FEW_NAMES ? stagesOf(cards) : null;
  if (found === null) return [];
  const inWords = (cluster: number) => {
    const { suggestedName, share } = cards.find((card) => card.cluster === cluster)!;
    return `${cluster}. ${suggestedName} (${percent(share.estimate)})`;
  };
  return [
    `${found.clusters.length === cards.length ? "All" : `${found.clusters.length} of the`} ${cards.length} clusters are stages of a few ways through the app: nearly all sessions of one have what nearly ` +
      `all of another have, and more. The longest way: ${found.chain.map(inWords).join(" → ")}. Clusters of one way differ in how far people got; name ` +
      "them so, or join them into one category.",
  ];
}

function unusedChoice({ discovery }: Config, space: DiscoverySpace, { choice }: AppPieces): string[] {
  const wanted = chosenK(discovery.k, space.app);
  return choice === null || wanted === undefined || choice.chosenByPerson
    ? []
    : [`k = ${wanted} was chosen, but half of the sessions are too few for so many clusters; k = ${choice.k} was taken.`];
}

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
const count = (value: number) => value.toLocaleString("en-US");
