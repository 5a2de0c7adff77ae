import { useState } from "preact/hooks";
import type { KRow } from "../../model/discoveryReport";
import type { ReviewData } from "../reviewData";
import { chooseK } from "./api";
import { KCurves } from "./kCurves";
import { decimal, percent } from "./words";

interface NumbersProps {
  readonly app: ReviewData["apps"][number];
  readonly say: (text: string) => void;
}

/** One app's numbers of clusters compared, with the choice of one. */
export function Numbers({ app, say }: NumbersProps) {
  const [shown, setShown] = useState(app.k);
  const row = app.candidates.find(({ k }) => k === shown);
  const choose = async () => {
    if (shown === null) return;
    const answer = await chooseK({ app: app.app, k: shown });
    say(answer.ok ? answer.message : `Not saved: ${answer.problems.join("; ")}`);
  };
  return (
    <section class="kapp" aria-labelledby={`k-${app.app}`}>
      <h3 id={`k-${app.app}`}>{app.app}</h3>
      {app.proposal && (
        <p>
          {app.proposal.reason} {app.chosenByPerson && `A person chose k = ${app.k}.`} {app.verdict?.reason}
        </p>
      )}
      {app.remarks.map((remark) => (
        <p class="note" key={remark}>
          {remark}
        </p>
      ))}
      <KCurves app={app.app} rows={app.candidates} k={app.k ?? 0} />
      <div class="scroll" tabIndex={0} role="region" aria-label={`Numbers of clusters of ${app.app}`}>
        <table>
          <caption>Choose a row to compare; the clusters on the board are those of k = {app.k}.</caption>
          <thead>
            <tr>
              <th scope="col">k</th>
              <th scope="col" class="number">
                In noise-like cluster
              </th>
              <th scope="col" class="number">
                Stability
              </th>
              <th scope="col" class="number">
                In clusters ≥ 0.7
              </th>
              <th scope="col" class="number">
                ≥ 0.75
              </th>
              <th scope="col" class="number">
                Silhouette
              </th>
              <th scope="col" class="number">
                Medoid silhouette
              </th>
              <th scope="col" class="number">
                Mean distance
              </th>
            </tr>
          </thead>
          <tbody>
            {app.candidates.map((one) => (
              <Candidate
                key={one.k}
                row={one}
                app={app.app}
                isBoard={one.k === app.k}
                isShown={one.k === shown}
                show={setShown}
              />
            ))}
          </tbody>
        </table>
      </div>
      {row && <Clusters row={row} />}
      <button type="button" disabled={shown === app.k && app.chosenByPerson} onClick={() => void choose()}>
        Take k = {shown} for {app.app}
      </button>
    </section>
  );
}

interface CandidateProps {
  readonly row: KRow;
  readonly app: string;
  readonly isBoard: boolean;
  readonly isShown: boolean;
  readonly show: (k: number) => void;
}

function Candidate({ row, app, isBoard, isShown, show }: CandidateProps) {
  const { k, stability } = row;
  return (
    <tr class={isBoard ? "chosen" : ""}>
      <th scope="row">
        <label>
          <input type="radio" name={`k-${app}`} checked={isShown} onChange={() => show(k)} /> {k}
        </label>
      </th>
      <td class="number">{percent(row.noiseShare, 0)}</td>
      <td class="number">{stability ? `${decimal(stability.mean)} ± ${decimal(1.96 * stability.standardError)}` : "–"}</td>
      <td class="number">{stability ? percent(stability.shareAtLeast70, 0) : "–"}</td>
      <td class="number">{stability ? percent(stability.shareAtLeast75, 0) : "–"}</td>
      <td class="number">{decimal(row.silhouette)}</td>
      <td class="number">{decimal(row.medoidSilhouette)}</td>
      <td class="number">{decimal(row.meanDistance, 3)}</td>
    </tr>
  );
}

/** Sizes of the clusters at one k. */
function Clusters({ row }: { readonly row: KRow }) {
  const total = row.sizes.reduce((sum, size) => sum + size, 0);
  const order = row.sizes.map((size, cluster) => ({ size, cluster })).sort((a, b) => b.size - a.size);
  return (
    <details>
      <summary>Clusters at k = {row.k}</summary>
      <ul class="kbars">
        {order.map(({ size, cluster }) => (
          <li key={cluster}>
            <span>{cluster}</span>
            <meter value={size} max={order[0]?.size ?? 1} aria-label={`Size of cluster ${cluster}`} />
            <span>
              {percent(size / total)}
              {row.stability && `, stability ${decimal(row.stability.perCluster[cluster])}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
