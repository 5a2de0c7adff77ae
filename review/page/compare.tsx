import type { KRow } from "../../model/discoveryReport";
import type { ReviewData } from "../reviewData";
import { decimal, percent } from "./words";

/** A part below this share of a cluster is not told. */
const MIN_PART = 0.05;

interface CompareProps {
  readonly app: ReviewData["apps"][number];
  readonly row: KRow;
}

/** The clusters at one k: how large and stable they are, and which clusters of the board their sessions are in. */
export function Compare({ app, row }: CompareProps) {
  const total = row.sizes.reduce((sum, size) => sum + size, 0);
  const order = row.sizes.map((size, cluster) => ({ size, cluster })).sort((a, b) => b.size - a.size);
  const isBoard = row.k === app.k;
  return (
    <details>
      <summary>
        {isBoard ? `Clusters at k = ${row.k}, those of the board` : `Clusters at k = ${row.k} against those of the board`}
      </summary>
      <ul class="kbars">
        {order.map(({ size, cluster }) => (
          <li key={cluster}>
            <span>{cluster}</span>
            <meter value={size} max={order[0]?.size ?? 1} aria-label={`Size of cluster ${cluster} at k = ${row.k}`} />
            <span>
              {percent(size / total)}
              {row.stability && `, stability ${decimal(row.stability.perCluster[cluster])}`}
            </span>
            <span class="made">{isBoard ? nameOf(app, cluster) : madeOf(app, row, cluster)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const nameOf = (app: CompareProps["app"], cluster: number) =>
  app.cards.find((card) => card.cluster === cluster)?.suggestedName ?? `${cluster}`;

/** `92 % from 4. Search, 8 % from 8. Help`. */
function madeOf(app: CompareProps["app"], row: KRow, cluster: number): string {
  const counts = row.parts?.[cluster] ?? [];
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts
    .map((count, from) => ({ from, share: all > 0 ? count / all : 0 }))
    .filter(({ share }) => share >= MIN_PART)
    .sort((a, b) => b.share - a.share || a.from - b.from)
    .map(({ from, share }) => `${percent(share, 0)} from ${from}. ${nameOf(app, from)}`)
    .join(", ");
}
