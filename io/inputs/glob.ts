/** Whether a path holds a pattern: `*`, `**`, `?`, `[abc]` or `{a,b}`. */
export const isGlob = (path: string) => /[*?[{]/.test(path);

/** The part of a pattern before its first special character: every match starts with it. */
export const globPrefix = (pattern: string) => /^[^*?[{]*/.exec(pattern)?.[0] ?? "";

/**
 * A pattern as a regular expression over whole paths. `*` and `?` stay within a folder, `**` does not (and `**` + `/` may match nothing);
 * `[a-c]` is one character of a set, `[!a]` one outside, `{a,b}` either text.
 */
export function globToRegExp(pattern: string): RegExp {
  let source = "";
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const close = pattern.indexOf("]", i + 2);
    if (char === "*" && pattern[i + 1] === "*") {
      i++;
      if (pattern[i + 1] === "/") {
        i++;
        source += "(?:.*/)?";
      } else source += ".*";
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[" && close > 0) {
      const set = pattern
        .slice(i + 1, close)
        .replace(/\\/g, "\\\\")
        .replace(/\[/g, "\\[");
      source += `[${set.startsWith("!") ? `^/${set.slice(1)}` : set}]`;
      i = close;
    } else if (char === "{" && pattern.includes("}", i)) {
      depth++;
      source += "(?:";
    } else if (char === "}" && depth > 0) {
      depth--;
      source += ")";
    } else if (char === "," && depth > 0) source += "|";
    else source += char.replace(/[\\^$.|+()[\]{}*?]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "su");
}
