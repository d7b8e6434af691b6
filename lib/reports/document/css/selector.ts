import parser from "postcss-selector-parser";
import { escapeIdentifier, quoteString } from "./identifier";

/**
 * Selectors as plain data, built only from parts that are understood. Printing one can not yield more
 * than what is modelled here: names are escaped anew, unknown syntax has no representation.
 */
export interface ComplexSelector {
  readonly compounds: readonly Compound[];
  /** `combinators[i]` stands before `compounds[i]`; the first is `""` unless the selector is relative. */
  readonly combinators: readonly Combinator[];
}

export type Compound = readonly SimpleSelector[];

export type Combinator = "" | " " | ">" | "+" | "~";

export interface SimpleSelector {
  readonly kind: "nesting" | "type" | "id" | "class" | "attribute" | "pseudo-class" | "pseudo-element";
  /** Lower-case for pseudos and types; a class, id or attribute name otherwise. */
  readonly name: string;
  /** Attribute selectors: operator, unquoted value, case flag. */
  readonly match?: { readonly operator: string; readonly value: string; readonly flag: string };
  /** `:nth-child(…)`, `:lang(…)`, `:dir(…)`: the validated argument. */
  readonly argument?: string;
  /** `:is(…)`, `:where(…)`, `:not(…)`, `:has(…)`. */
  readonly selectors?: readonly ComplexSelector[];
}

const MAX_SELECTOR_LENGTH = 20_000;
const MAX_DEPTH = 16;

const PSEUDO_CLASSES = new Set(
  (
    "active any-link autofill checked default disabled empty enabled first-child first-of-type focus " +
    "focus-visible focus-within host hover in-range indeterminate invalid last-child last-of-type link " +
    "only-child only-of-type open optional out-of-range placeholder-shown read-only read-write required " +
    "root scope target user-invalid user-valid valid visited"
  ).split(" "),
);

const PSEUDO_ELEMENTS = new Set(
  (
    "after before details-content file-selector-button first-letter first-line marker placeholder selection " +
    "-webkit-details-marker -webkit-scrollbar -webkit-scrollbar-corner -webkit-scrollbar-thumb " +
    "-webkit-scrollbar-track"
  ).split(" "),
);

/** Pseudo-elements that may be written with one colon. */
const LEGACY_PSEUDO_ELEMENTS = new Set(["after", "before", "first-letter", "first-line"]);

const STATEFUL_ELEMENT = /^(?:-webkit-scrollbar|file-selector-button)/;

const NTH = /^(?:odd|even|[+-]?\d*n(?: ?[+-] ?\d+)?|[+-]?\d+)$/;
const ARGUMENTS: ReadonlyMap<string, RegExp> = new Map([
  ["nth-child", NTH],
  ["nth-last-child", NTH],
  ["nth-of-type", NTH],
  ["nth-last-of-type", NTH],
  ["lang", /^["']?[a-z]+(?:-[a-z0-9]+)*["']?$/],
  ["dir", /^(?:ltr|rtl)$/],
]);

/** CSS drops a bad member of these lists; in `:not()` and `:has()` it makes the whole selector invalid. */
const FORGIVING = new Set(["is", "where"]);
const SELECTOR_LISTS = new Set(["is", "where", "not", "has"]);

/** The members of a selector list that are understood. Empty when nothing is; never throws. */
export function parseSelectorList(text: string): ComplexSelector[] {
  try {
    const root = parser().astSync(text, { maxInputLength: MAX_SELECTOR_LENGTH, maxNestingDepth: MAX_DEPTH });
    return root.nodes.map(readComplex).filter((selector) => selector !== null);
  } catch {
    return [];
  }
}

function readComplex(selector: parser.Selector): ComplexSelector | null {
  const compounds: SimpleSelector[][] = [];
  const combinators: Combinator[] = [];
  let combinator: Combinator = "";
  let isOpen = false;
  for (const node of selector.nodes) {
    if (node.type === "comment") continue;
    if (node.type === "combinator") {
      const found = readCombinator(node.value);
      if (found === null || (combinator !== "" && !isOpen)) return null;
      combinator = found;
      isOpen = false;
      continue;
    }
    const simple = readSimple(node);
    if (simple === null) return null;
    if (!isOpen) {
      compounds.push([]);
      combinators.push(combinator);
      isOpen = true;
    }
    compounds.at(-1)?.push(simple);
  }
  const isValid = isOpen && compounds.every(isWellFormed) && !compounds.slice(0, -1).some(hasElement);
  return isValid ? { compounds, combinators } : null;
}

function hasElement(compound: Compound): boolean {
  return compound.some((simple) => simple.kind === "pseudo-element");
}

function hasRelational(compound: Compound): boolean {
  return compound.some(
    ({ name, selectors }) =>
      selectors !== undefined &&
      (name === "has" || selectors.some(({ compounds }) => compounds.some(hasRelational))),
  );
}

/** A type selector stands first, a pseudo-element last, except for the few that have states like `:hover`. */
function isWellFormed(compound: Compound): boolean {
  const element = compound.findIndex((simple) => simple.kind === "pseudo-element");
  const hasStates = element >= 0 && STATEFUL_ELEMENT.test(compound[element]?.name ?? "");
  return compound.every(
    ({ kind, selectors }, index) =>
      (kind !== "type" || index === 0) &&
      (element < 0 || index <= element || (hasStates && kind === "pseudo-class" && selectors === undefined)),
  );
}

function readCombinator(value: string): Combinator | null {
  const sign = value.trim();
  if (sign === "") return " ";
  return sign === ">" || sign === "+" || sign === "~" ? sign : null;
}

function readSimple(node: parser.Node): SimpleSelector | null {
  switch (node.type) {
    case "nesting":
      return { kind: "nesting", name: "&" };
    case "universal":
      return node.toString().trim() === "*" ? { kind: "type", name: "*" } : null;
    case "tag":
      if (node.namespace !== undefined || !/^[a-z][\w-]*$/i.test(node.value)) return null;
      return { kind: "type", name: node.value.toLowerCase() };
    case "id":
      return node.value === "" ? null : { kind: "id", name: node.value };
    case "class":
      return node.value === "" ? null : { kind: "class", name: node.value };
    case "attribute":
      return readAttribute(node);
    case "pseudo":
      return readPseudo(node);
    default:
      return null;
  }
}

function readAttribute(node: parser.Attribute): SimpleSelector | null {
  if (node.namespace !== undefined || !/^[a-z_][\w-]*$/i.test(node.attribute)) return null;
  const simple = { kind: "attribute", name: node.attribute.toLowerCase() } as const;
  if (node.operator === undefined) return simple;
  if (!/^[~|^$*]?=$/.test(node.operator) || node.value === undefined) return null;
  const flag = node.insensitive === true ? " i" : "";
  return { ...simple, match: { operator: node.operator, value: node.value, flag } };
}

function readPseudo(node: parser.Pseudo): SimpleSelector | null {
  const name = node.value.replace(/^::?/, "").toLowerCase();
  const isElement = node.value.startsWith("::") || LEGACY_PSEUDO_ELEMENTS.has(name);
  if (node.nodes.length === 0) {
    if (isElement) return PSEUDO_ELEMENTS.has(name) ? { kind: "pseudo-element", name } : null;
    return PSEUDO_CLASSES.has(name) ? { kind: "pseudo-class", name } : null;
  }
  if (isElement) return null;
  if (SELECTOR_LISTS.has(name)) {
    // Neither a pseudo-element nor, inside of `:has()`, another `:has()` is valid in a list.
    const isAllowed = (compound: Compound) =>
      !hasElement(compound) && !(name === "has" && hasRelational(compound));
    const members = node.nodes
      .map(readComplex)
      .map((member) => (member?.compounds.every(isAllowed) ? member : null));
    const selectors = members.filter((member) => member !== null);
    if (selectors.length === 0 || (!FORGIVING.has(name) && selectors.length < members.length)) return null;
    if (name !== "has" && selectors.some((member) => member.combinators[0] !== "")) return null;
    return { kind: "pseudo-class", name, selectors };
  }
  const argument = node.nodes.join(",").trim().toLowerCase();
  return ARGUMENTS.get(name)?.test(argument) === true ? { kind: "pseudo-class", name, argument } : null;
}

/** The selector as CSS text. */
export function printSelector({ compounds, combinators }: ComplexSelector): string {
  return compounds
    .map((compound, index) => printCombinator(combinators[index] ?? " ", index) + printCompound(compound))
    .join("");
}

export function printCompound(compound: Compound): string {
  return compound.map(printSimple).join("");
}

function printCombinator(combinator: Combinator, index: number): string {
  if (combinator === "" || combinator === " ") return combinator;
  return index === 0 ? `${combinator} ` : ` ${combinator} `;
}

function printSimple(simple: SimpleSelector): string {
  const { kind, name, match, argument, selectors } = simple;
  switch (kind) {
    case "nesting":
    case "type":
      return name;
    case "id":
      return `#${escapeIdentifier(name)}`;
    case "class":
      return `.${escapeIdentifier(name)}`;
    case "attribute":
      return match === undefined
        ? `[${name}]`
        : `[${name}${match.operator}${quoteString(match.value)}${match.flag}]`;
    case "pseudo-element":
      return `::${name}`;
    case "pseudo-class":
      if (selectors !== undefined) return `:${name}(${selectors.map(printSelector).join(", ")})`;
      return argument === undefined ? `:${name}` : `:${name}(${argument})`;
  }
}
