import { html, raw, type Html } from "../html/html";
import { count, percent } from "../html/numbers";
import { table } from "../html/parts";

/**
 * Confusion table with row shares (paper, Table 3): row = true class, column = predicted, shade = share of the row. The text holds
 * the number, so the shade is only help.
 * @param counts row-major, names.length × names.length
 */
export function confusionTable(caption: string, names: readonly string[], counts: ArrayLike<number>): Html {
  const n = names.length;
  const rowTotal = (row: number) => names.reduce((sum, _, column) => sum + (counts[row * n + column] ?? 0), 0);
  const cell = (row: number, column: number) => {
    const share = (counts[row * n + column] ?? 0) / rowTotal(row);
    const shade = Number.isFinite(share) ? Math.min(1, share * (row === column ? 0.45 : 1.5)).toFixed(3) : "0";
    return html`<td class="number" style="background:rgb(var(--heat) / ${shade})">
      ${row === column ? html`<strong>${percent(share)}</strong>` : percent(share)}
    </td>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="heat">
      <caption>
        ${caption}. Rows: true category; columns: what the model said.
      </caption>
      <thead>
        <tr>
          <th scope="col">True</th>
          ${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}
          <th scope="col" class="number">Sessions</th>
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name, row) =>
            html` <tr>
              <th scope="row">${name}</th>
              ${names.map((_, column) => cell(row, column))}
              <td class="number">${count(rowTotal(row))}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export interface ErrorRow {
  readonly category: string;
  /** Misclassified share of the category's test sessions, 0..1, with three feature sets. */
  readonly scoringOnly: number;
  readonly withNoiseFeature: number;
  readonly allEvents: number;
  readonly isTotal?: boolean;
}

/** Errors of three classifiers (paper, Table 4). */
export const errorTable = (caption: string, rows: readonly ErrorRow[]) =>
  table(
    caption,
    rows,
    [
      { title: "Category", value: (row) => row.category },
      { title: "Scoring events only", value: (row) => percent(row.scoringOnly), number: true },
      { title: "Scoring events + noise feature", value: (row) => percent(row.withNoiseFeature), number: true },
      { title: "Scoring + long-tail events", value: (row) => percent(row.allEvents), number: true },
    ],
    (row) => row.isTotal ?? false,
  );

/** A bar of a share inside text, with the number beside it. */
export const meter = (share: number) =>
  html`<span class="meter" aria-hidden="true"
    ><i style="width:${raw((100 * Math.max(0, Math.min(1, share))).toFixed(1))}%"></i
  ></span>`;
