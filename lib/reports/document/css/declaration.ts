import type { ChildNode } from "postcss";
import { SURFACE_TOKENS } from "./theme-surfaces";
import { cleanValue } from "./value";

/** A declaration whose property and value are printed anew from parts that are understood. */
export interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly important: boolean;
}

/** Properties that run code, reach outside of the report, or work against the site's own rules. */
const FORBIDDEN = new Set([
  "behavior",
  "-ms-behavior",
  "-moz-binding",
  "src",
  // The site sets it by its theme, and `light-dark()` follows it.
  "color-scheme",
  "forced-color-adjust",
  "view-transition-name",
  "view-transition-class",
  "view-transition-group",
  // Text that is painted in another colour than its own escapes every check of contrast.
  "-webkit-text-fill-color",
  "-webkit-text-security",
  "-webkit-app-region",
]);

const PROPERTY = /^(?:-?[a-z][a-z0-9-]*|--[\w\u0080-\u{10ffff}-]+)$/u;
const MOTION = /^(?:(?:-webkit-)?(?:animation|transition)(?:-|$)|scroll-behavior$)/;

/** `*zoom: 1` and the like: the parser sets the sign apart, and browsers ignore the declaration. */
const BROWSER_HACK = /[^\s;]$/;

/** The declaration, or null when it has to go. */
function cleanDeclaration(name: string, rawValue: string, important: boolean): Declaration | null {
  const property = name.startsWith("--") ? name : name.toLowerCase();
  if (!PROPERTY.test(property) || FORBIDDEN.has(property) || SURFACE_TOKENS.has(property)) return null;
  const value = cleanValue(property, rawValue);
  if (value === null || value === "") return null;
  if (property === "position" && !/^(?:static|relative|absolute)$/i.test(value)) return null;
  if (property === "cursor" && value.includes("(")) return null;
  // The site's rule for reduced motion has to win.
  return { property, value, important: important && !MOTION.test(property) };
}

/** The declarations directly in `nodes`, without those that have to go. */
export function cleanDeclarations(nodes: readonly ChildNode[]): Declaration[] {
  return nodes
    .filter((node) => node.type === "decl")
    .filter((node) => !BROWSER_HACK.test(node.raws.before ?? ""))
    .map((node) => cleanDeclaration(node.prop, node.value, node.important === true))
    .filter((declaration) => declaration !== null);
}
