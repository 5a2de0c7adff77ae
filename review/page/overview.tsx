import { clusterKey, type Board } from "../board";
import type { AppCluster } from "./boardView";
import { percent } from "./words";

interface OverviewProps {
  readonly apps: readonly string[];
  readonly board: Board;
  readonly clusters: readonly AppCluster[];
}

/** Shares of the categories in each app, as bars in the categories' colours. */
export function Overview({ apps, board, clusters }: OverviewProps) {
  const shown = apps.filter((app) => clusters.some((one) => one.app === app));
  return (
    <div class="overview">
      {shown.map((app) => {
        const parts = [...board.categories, null].map((category) => ({
          id: category?.id ?? "",
          name: category?.name ?? "in no category",
          color: category?.color ?? "",
          share: clusters
            .filter(
              (one) =>
                one.app === app && (board.categoryOf[clusterKey(app, one.card.cluster)] ?? null) === (category?.id ?? null),
            )
            .reduce((sum, { card }) => sum + card.share.estimate, 0),
        }));
        const words = parts.filter(({ share }) => share > 0).map(({ name, share }) => `${name} ${percent(share)}`);
        return (
          <div class="overviewrow" key={app}>
            <span>{app}</span>
            <div class="shares" role="img" aria-label={`Categories of ${app}: ${words.join(", ")}`}>
              {parts
                .filter(({ share }) => share > 0)
                .map(({ id, name, color, share }) => (
                  <i
                    key={id}
                    title={`${name} ${percent(share)}`}
                    style={{ flexGrow: share, ...(color !== "" && { background: color }) }}
                  />
                ))}
            </div>
          </div>
        );
      })}
      <nav aria-label="Categories">
        <ul class="legend">
          {board.categories.map(({ id, name, color }) => (
            <li key={id}>
              <a href={`#category-${id}`}>
                <span class="swatch" style={{ background: color }} aria-hidden="true" />
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}
