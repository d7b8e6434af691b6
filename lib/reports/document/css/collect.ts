import type { AtRule, Declaration, Root } from "postcss";
import type { ColorRoles } from "./legibility";
import { keyframesName } from "./names";

const VARIABLE = /var\(\s*(--[\w\u0080-\u{10ffff}-]+)/giu;

/** The new names of all keyframes that a sheet defines, wherever they stand. */
export function findKeyframes(sheet: Root): ReadonlySet<string> {
  const names = new Set<string>();
  sheet.walkAtRules(/^(?:-webkit-)?keyframes$/i, (rule: AtRule) => {
    const name = keyframesName(rule.params);
    if (name !== null) names.add(name);
  });
  return names;
}

/** Which custom properties a sheet colors text with, and which backgrounds; those of both count as ink. */
export function findColorRoles(sheet: Root): ColorRoles {
  const inks = new Set<string>();
  const backgrounds = new Set<string>();
  sheet.walkDecls(/^(?:color|background|background-color)$/i, (declaration: Declaration) => {
    const uses = declaration.prop.toLowerCase() === "color" ? inks : backgrounds;
    for (const [, name = ""] of declaration.value.matchAll(VARIABLE)) uses.add(name);
  });
  return { inks, backgrounds };
}
