import { html, raw, type Html } from "./html";
import { STYLE } from "./style";

export interface Section {
  /** Anchor, `[a-z][a-z0-9-]*`, unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export interface PageParts {
  readonly title: string;
  /** One line under the title: what, of when, from which run. */
  readonly subtitle: string;
  /** The few numbers to see first. */
  readonly facts?: readonly { readonly label: string; readonly value: string; readonly note?: string }[];
  readonly sections: readonly Section[];
}

/** A whole page in one file: it loads nothing, follows the reader's light or dark setting, and reads well without styles. */
export function page({ title, subtitle, facts = [], sections }: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <h1>${title}</h1>
          <p class="subtitle">${subtitle}</p>
          ${
            sections.length > 1 &&
            html`<nav aria-label="Sections">
              <ul>
                ${sections.map((s) => html`<li><a href="#${s.id}">${s.title}</a></li>`)}
              </ul>
            </nav>`
          }
        </header>
        <main id="content">
          ${facts.length > 0 && factList(facts)}
          ${sections.map(
            (s) =>
              html`<section id="${s.id}" aria-labelledby="${s.id}-title">
                <h2 id="${s.id}-title">${s.title}</h2>
                ${s.body}
              </section> `,
          )}
        </main>
        <footer><p>Made by sessionary from files on this machine. The page loads nothing from the network.</p></footer>
      </body>
    </html> `.text.replace(NUMBER_AND_SIGN, "$1\u00a0$2");
}

/** No line breaks between a number and its per cent sign. */
const NUMBER_AND_SIGN = /(\d) ([%×])/g;

const factList = (facts: NonNullable<PageParts["facts"]>) =>
  html`<dl class="facts">
    ${facts.map(
      ({ label, value, note }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}${note !== undefined && html`<small>${note}</small>`}</dd>
        </div>`,
    )}
  </dl>`;
