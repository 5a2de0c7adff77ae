import { useState } from "preact/hooks";
import type { KRow } from "../../model/discoveryReport";
import type { ReviewData } from "../reviewData";
import { chooseK } from "./api";
import { Compare } from "./compare";
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
          Proposed: k = {app.proposal.k}. {app.proposal.reason}
          {app.proposal.nearTies.length > 0 && ` Nearly as good: k = ${app.proposal.nearTies.join(", ")}.`}
          {app.broader &&
            ` For broader kinds: k = ${app.broader.k} holds as well (stability ${decimal(app.broader.stability)}, silhouette ${decimal(app.broader.silhouette)}).`}
          {app.chosenByPerson && ` A person chose k = ${app.k}.`}
        </p>
      )}
      {app.verdict && <p class="note">{app.verdict.reason}</p>}
      {app.remarks.map((remark) => (
        <p class="note" key={remark}>
          {remark}
        </p>
      ))}
      <KCurves app={app.app} rows={app.candidates} k={shown ?? 0} nearTies={app.proposal?.nearTies ?? []} />
      <p class="note">Choose a row to compare; the clusters on the board are those of k = {app.k}.</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Numbers of clusters of ${app.app}`}>
        <table>
          <caption class="hidden">Numbers of clusters of {app.app}</caption>
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
                isTie={app.proposal?.nearTies.includes(one.k) ?? false}
                isShown={one.k === shown}
                show={setShown}
              />
            ))}
          </tbody>
        </table>
      </div>
      {row && <Compare app={app} row={row} />}
      <button type="button" disabled={shown === app.k && app.chosenByPerson} onClick={() => void choose()}>
        {shown === app.k ? "Keep" : "Take"} k = {shown} for {app.app}
      </button>
    </section>
  );
}

interface CandidateProps {
  readonly row: KRow;
  readonly app: string;
  readonly isBoard: boolean;
  readonly isTie: boolean;
  readonly isShown: boolean;
  readonly show: (k: number) => void;
}

function Candidate({ row, app, isBoard, isTie, isShown, show }: CandidateProps) {
  const { k, stability } = row;
  return (
    <tr class={isBoard ? "chosen" : ""}>
      <th scope="row">
        <label>
          <input type="radio" name={`k-${app}`} checked={isShown} onChange={() => show(k)} /> {k}
          {isTie && <span class="note"> near tie</span>}
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
