const SEPARATOR = "\u001f";

/** Key of the work on one app at one k, or at one k and one subset or twin. */
export const workKey = (app: string, ...numbers: readonly number[]) => [app, ...numbers].join(SEPARATOR);

/** The parts of a work key; the app may hold any character, so numbers are taken from the end. */
export function parseWorkKey(key: string, numbers: number): { readonly app: string; readonly numbers: readonly number[] } {
  const parts = key.split(SEPARATOR);
  return {
    app: parts.slice(0, parts.length - numbers).join(SEPARATOR),
    numbers: parts.slice(parts.length - numbers).map(Number),
  };
}

/** The k that a person chose for an app: its own, else the one for `default`; undefined where nobody chose. */
export const chosenK = (k: Readonly<Record<string, number>>, app: string): number | undefined => k[app] ?? k["default"];
