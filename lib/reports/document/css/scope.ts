import {
  type ComplexSelector,
  type Compound,
  printCompound,
  printSelector,
  type SimpleSelector,
} from "./selector";
import type { Theme } from "./theme-surfaces";

/** The element that holds a report; nothing outside of it can be matched. */
export const SCOPE = "#report-container";

export interface ScopedSelector {
  /** Starts with `SCOPE`. */
  readonly selector: string;
  /** The theme that the report's own hook (`.dark …`) asks for, or null. */
  readonly theme: Theme | null;
}

const THEME_ATTRIBUTES = new Set([
  "data-theme",
  "data-bs-theme",
  "data-mode",
  "data-color-scheme",
  "data-color-mode",
]);
const THEME_CLASS = /^(?:theme-)?(dark|light)(?:-mode|-theme)?$/;

/** Members of a leading `:is()` that are written out, at most. */
const MAX_UNFOLDED = 32;

/**
 * Anchors a flat selector inside the report. `html`, `body`, `:root`, `&` and `#report-container` at its
 * start all stand for the report itself; anything else becomes its descendant. Returns nothing for a
 * selector that would leave it, and more than one for a leading `:is()` that names the page.
 */
export function scopeSelector(selector: ComplexSelector): ScopedSelector[] {
  return unfoldLeadingList(selector)
    .map(anchor)
    .filter((scoped) => scoped !== null);
}

function anchor(selector: ComplexSelector): ScopedSelector | null {
  const { compounds, combinators } = selector;
  const conditions: SimpleSelector[] = [];
  let theme: Theme | null = null;
  let depth = 0;
  for (const compound of compounds) {
    const combinator = combinators[depth];
    const isBelow = depth === 0 || combinator === " " || combinator === ">";
    const next = combinators[depth + 1];
    if (!isBelow || !standsForReport(compound, next)) break;
    for (const simple of compound) {
      const hook = themeHook(simple);
      if (hook !== null) {
        if (theme !== null && theme !== hook) return null;
        theme = hook;
      } else if (!isRoot(simple) && simple.kind !== "type") conditions.push(simple);
    }
    depth += 1;
  }
  if (depth === 0) return { selector: `${SCOPE} ${printSelector(selector)}`, theme };
  const rest = compounds.slice(depth);
  const isPseudoElementLast = conditions.slice(0, -1).every((simple) => simple.kind !== "pseudo-element");
  if (!isPseudoElementLast || conditions.some(looksAtSiblings)) return null;
  if (rest.length > 0 && (combinators[depth] === "+" || combinators[depth] === "~")) return null;
  if (rest.length > 0 && conditions.some((simple) => simple.kind === "pseudo-element")) return null;
  const below = printSelector({ compounds: rest, combinators: ["", ...combinators.slice(depth + 1)] });
  const combinator = combinators[depth] === ">" ? " > " : " ";
  return { selector: SCOPE + printCompound(conditions) + (rest.length > 0 ? combinator + below : ""), theme };
}

/** The page, the report, or an ancestor that only says which theme is on. */
function standsForReport(compound: Compound, next: string | undefined): boolean {
  if (compound.some(isRoot)) return true;
  const [only] = compound;
  if (compound.length !== 1 || only === undefined || themeHook(only) === null) return false;
  // `.dark` alone may be any element of the report; the attribute is only ever set on the page.
  return next === " " || (next === undefined && only.kind === "attribute");
}

function isRoot({ kind, name }: SimpleSelector): boolean {
  switch (kind) {
    case "nesting":
      return true;
    case "type":
      return name === "html" || name === "body";
    case "id":
      return name === SCOPE.slice(1);
    case "pseudo-class":
      return name === "root" || name === "scope" || name === "host";
    default:
      return false;
  }
}

function themeHook(simple: SimpleSelector): Theme | null {
  if (simple.kind === "class") return themeNamed(THEME_CLASS.exec(simple.name.toLowerCase())?.[1]);
  if (simple.kind === "attribute" && THEME_ATTRIBUTES.has(simple.name) && simple.match?.operator === "=") {
    return themeNamed(simple.match.value.toLowerCase());
  }
  if (simple.kind === "pseudo-class" && simple.name === "not") {
    const [only] = simple.selectors?.[0]?.compounds[0] ?? [];
    const isSingle = simple.selectors?.length === 1 && simple.selectors[0]?.compounds.flat().length === 1;
    const excluded = isSingle && only !== undefined ? themeHook(only) : null;
    return excluded === null ? null : excluded === "dark" ? "light" : "dark";
  }
  return null;
}

function themeNamed(name: string | undefined): Theme | null {
  return name === "dark" || name === "light" ? name : null;
}

/** `:has(~ footer)` on the report itself would look at the site around it. */
function looksAtSiblings(simple: SimpleSelector): boolean {
  return (simple.selectors ?? []).some(
    (inner) =>
      inner.combinators[0] === "+" ||
      inner.combinators[0] === "~" ||
      inner.compounds.some((compound) => compound.some(looksAtSiblings)),
  );
}

/** `:is(html.dark, .dark) .x` as `html.dark .x` and `.dark .x`, where a member stands for the report. */
function unfoldLeadingList(selector: ComplexSelector): ComplexSelector[] {
  const [first = [], ...others] = selector.compounds;
  const [list, ...own] = first;
  const members = list?.name === "is" || list?.name === "where" ? (list.selectors ?? []) : [];
  const next = own.length > 0 ? undefined : selector.combinators[1];
  const namesReport = members.some((member) =>
    standsForReport(member.compounds[0] ?? [], member.combinators[1] ?? next),
  );
  if (!namesReport || members.length > MAX_UNFOLDED) return [selector];
  return members.map((member) => ({
    compounds: [...member.compounds.slice(0, -1), [...(member.compounds.at(-1) ?? []), ...own], ...others],
    combinators: [...member.combinators, ...selector.combinators.slice(1)],
  }));
}
