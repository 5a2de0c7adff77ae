import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, raw, type Html } from "../html/html";
import { legend, more } from "../html/parts";

/** Widths a chart is drawn for: a page shows the one that fits, so that text keeps its size. */
const WIDE = 900;
const NARROW = 360;

export interface FigureParts {
  readonly title: string;
  /** What to see in it, one sentence under the title. */
  readonly caption?: string;
  /** Read aloud instead of the picture: the same in words. */
  readonly alt: string;
  readonly legend?: readonly { readonly name: string; readonly color: string }[];
  /** The numbers behind the picture, behind a click. */
  readonly numbers?: Html;
  readonly draw: (width: number) => Plot.PlotOptions;
}

/** A chart with title, legend and text for those who do not see it, as inline SVG. */
export function figure({ title, caption, alt, legend: entries, numbers, draw }: FigureParts): Html {
  return html`<figure>
    <figcaption><strong>${title}</strong>${caption !== undefined && html`<p>${caption}</p>`}</figcaption>
    ${entries && legend(entries)}
    <div class="wide">${svg(draw(WIDE), WIDE, alt)}</div>
    <div class="narrow">${svg(draw(NARROW), NARROW, alt)}</div>
    ${numbers && more("Numbers of this chart", numbers)}
  </figure>`;
}

function svg(options: Plot.PlotOptions, width: number, alt: string): Html {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const element = Plot.plot({
    marginBottom: 42,
    ...options,
    width,
    document,
    style: { fontSize: "12px", fontFamily: "system-ui, sans-serif" },
  });
  // The picture is one image with one label; labels of its parts would be labels of nothing.
  element.querySelectorAll("[aria-label], [aria-description], [aria-hidden]").forEach((part) => {
    for (const name of ["aria-label", "aria-description", "aria-hidden"]) part.removeAttribute(name);
  });
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", alt);
  return raw(element.outerHTML);
}

export { Plot };
