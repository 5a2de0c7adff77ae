import type { CardExample, ClusterCard, EventUse } from "../../model/discoveryReport";
import { overlapInWords } from "../../report/pages/cardWords";
import { clusterKey, type BoardCategory } from "../board";
import type { Act } from "./boardView";
import type { Since } from "./since";
import { count, decimal, percent, span } from "./words";

/** A cluster of another app with the same profile. */
export interface Alike {
  readonly app: string;
  readonly cluster: number;
  readonly name: string;
  readonly likeness: number;
  /** Category it is in. */
  readonly category: { readonly id: string; readonly name: string } | null;
}

interface ClusterProps {
  readonly app: string;
  readonly card: ClusterCard;
  /** Names of the app's clusters, by number. */
  readonly names: ReadonlyMap<number, string>;
  /** The most alike of each other app. */
  readonly alike: readonly Alike[];
  /** What became of it since the earlier discovery, in words. */
  readonly since: Since | null;
  /** Id of the category it is in, or null. */
  readonly category: string | null;
  readonly categories: readonly BoardCategory[];
  readonly zone: string;
  readonly dragType: string;
  readonly act: Act;
}

/** One cluster: what it is, and where it belongs. */
export function ClusterView({ app, card, names, alike, since, category, categories, zone, dragType, act }: ClusterProps) {
  const key = clusterKey(app, card.cluster);
  const menu = `move-${key}`;
  const move = (to: string | null, name: string) =>
    act({ kind: "move", cluster: key, to }, `Moved cluster ${card.cluster} of ${app} to ${name}`, menu);
  return (
    <li class="cluster" draggable onDragStart={(event) => event.dataTransfer?.setData(dragType, key)}>
      <h4>
        <span class="app">{app}</span> {card.cluster}. {card.suggestedName}
      </h4>
      <p>
        {count(card.sessions)} sessions, {percent(card.share.estimate)} ({percent(card.share.low)} to {percent(card.share.high)})
        {card.stability !== null && ` · stability ${decimal(card.stability)}`} · silhouette {decimal(card.silhouette)}
      </p>
      {card.noiseWords && <p class="note">{card.noiseWords}</p>}
      {since && !since.isSame && <p class="note">{since.words}</p>}
      {alike
        .filter((other) => other.category !== null && other.category.id !== category)
        .slice(0, 1)
        .map((other) => (
          <p key={other.app}>
            Same profile as {other.app} {other.cluster}. {other.name} ({decimal(other.likeness)}).{" "}
            <button type="button" onClick={() => move(other.category!.id, other.category!.name)}>
              Move to {other.category!.name}
              <span class="hidden">
                : cluster {card.cluster} of {app}
              </span>
            </button>
          </p>
        ))}
      <div class="move">
        <label for={menu}>Category</label>
        <select
          id={menu}
          value={category ?? ""}
          onChange={(event) => {
            const to = event.currentTarget.value;
            move(to === "" ? null : to, categories.find(({ id }) => id === to)?.name ?? "no category");
          }}
        >
          {categories.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          <option value="">(no category)</option>
        </select>
      </div>
      <details>
        <summary>
          Events and examples
          <span class="hidden">
            {" "}
            of cluster {card.cluster} of {app}
          </span>
        </summary>
        {(card.inNearlyAll ?? []).length > 0 && (
          <p>
            Nearly all sessions have{" "}
            {card.inNearlyAll!.map((event, i) => (
              <>
                {i > 0 && ", "}
                <span class="event">{event}</span>
              </>
            ))}
            .
          </p>
        )}
        <Uses title="Used more than elsewhere" uses={card.overUsed} />
        <Uses title="Used less than elsewhere" uses={card.underUsed} />
        <h5>Highest mean weights</h5>
        <ul class="events weights">
          {card.topWeighted.map(({ event, weight }) => (
            <li key={event}>
              <span class="event">{event}</span> {decimal(weight)}
            </li>
          ))}
        </ul>
        <p>
          Typically {count(card.medianEvents)} {card.medianEvents === 1 ? "event" : "events"}, {span(card.medianDurationSeconds)};
          most start around {busiestHour(card.hours)}:00.{" "}
          {overlapInWords(card, (cluster) => `${cluster}. ${names.get(cluster) ?? ""}`)}
          {alike.length > 0 &&
            ` Same profile in other apps: ${alike.map((other) => `${other.app} “${other.cluster}. ${other.name}” (${decimal(other.likeness)})`).join(", ")}.`}
        </p>
        {since?.isSame && <p>{since.words}</p>}
        {card.examples.map((example, i) => (
          <Timeline key={i} example={example} zone={zone} />
        ))}
      </details>
    </li>
  );
}

const busiestHour = (hours: readonly number[]) => hours.indexOf(Math.max(...hours));

function Uses({ title, uses }: { readonly title: string; readonly uses: readonly EventUse[] }) {
  if (uses.length === 0) return null;
  return (
    <>
      <h5>{title}</h5>
      <ul class="events">
        {uses.map(({ event, words }) => (
          <li key={event}>
            <span class="event">{event}</span> {words}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Pauses from this many seconds are shown. */
const LONG_PAUSE = 60;

/** A session's events in order; equal ones in a row are folded, long pauses shown. */
function Timeline({ example, zone }: { readonly example: CardExample; readonly zone: string }) {
  const steps: { event: string; times: number; pause: number }[] = [];
  example.events.forEach(({ name, ms }, i) => {
    const pause = i === 0 ? 0 : (ms - (example.events[i - 1]?.ms ?? 0)) / 1000;
    const last = steps.at(-1);
    if (last?.event === name && pause < LONG_PAUSE) last.times += 1;
    else steps.push({ event: name, times: 1, pause });
  });
  const missing = example.eventCount - example.events.length;
  const start = new Date(example.startMs).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return (
    <>
      <h5>
        {start}, {span(example.durationMs / 1000)}, {count(example.eventCount)} events (user {example.user})
      </h5>
      <ol class="timeline">
        {steps.flatMap(({ event, times, pause }, i) => [
          pause >= LONG_PAUSE ? (
            <li class="pause" key={`pause-${i}`}>
              {span(pause)} later
            </li>
          ) : null,
          <li key={i}>
            <span class="event">{event}</span>
            {times > 1 && ` × ${times}`}
          </li>,
        ])}
        {missing > 0 && <li class="pause">and {count(missing)} more</li>}
      </ol>
    </>
  );
}
