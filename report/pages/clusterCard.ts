import { meter } from "../charts/confusion";
import { html, raw, type Html } from "../html/html";
import { count, decimal, percent, span } from "../html/numbers";
import { eventName } from "../html/parts";

/** What is known of one cluster. Shares are 0..1. */
export interface ClusterCard {
  readonly cluster: number;
  readonly suggestedName: string;
  /** The category it is in, when there is one. */
  readonly category?: { readonly name: string; readonly color: string };
  readonly sessions: number;
  readonly share: number;
  readonly shareInterval?: readonly [low: number, high: number] | null;
  readonly silhouette: number | null;
  /** Mean Jaccard similarity over half-subsets. */
  readonly stability?: number | null;
  readonly noiseLike?: boolean;
  /** Whether it is noise, in words; null where nothing speaks for it. */
  readonly noiseWords?: string | null;
  /** Highest mean weights (paper, Table 5). */
  readonly topEvents: readonly { readonly event: string; readonly weight: number }[];
  /** Events in nearly all of its sessions. */
  readonly inNearlyAll?: readonly string[];
  /** Events used more, and less, than by all other sessions. */
  readonly overUsed: readonly EventUse[];
  readonly underUsed: readonly EventUse[];
  readonly medianEvents?: number;
  readonly medianSeconds?: number;
  readonly examples: readonly ExampleSession[];
  /** Sentences, such as which other clusters it overlaps with. */
  readonly remarks?: readonly string[];
}

export interface EventUse {
  readonly event: string;
  /** Shares, how many times as often, and its interval, for people: `in 94 % of these sessions and 23 % of the others: …`. */
  readonly words: string;
}

/** A real session near the cluster's center. */
export interface ExampleSession {
  /** A salted hash, never the id itself unless asked for. */
  readonly user: string;
  /** Local start, `2026-03-02 18:04`. */
  readonly start: string;
  readonly durationSeconds: number;
  readonly eventCount: number;
  /** The first events in order, with seconds after the start; may be cut short. */
  readonly events: readonly { readonly event: string; readonly atSeconds: number }[];
}

/** Events of either kind that are seen without a click. */
const SHOWN_USES = 4;

export function clusterCard(card: ClusterCard): Html {
  const title = card.category?.name ?? card.suggestedName;
  const facts = [
    `${count(card.sessions)} sessions, ${percent(card.share)}${card.shareInterval ? ` (${percent(card.shareInterval[0])} to ${percent(card.shareInterval[1])})` : ""}`,
    card.silhouette === null ? "" : `silhouette ${decimal(card.silhouette)}`,
    card.stability === null || card.stability === undefined ? "" : `stability ${decimal(card.stability)}`,
    typicalLength(card),
  ].filter(Boolean);
  const nearlyAll = card.inNearlyAll ?? [];
  const heaviest = Math.max(...card.topEvents.map((e) => e.weight), 1e-9);
  return html`<article
    class="card"
    ${card.category && raw(` style="--stripe:${/^#[0-9a-f]{6}$/i.test(card.category.color) ? card.category.color : "#888888"}"`)}
  >
    <h3>${card.cluster}. ${title}</h3>
    ${card.category && card.category.name !== card.suggestedName && html`<p class="note">suggested name: ${card.suggestedName}</p>`}
    <p>${facts.join(" · ")}</p>
    ${nearlyAll.length > 0 && html`<p>Nearly all sessions have ${nearlyAll.map((event, i) => html`${i > 0 && ", "}${eventName(event)}`)}.</p>`}
    ${usage("Used more than elsewhere", card.overUsed.slice(0, SHOWN_USES))}
    ${usage("Used less than elsewhere", card.underUsed.slice(0, SHOWN_USES))}
    ${[card.noiseWords, ...(card.remarks ?? [])].map((text) => typeof text === "string" && text !== "" && html`<p class="note">${text}</p>`)}
    <details>
      <summary>All its events and their weights</summary>
      <h4>Highest mean weights</h4>
      <ul class="events">
        ${card.topEvents.map(({ event, weight }) => html`<li>${eventName(event)}<span class="number">${decimal(weight)}</span>${meter(weight / heaviest)}</li>`)}
      </ul>
      ${usage("Used more, the rest", card.overUsed.slice(SHOWN_USES))}
      ${usage("Used less, the rest", card.underUsed.slice(SHOWN_USES))}
    </details>
    ${
      card.examples.length > 0 &&
      html`<details>
        <summary>Example sessions (${count(card.examples.length)})</summary>
        ${card.examples.map(timeline)}
      </details>`
    }
  </article>`;
}

function typicalLength({ medianEvents, medianSeconds }: ClusterCard): string {
  const parts = [
    ...(medianEvents === undefined ? [] : [`${count(medianEvents)} ${medianEvents === 1 ? "event" : "events"}`]),
    ...(medianSeconds === undefined ? [] : [span(medianSeconds)]),
  ];
  return parts.length === 0 ? "" : `typically ${parts.join(", ")}`;
}

const usage = (title: string, uses: readonly EventUse[]) =>
  uses.length > 0 &&
  html`<h4>${title}</h4>
    <ul class="uses">
      ${uses.map(({ event, words }) => html`<li>${eventName(event)} <span class="note">${words}</span></li>`)}
    </ul>`;

/** Events in order; equal ones in a row are folded, pauses of a minute and more are shown. */
function timeline({ user, start, durationSeconds, eventCount, events }: ExampleSession): Html {
  const steps: { event: string; times: number; pause: number }[] = [];
  events.forEach(({ event, atSeconds }, i) => {
    const pause = i === 0 ? 0 : atSeconds - (events[i - 1]?.atSeconds ?? 0);
    const last = steps.at(-1);
    if (last && last.event === event && pause < 60) last.times += 1;
    else steps.push({ event, times: 1, pause });
  });
  const missing = eventCount - events.length;
  return html`<h4>${start}, ${span(durationSeconds)}, ${count(eventCount)} events <span class="note">(user ${user})</span></h4>
    <ol class="timeline">
      ${steps.map(
        ({ event, times, pause }) =>
          html`${pause >= 60 && html`<li class="pause">${span(pause)} later</li>`}
            <li>${eventName(event)}${times > 1 && ` × ${times}`}</li>`,
      )}${missing > 0 && html`<li class="pause">and ${count(missing)} more</li>`}
    </ol>`;
}
