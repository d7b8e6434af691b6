import { parse } from "culori";
import valueParser, { type Node } from "postcss-value-parser";
import { isSiteToken, type Theme } from "./theme-surfaces";

/** The one literal color of a value, and the text around it. */
export interface ColorSlot {
  readonly before: string;
  readonly after: string;
  /** The literal of each theme; equal unless the report itself wrote `light-dark()`. */
  readonly colors: Readonly<Record<Theme, string>>;
}

/**
 * The literal color in a cleaned value, also as the fallback of `var()`. Null when there is none, when
 * there is more than one, and for the fallback of a token that the site defines, which never applies.
 */
export function findColorSlot(value: string): ColorSlot | null {
  const found = valueParser(value)
    .nodes.map((node) => slotOf(node, value))
    .filter((slot) => slot !== null);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The value with its color replaced, by theme where the two differ. */
export function fillColorSlot({ before, after }: ColorSlot, light: string, dark: string): string {
  return before + (light === dark ? light : `light-dark(${light}, ${dark})`) + after;
}

function slotOf(node: Node, value: string): ColorSlot | null {
  const text = value.slice(node.sourceIndex, node.sourceEndIndex);
  const around = { before: value.slice(0, node.sourceIndex), after: value.slice(node.sourceEndIndex) };
  if (node.type === "word")
    return parse(text) === undefined ? null : { ...around, colors: { light: text, dark: text } };
  if (node.type !== "function") return null;
  if (node.value === "var") return slotOfFallback(node.nodes, value);
  if (node.value === "light-dark") {
    const [light, dark, ...more] = node.nodes.filter(
      (part) => part.type === "word" || part.type === "function",
    );
    if (light === undefined || dark === undefined || more.length > 0) return null;
    const colors = { light: textOf(light, value), dark: textOf(dark, value) };
    return parse(colors.light) && parse(colors.dark) ? { ...around, colors } : null;
  }
  return parse(text) === undefined ? null : { ...around, colors: { light: text, dark: text } };
}

function slotOfFallback(nodes: readonly Node[], value: string): ColorSlot | null {
  const [name, comma, ...fallback] = nodes;
  if (name?.type !== "word" || isSiteToken(name.value) || comma?.type !== "div") return null;
  const [only] = fallback;
  return fallback.length === 1 && only !== undefined ? slotOf(only, value) : null;
}

function textOf(node: Node, value: string): string {
  return value.slice(node.sourceIndex, node.sourceEndIndex);
}
