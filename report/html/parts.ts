import { html, raw, type Html } from "./html";

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => Html | string | number;
  /** Right-aligned. */
  readonly number?: boolean;
}

/** A table with a caption; the first column heads its rows. Wide ones scroll inside their box. */
export function table<Row>(
  caption: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  isChosen: (row: Row) => boolean = () => false,
): Html {
  const head = columns.map((c) => html`<th scope="col" ${c.number ? raw(' class="number"') : null}>${c.title}</th>`);
  const cells = (row: Row) =>
    columns.map((c, i) => {
      const kind = c.number ? raw(' class="number"') : null;
      return i === 0 ? html`<th scope="row" ${kind}>${c.value(row)}</th>` : html`<td${kind}>${c.value(row)}</td>`;
    });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr${isChosen(row) ? raw(' class="chosen"') : null}>${cells(row)}</tr>
`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Names with their colours; the text carries the meaning, the colour helps. */
export const legend = (entries: readonly { readonly name: string; readonly color: string }[]) =>
  html`<ul class="legend">
    ${entries.map(({ name, color }) => html`<li><span class="swatch" style="background:${color}" aria-hidden="true"></span>${name}</li>`)}
  </ul>`;

export const eventName = (name: string) => html`<span class="event">${name}</span>`;

export const warning = (text: string) => html`<p class="warning">${text}</p>`;

/** Something to open for those who want it. */
export const more = (summary: string, body: Html) =>
  html`<details>
    <summary>${summary}</summary>
    ${body}
  </details>`;
