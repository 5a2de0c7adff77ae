import { useState } from "preact/hooks";
import type { ClusterCard } from "../../model/discoveryReport";
import { clusterKey, type Action, type Board, type BoardCategory } from "../board";
import type { ReviewData } from "../reviewData";
import { ClusterView, type Alike } from "./clusterView";
import { sinceOf } from "./since";
import { TextField } from "./textField";
import { clusterName } from "./app";
import { percent } from "./words";

export interface AppCluster {
  readonly app: string;
  readonly card: ClusterCard;
}

/** Does an action and says so; `focusOn` is the id of what gets the focus, `step` what it is undone together with. */
export type Act = (action: Action, said: string, focusOn?: string | null, step?: string | null) => void;

interface BoardProps {
  readonly data: ReviewData;
  readonly board: Board;
  readonly clusters: readonly AppCluster[];
  readonly act: Act;
}

const DRAG_TYPE = "text/plain";

/** Categories with their clusters, and a place for clusters of none. */
export function BoardView({ data, board, clusters, act }: BoardProps) {
  const [name, setName] = useState("");
  const create = (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return;
    const taken = board.categories.map((category) => category.color);
    const color = data.colors.find((one) => !taken.includes(one)) ?? (data.colors[taken.length % data.colors.length] as string);
    act({ kind: "create", name, color }, `Category ${name.trim()} created`);
    setName("");
  };
  const clustersIn = (id: string | null) =>
    clusters
      .filter(({ app, card }) => (board.categoryOf[clusterKey(app, card.cluster)] ?? null) === id)
      .sort((a, b) => b.card.share.estimate - a.card.share.estimate);
  const shared = { data, all: clusters, board, zone: data.zone, act };
  return (
    <>
      <form class="create" onSubmit={create}>
        <label>
          New category
          <input type="text" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={name.trim() === ""}>
          Create
        </button>
      </form>
      <div class="board">
        {board.categories.map((category) => (
          <Column
            key={category.id}
            id={category.id}
            title={category.name}
            color={category.color}
            clusters={clustersIn(category.id)}
            {...shared}
          >
            <Fields category={category} isEmpty={clustersIn(category.id).length === 0} act={act} />
          </Column>
        ))}
        <Column id={null} title="In no category" color="" clusters={clustersIn(null)} {...shared} />
      </div>
    </>
  );
}

interface ColumnProps {
  readonly id: string | null;
  readonly title: string;
  readonly color: string;
  readonly clusters: readonly AppCluster[];
  readonly data: ReviewData;
  /** Clusters of all categories and apps. */
  readonly all: readonly AppCluster[];
  readonly board: Board;
  readonly zone: string;
  readonly act: Act;
  readonly children?: preact.ComponentChildren;
}

function Column({ id, title, color, clusters, data, all, board, zone, act, children }: ColumnProps) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const cluster = event.dataTransfer?.getData(DRAG_TYPE) ?? "";
    if (/^\d+@/.test(cluster)) act({ kind: "move", cluster, to: id }, `Moved ${clusterName(cluster)} to ${title}`);
  };
  const apps = new Set(clusters.map(({ app }) => app));
  const shares = [...apps].map(
    (app) => `${app} ${percent(sum(clusters.filter((one) => one.app === app).map(({ card }) => card.share.estimate)))}`,
  );
  const titleId = `category-${id ?? ""}-title`;
  return (
    <article
      id={`category-${id ?? ""}`}
      class={isOver ? "category over" : "category"}
      style={color === "" ? {} : { "--stripe": color }}
      aria-labelledby={titleId}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <h3 id={titleId}>{title}</h3>
      {children}
      <p class="note">{shares.length > 0 ? `Share of sessions: ${shares.join(", ")}` : "No sessions."}</p>
      <ul class="clusters">
        {clusters.map(({ app, card }) => (
          <ClusterView
            key={clusterKey(app, card.cluster)}
            app={app}
            card={card}
            names={new Map(all.filter((one) => one.app === app).map((one) => [one.card.cluster, one.card.suggestedName]))}
            alike={alikeOf(app, card.cluster, data, all, board)}
            since={sinceOf(data.previous, app, card.cluster)}
            category={id}
            categories={board.categories}
            zone={zone}
            dragType={DRAG_TYPE}
            act={act}
          />
        ))}
      </ul>
    </article>
  );
}

/** The most alike cluster of each other app, and the category that it is in. */
function alikeOf(app: string, cluster: number, { matches }: ReviewData, all: readonly AppCluster[], board: Board): Alike[] {
  const found = new Map<string, Alike>();
  for (const { clusters, likeness } of matches) {
    const at = clusters.findIndex((one) => one.app === app && one.cluster === cluster);
    const other = clusters[1 - at];
    if (at < 0 || other === undefined || found.has(other.app)) continue;
    const category = board.categories.find(({ id }) => id === board.categoryOf[clusterKey(other.app, other.cluster)]) ?? null;
    const name = all.find((one) => one.app === other.app && one.card.cluster === other.cluster)?.card.suggestedName ?? "";
    found.set(other.app, { ...other, name, likeness, category });
  }
  return [...found.values()];
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Name, colour, description and noise of a category; each change is one step to undo. */
function Fields({ category, isEmpty, act }: { readonly category: BoardCategory; readonly isEmpty: boolean; readonly act: Act }) {
  const { id, name, color, description, noise } = category;
  const change = (
    part: Partial<Pick<BoardCategory, "name" | "color" | "description">>,
    what: string,
    step: string | null = null,
  ) => act({ kind: "change", id, change: part }, `${what} of ${id} changed`, null, step);
  return (
    <div class="fields">
      <label for={`${id}-name`}>Name</label>
      <TextField id={`${id}-name`} value={name} onText={(text, step) => change({ name: text }, "Name", step)} />
      <label for={`${id}-color`}>Colour</label>
      <input
        id={`${id}-color`}
        type="color"
        value={color}
        onChange={(event) => change({ color: event.currentTarget.value }, "Colour")}
      />
      <label for={`${id}-description`}>Description</label>
      <TextField
        id={`${id}-description`}
        rows={3}
        value={description}
        onText={(text, step) => change({ description: text }, "Description", step)}
      />
      <label for={`${id}-noise`}>Noise category</label>
      <input
        id={`${id}-noise`}
        type="checkbox"
        checked={noise}
        onChange={(event) => {
          const checked = event.currentTarget.checked;
          act(
            { kind: "noise", id, noise: checked },
            checked ? `${name} is the noise category` : `${name} is no longer the noise category`,
          );
        }}
      />
      <div class="last">
        <span class="note">
          id <code>{id}</code>
        </span>
        <button
          type="button"
          onClick={() =>
            act({ kind: "remove", id }, `Category ${name} removed${isEmpty ? "" : "; its clusters are in no category"}`, "board")
          }
        >
          Remove<span class="hidden"> category {name}</span>
        </button>
      </div>
    </div>
  );
}
