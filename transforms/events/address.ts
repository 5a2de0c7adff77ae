import type { AddressRule } from "../../model/config";

/** What an address becomes: a short name, or a background event by its file ending. */
export interface ShortAddress {
  readonly name: string;
  readonly background: boolean;
}

/** Whether a text is a URL or an absolute path, the only texts an address rule touches. */
export const isAddress = (text: string) => text.startsWith("/") || /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/**
 * Shortens a URL or path to its first `depth` parts: at depth 2 `https://x.org/a/b/c.html?q=1` becomes `/a/b`. Host and fragment are
 * always dropped; with `dropQuery` false the query stays behind the kept parts. Empty parts (`//`) do not count, a trailing slash goes,
 * and the root is `/`.
 */
export function shortenAddress(address: string, rule: AddressRule): ShortAddress {
  const fragment = address.indexOf("#");
  const whole = fragment < 0 ? address : address.slice(0, fragment);
  const mark = whole.indexOf("?");
  const query = mark < 0 ? "" : whole.slice(mark);
  const path = (mark < 0 ? whole : whole.slice(0, mark)).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "");
  const parts = path.split("/").filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  const dot = last.lastIndexOf(".");
  const ending = dot < 0 ? "" : last.slice(dot + 1).toLowerCase();
  const name = `/${parts.slice(0, rule.depth).join("/")}${rule.dropQuery ? "" : query}`;
  return { name, background: ending !== "" && rule.backgroundExtensions.includes(ending) };
}
