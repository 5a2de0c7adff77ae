/** Markup that is known to be safe. Everything else put into a template is escaped. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/**
 * Markup from a template: texts and numbers are escaped, `Html` goes in as it is, lists are joined, null and false leave nothing.
 *
 *     html`<h1>${title}</h1>`
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, piece, i) => text + rendered(parts[i - 1]) + piece));
}

/** Markup from trusted text, such as an SVG made here. */
export const raw = (text: string) => new Html(text);

export const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

function rendered(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  return typeof part === "object" ? part.map(rendered).join("") : escaped(String(part));
}
