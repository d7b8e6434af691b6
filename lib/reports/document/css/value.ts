import valueParser, { type FunctionNode, type Node } from "postcss-value-parser";

/**
 * What may stand in a value besides words, numbers and strings. `url()` and `image-set()` have rules of
 * their own; any other function is unknown, and a value with an unknown function is not kept.
 */
const FUNCTIONS = new Set(
  (
    "abs acos asin atan atan2 attr blur brightness calc circle clamp color color-mix conic-gradient contrast " +
    "cos counter counters cubic-bezier drop-shadow ellipse env exp fit-content grayscale hsl hsla hue-rotate " +
    "hwb hypot inset invert lab lch light-dark linear linear-gradient log matrix matrix3d max min minmax mod " +
    "oklab oklch opacity path perspective polygon pow radial-gradient rect rem repeat repeating-conic-gradient " +
    "repeating-linear-gradient repeating-radial-gradient rgb rgba rotate rotate3d rotatex rotatey rotatez round " +
    "saturate scale scale3d scalex scaley scalez scroll sepia sign sin skew skewx skewy sqrt steps tan " +
    "translate translate3d translatex translatey translatez var view xywh " +
    "-webkit-linear-gradient -webkit-radial-gradient"
  ).split(" "),
).add("");

const IMAGE_SETS = new Set(["image-set", "-webkit-image-set"]);

/** Idents, numbers, hashes, operators of `calc()`, line names; also a plain token of a custom property. */
const WORD = /^(?:[\w#.%+*\u0080-\u{10ffff}-]|\[|\])+$/u;
const QUERY_WORD = /^[\w.%+*<>=\u0080-\u{10ffff}-]+$/u;
const QUERY_FUNCTIONS = new Set([...FUNCTIONS, "style"]);

const DATA_IMAGE = /^data:image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/i;

const MAX_DEPTH = 24;

/**
 * A declaration's value, printed anew from the parts that are understood, or null when it has any other
 * part: an address that is not `data:image/…`, an escape outside of a string, an unknown function, a
 * character that could end the declaration. `property` is in lower case.
 */
export function cleanValue(property: string, value: string): string | null {
  const allowsSvg = property === "background" || property === "background-image";
  return print(valueParser(value).nodes, { isQuery: false, allowsSvg }, 0);
}

/** The prelude of `@media`, `@supports` or `@container`, printed anew, or null when it has an unknown part. */
export function cleanQuery(params: string): string | null {
  return print(valueParser(params).nodes, { isQuery: true, allowsSvg: false }, 0);
}

/** True when a value names an image, a gradient included. */
export function hasImage(value: string): boolean {
  return /(?:gradient|url|image-set)\(/.test(value);
}

interface Context {
  readonly isQuery: boolean;
  readonly allowsSvg: boolean;
}

function print(nodes: readonly Node[], context: Context, depth: number): string | null {
  if (depth > MAX_DEPTH) return null;
  const text: string[] = [];
  let bracket = false;
  for (const node of nodes) {
    const part = printNode(node, context, depth);
    if (part === null) return null;
    if (node.type === "word") {
      for (const sign of part.replace(/[^[\]]/g, "")) {
        if (bracket === (sign === "[")) return null;
        bracket = sign === "[";
      }
    } else if (bracket && node.type !== "space") return null;
    if (part !== " " || text.at(-1) !== " ") text.push(part);
  }
  return bracket ? null : text.join("").trim();
}

function printNode(node: Node, context: Context, depth: number): string | null {
  switch (node.type) {
    case "space":
    case "comment":
      return " ";
    case "word":
      return (context.isQuery ? QUERY_WORD : WORD).test(node.value) ? node.value : null;
    case "string":
      return context.isQuery ? null : printString(node.value, node.quote, node.unclosed);
    case "div":
      if (node.value === ",") return ", ";
      if (node.value === "/") return " / ";
      return context.isQuery ? ": " : null;
    case "function":
      return node.unclosed === true ? null : printFunction(node, context, depth);
    default:
      return null;
  }
}

/** An escape in a string is only an escape there; `<` becomes one, so that no tag or comment can start. */
function printString(value: string, quote: string, unclosed: true | undefined): string | null {
  if (unclosed === true || value.includes("\n")) return null;
  return quote + value.replace(/</g, "\\3c ") + quote;
}

function printFunction(node: FunctionNode, context: Context, depth: number): string | null {
  const name = node.value.toLowerCase();
  if (context.isQuery ? QUERY_FUNCTIONS.has(name) : FUNCTIONS.has(name)) {
    const inside = print(node.nodes, context, depth + 1);
    return inside === null ? null : `${name}(${inside})`;
  }
  if (context.isQuery) return null;
  if (name === "url") return printUrl(node, context);
  return IMAGE_SETS.has(name) ? printImageSet(node, context) : null;
}

function printUrl(node: FunctionNode, context: Context): string | null {
  const [only] = node.nodes;
  if (node.nodes.length !== 1 || only?.type !== "string") return null;
  return printAddress(only.value, context);
}

function printAddress(address: string, { allowsSvg }: Context): string | null {
  const type = DATA_IMAGE.exec(address)?.[1]?.toLowerCase();
  if (type === undefined || (type === "svg+xml" && !allowsSvg)) return null;
  if (/[\\\n]/.test(address)) return null;
  return `url("${address.replace(/["'<>\s]/g, (character) => encodeURIComponent(character).replace("'", "%27"))}")`;
}

/** Addresses with a resolution or a type. A bare string is an address here, and `var()` could be one. */
function printImageSet(node: FunctionNode, context: Context): string | null {
  let text = "";
  for (const part of node.nodes) {
    let printed: string | null = null;
    if (part.type === "string") printed = printAddress(part.value, context);
    else if (part.type === "function") {
      const [only] = part.nodes;
      if (part.value.toLowerCase() === "url") printed = printUrl(part, context);
      else if (part.value === "type" && part.nodes.length === 1 && only?.type === "string") {
        printed = /^image\/[a-z+]+$/.test(only.value) ? `type("${only.value}")` : null;
      }
    } else if (part.type === "word")
      printed = /^[\d.]+(?:x|dppx|dpi|dpcm)$/.test(part.value) ? part.value : null;
    else if (part.type !== "div" || part.value === ",") printed = printNode(part, context, 0);
    if (printed === null) return null;
    text += printed;
  }
  return `image-set(${text})`;
}
