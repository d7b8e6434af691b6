/**
 * Text repair ahead of the parser: what comes out is balanced, so that a fault costs the rule it is in.
 *
 * Strings end at their line, parentheses at their declaration; comments are gone. A style rule that
 * lost its `}` would swallow the rules after it as nested ones. Layout tells the two apart: a nested
 * rule is indented deeper than its parent, uses `&`, or starts with a combinator. That reading is used
 * only for a sheet that is damaged, so correct nesting is never touched.
 */

/** Deeper blocks lose their braces; no report nests like that, and the stages below recurse. */
const MAX_DEPTH = 12;

/** Longer preludes, in characters, are not searched line by line. */
const MAX_PRELUDE = 4_000;

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Block extends Place {
  readonly kind: "style" | "keyframes" | "frame" | "group";
}

interface Balanced {
  readonly css: string;
  /** A block was left open, or holds what can only stand outside of it. */
  readonly damaged: boolean;
}

const TOKEN =
  /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]+|\\[\s\S])*"?|'(?:[^'\\\n]+|\\[\s\S])*'?|url\([ \t\n]*(?!["' \t\n])[^)\n]*\)?|<!--|-->|\\[\s\S]?|[\w-]+|[{}()[\];]|\s+|[^{}()[\];"'\\/<\s\w-]+|[\s\S]/gi;

/** A selector that names the report or the page is written for the top level, unless it has a `&`. */
const ROOT_SELECTOR = /(?<=^|[\s,;])(?:#report-container|html|body|:root)(?![\w-])/i;
const DECLARATION_START = /^\s*[-\w]+\s*:/;
const KEYFRAME_SELECTOR = /^\s*(?:from|to|[\d.]+%)\s*(?:,|$)/i;

/** Returns `css` with balanced braces, brackets and quotes, and without comments, in linear time. */
export function repairStylesheet(css: string): string {
  const text = normalizeCodePoints(css);
  const asWritten = balance(text, false);
  return asWritten.damaged ? balance(text, true).css : asWritten.css;
}

/** CSS Syntax 3, section 3.3. Control characters, which parsers read differently, become U+FFFD as well. */
function normalizeCodePoints(css: string): string {
  return css
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?|\f/g, "\n")
    .replace(/[\p{Surrogate}\p{Cc}]/gu, (found) => (found === "\n" || found === "\t" ? found : "\uFFFD"));
}

function balance(css: string, byLayout: boolean): Balanced {
  const out: string[] = [];
  const blocks: Block[] = [];
  const closers: string[] = [];
  let statement: string[] = [];
  let start: Place = { line: 0, column: 0 };
  let isBlank = true;
  let line = 0;
  let lineStart = 0;
  let damaged = false;

  const takeStatement = () => {
    const text = statement.join("") + closers.reverse().join("");
    statement = [];
    closers.length = 0;
    isBlank = true;
    return text;
  };

  const openBlock = () => {
    let prelude = takeStatement();
    if (prelude.trim() === "" || blocks.length >= MAX_DEPTH) return;
    let place = start;
    for (let parent = blocks.at(-1); parent !== undefined; parent = blocks.at(-1)) {
      const selectorAt = DECLARATION_START.test(prelude) ? declarationLength(prelude) : 0;
      const selector = prelude.slice(selectorAt);
      const selectorPlace = selectorAt === 0 ? place : placeOf(selector, line);
      if (!isSwallowed(selector, selectorPlace, parent, byLayout)) break;
      damaged = true;
      blocks.pop();
      out.push(prelude.slice(0, selectorAt), "}");
      prelude = selector;
      place = selectorPlace;
    }
    out.push(prelude, "{");
    blocks.push({ kind: kindOf(prelude, blocks.at(-1)), ...place });
  };

  for (const { 0: token, index } of css.matchAll(TOKEN)) {
    const place = { line, column: index - lineStart };
    const lastBreak = token.lastIndexOf("\n");
    if (lastBreak >= 0) {
      line += token.split("\n").length - 1;
      lineStart = index + lastBreak + 1;
    }
    if (token === "{") openBlock();
    else if (token === "}") {
      const declaration = takeStatement();
      // A stray brace takes the unfinished statement before it along, not the rule after it.
      if (blocks.pop() !== undefined) out.push(declaration, "}");
    } else if (token === ";") out.push(takeStatement(), ";");
    else if (token.startsWith("/*") || token === "<!--" || token === "-->") statement.push(" ");
    else {
      if (isBlank && token.trim() !== "") {
        start = place;
        isBlank = false;
      }
      if (token === "(" || token === "[") closers.push(token === "(" ? ")" : "]");
      if (token === ")" || token === "]") {
        if (closers.at(-1) === token) statement.push(closers.pop() ?? "");
      } else if (token.startsWith('"') || token.startsWith("'")) statement.push(closeString(token));
      else if (/^url\(/i.test(token)) statement.push(quoteUrl(token));
      else statement.push(token);
    }
  }
  if (blocks.length > 0) damaged = true;
  out.push(takeStatement(), "}".repeat(blocks.length));
  return { css: out.join(""), damaged };
}

function kindOf(prelude: string, parent: Block | undefined): Block["kind"] {
  if (/^\s*@(?:-\w+-)?keyframes/i.test(prelude)) return "keyframes";
  if (/^\s*@/.test(prelude)) return "group";
  return parent?.kind === "keyframes" ? "frame" : "style";
}

/** True when `selector` can not belong into `parent`, or by its layout does not. */
function isSwallowed(selector: string, place: Place, parent: Block, byLayout: boolean): boolean {
  switch (parent.kind) {
    case "frame":
      return true;
    case "keyframes":
      return !KEYFRAME_SELECTOR.test(selector);
    case "group":
      return byLayout && place.line !== parent.line && place.column <= parent.column;
    case "style":
      if (selector.includes("&")) return false;
      if (ROOT_SELECTOR.test(selector)) return true;
      if (!byLayout || /^\s*[>+~]/.test(selector)) return false;
      return place.line === parent.line || place.column <= parent.column;
  }
}

/** Where the selector starts in `color: red #report-container .b` and `color: red⏎.b,⏎.c`; 0 if unclear. */
function declarationLength(prelude: string): number {
  const root = ROOT_SELECTOR.exec(prelude);
  if (root !== null) return root.index;
  if (prelude.length > MAX_PRELUDE) return 0;
  let end = prelude.trimEnd().length;
  for (;;) {
    const lineBreak = prelude.lastIndexOf("\n", end - 1);
    if (lineBreak <= 0) return 0;
    const before = prelude.slice(0, lineBreak).trimEnd();
    if (before !== "" && !/[,>+~]$/.test(before)) return lineBreak + 1;
    end = before.length;
  }
}

function placeOf(selector: string, line: number): Place {
  return { line, column: selector.length - selector.trimStart().length };
}

function closeString(token: string): string {
  const quote = token.charAt(0);
  const unescaped = token.replace(/\\[\s\S]/g, "");
  return unescaped.length > 1 && unescaped.endsWith(quote) ? token : token + quote;
}

/** `url(x)` as `url("x")`, so that the parsers after this one need not know its own syntax. */
function quoteUrl(token: string): string {
  const address = token.slice(4).replace(/\)$/, "").trim();
  return /["\\(]/.test(address) ? 'url("")' : `url("${address}")`;
}
