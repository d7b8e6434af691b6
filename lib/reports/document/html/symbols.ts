import { mathToText } from "./latex";
import type { Parent } from "./tree";

/** Math in running text is short; looking no further keeps the search linear. */
const MAX_MATH_LENGTH = 200;

/** Where math, or a command outside of math, may begin. */
const START = /\$\$?(?=[^$])|\\[([]|\\(?=[A-Za-z%$])/g;

/** Commands that are converted without delimiters too; a `$` that touches one is a delimiter. */
const BARE_COMMAND =
  /\$?\\(?:uparrow|downarrow|leftarrow|rightarrow|Rightarrow|pm|ge|le|approx|dots)(?![A-Za-z])(?:\$(?!\d))?/y;
const BARE_TEXT = /\\text\{([^{}$\\]*)\}/y;
const BARE_ESCAPE = /\\([%$])/y;

/**
 * Replaces LaTeX in running text by the characters that it stands for. Text in `code` and `pre` is
 * left alone. Math that is interrupted by an element, as in `$\ge <b>5</b>$`, is not recognised.
 */
export function replaceSymbols(parent: Parent): void {
  for (const child of parent.children) {
    if (child.type === "text") child.value = latexToSymbols(child.value);
    else if (child.type === "element" && !["code", "pre", "kbd", "samp"].includes(child.tagName)) {
      replaceSymbols(child);
    }
  }
}

/**
 * The same for one string. `$` is a currency sign far more often than a delimiter here, so math is
 * only what has a command, and nothing in it that is not known; anything else stays to the letter.
 */
export function latexToSymbols(text: string): string {
  if (!text.includes("\\")) return text;
  let output = "";
  let done = 0;
  START.lastIndex = 0;
  for (let start = START.exec(text); start !== null; start = START.exec(text)) {
    const found = mathAt(text, start.index, start[0]) ?? bareAt(text, start.index);
    if (found === null) continue;
    output += text.slice(done, start.index) + found.text;
    done = found.end;
    START.lastIndex = done;
  }
  return output + text.slice(done);
}

interface Found {
  readonly text: string;
  /** Index after what is replaced. */
  readonly end: number;
}

function mathAt(text: string, index: number, opening: string): Found | null {
  const closing = { $: "$", $$: "$$", "\\(": "\\)", "\\[": "\\]" }[opening];
  if (closing === undefined) return null;
  const start = index + opening.length;
  const length = closingIndex(text.slice(start, start + MAX_MATH_LENGTH), closing);
  if (length < 0) return null;
  const math = text.slice(start, start + length);
  const end = start + length + closing.length;
  if (!math.includes("\\") || (opening === "$" && isBetweenPrices(math, text.charAt(end)))) return null;
  const converted = mathToText(math);
  return converted === null ? null : { text: converted.trim(), end };
}

function closingIndex(text: string, closing: string): number {
  for (let index = text.indexOf(closing); index >= 0; index = text.indexOf(closing, index + 1)) {
    if (closing !== "$" || text[index - 1] !== "\\") return index;
  }
  return -1;
}

/** "$113,650 \rightarrow $110,740": the dollar signs belong to the numbers after them. */
function isBetweenPrices(math: string, after: string): boolean {
  const opensPrice = /^\d/.test(math);
  const opensNextPrice = /\d/.test(after);
  const endsInSpace = /\s$/.test(math);
  return opensPrice ? endsInSpace || opensNextPrice : endsInSpace && opensNextPrice;
}

function bareAt(text: string, index: number): Found | null {
  const command = matchAt(BARE_COMMAND, text, index);
  if (command !== null) {
    return { text: mathToText(command[0].replaceAll("$", "")) ?? "", end: index + command[0].length };
  }
  const literal = matchAt(BARE_TEXT, text, index) ?? matchAt(BARE_ESCAPE, text, index);
  return literal === null ? null : { text: literal[1] ?? "", end: index + literal[0].length };
}

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}
