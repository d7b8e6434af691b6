import parse from "postcss-safe-parser";
import { cleanDeclarations } from "./declaration";
import { Legibility } from "./legibility";
import { repairStylesheet } from "./repair";
import { THEMES } from "./theme-surfaces";

/** A longer value, in characters, is not used at all. */
const MAX_LENGTH = 10_000;

/**
 * An untrusted `style="…"` value: the declarations that may stay, legible in both themes, or `""`. What
 * may stay is what `scopeStylesheet` keeps in a rule. Never throws.
 */
export function sanitizeInlineStyle(style: string): string {
  if (style.length > MAX_LENGTH) return "";
  try {
    // A string that was left open ends at its line, and so does not take the brace along.
    const [rule] = parse(repairStylesheet(`a{${style}\n}`)).nodes;
    const declarations = rule?.type === "rule" ? cleanDeclarations(rule.nodes) : [];
    return new Legibility()
      .correct(declarations, THEMES)
      .map(({ property, value, important }) => `${property}: ${value}${important ? " !important" : ""}`)
      .join("; ");
  } catch {
    return "";
  }
}
