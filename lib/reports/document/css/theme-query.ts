import type { Theme } from "./theme-surfaces";

/** One query of a cleaned `@media` list, with its theme set apart where that is possible. */
export interface MediaQuery {
  /** The whole query. */
  readonly query: string;
  /** The theme it asks for with `(prefers-color-scheme: …)`, or null. */
  readonly theme: Theme | null;
  /** The query without that condition; `""` when there is no other. */
  readonly rest: string;
}

/**
 * The queries of a list. Only a plain `a and b and c` can be taken apart: with `not` or `or` the theme
 * is no condition of its own, and such a query stays as it is.
 */
export function splitMediaQueries(params: string): MediaQuery[] {
  return splitOutsideParentheses(params, ",")
    .filter((query) => query !== "")
    .map((query) => {
      const conditions = splitOutsideParentheses(query, " and ");
      const themes = conditions.map(themeOf).filter((theme) => theme !== null);
      const [theme = null] = themes;
      if (themes.length !== 1 || /(?:^| )(?:not|or) /.test(query)) return { query, theme: null, rest: query };
      const rest = conditions.filter((condition) => themeOf(condition) === null).join(" and ");
      return { query, theme, rest: rest === "all" ? "" : rest };
    });
}

function themeOf(condition: string): Theme | null {
  const theme = /^\( ?prefers-color-scheme ?: ?(dark|light) ?\)$/i.exec(condition)?.[1]?.toLowerCase();
  return theme === "dark" || theme === "light" ? theme : null;
}

function splitOutsideParentheses(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (depth === 0 && text.slice(at, at + separator.length).toLowerCase() === separator) {
      parts.push(text.slice(from, at).trim());
      from = at + separator.length;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}
