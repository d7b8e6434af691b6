import valueParser from "postcss-value-parser";
import type { Declaration } from "./declaration";

/** Keyframes and layers are global to a page; this keeps a report's apart from the site's. */
const PREFIX = "report-";

const NAME = /^-?[a-z_\u0080-\u{10ffff}][\w\u0080-\u{10ffff}-]*$/iu;
const ANIMATION = /^(?:-webkit-)?animation(?:-name)?$/;

/** The site-wide name of a report's keyframes, or null for a name that is none. */
export function keyframesName(params: string): string | null {
  const name = params.trim().replace(/^(["'])(.*)\1$/, "$2");
  return NAME.test(name) ? PREFIX + name : null;
}

/** `a.b, c` of `@layer` with the prefix; `""` for an anonymous layer; null when it is no list of names. */
export function layerNames(params: string): string | null {
  if (params.trim() === "") return "";
  const names = params.split(",").map((name) => name.trim());
  return names.every((name) => name.split(".").every((part) => NAME.test(part)))
    ? names.map((name) => PREFIX + name).join(", ")
    : null;
}

/** An `animation` or `animation-name` that follows the sheet's own keyframes to their new names. */
export function renameAnimations(declaration: Declaration, keyframes: ReadonlySet<string>): Declaration {
  if (!ANIMATION.test(declaration.property) || keyframes.size === 0) return declaration;
  const parsed = valueParser(declaration.value);
  for (const node of parsed.nodes) {
    const isName = node.type === "word" || node.type === "string";
    if (isName && keyframes.has(PREFIX + node.value)) node.value = PREFIX + node.value;
  }
  return { ...declaration, value: parsed.toString() };
}
