import type { ComplexSelector, Compound, SimpleSelector } from "./selector";

/** Limits for one nested rule, since each `&` repeats all parents: selectors, and characters in all of them. */
const MAX_SELECTORS = 256;
const MAX_LENGTH = 20_000;

/**
 * A nested rule's selectors as flat ones (CSS Nesting 1: a selector without `&` is relative to it, and
 * `&` means `:is(<parent list>)`). A leading `&` is written out once for each parent, which matches
 * the same elements and lets the scope see what the selector starts with.
 *
 * `parents` is null at the top level, where `&` means the scope and is left in place.
 */
export function flattenNested(
  nested: readonly ComplexSelector[],
  parents: readonly ComplexSelector[] | null,
): readonly ComplexSelector[] {
  if (parents === null) return nested.filter((selector) => selector.combinators[0] === "");
  if (parents.length * nested.length > MAX_SELECTORS) return [];
  // A pseudo-element has no children and no other states: `&` can not represent it.
  const elements = parents.filter((parent) => !parent.compounds.some(hasPseudoElement));
  const flat = elements.flatMap((parent) =>
    nested.map((selector) => resolve(selector, parent, elements)).filter((selector) => selector !== null),
  );
  return flat.reduce((length, selector) => length + lengthOf(selector), 0) > MAX_LENGTH ? [] : flat;
}

function resolve(
  selector: ComplexSelector,
  parent: ComplexSelector,
  parents: readonly ComplexSelector[],
): ComplexSelector | null {
  const isRelative = selector.combinators[0] !== "";
  const leading = selector.compounds[0] ?? [];
  const startsWithParent = !isRelative && leading[0]?.kind === "nesting";
  if (!startsWithParent && !isRelative && selector.compounds.some(hasNesting)) {
    // The same for every parent, hence only kept for the first.
    return parent === parents[0] ? replaceNesting(selector, parents) : null;
  }
  const rest = replaceNesting(selector, parents);
  if (!startsWithParent) {
    return {
      compounds: [...parent.compounds, ...rest.compounds],
      combinators: [
        ...parent.combinators,
        isRelative ? (selector.combinators[0] ?? " ") : " ",
        ...rest.combinators.slice(1),
      ],
    };
  }
  const own = replaceNestingIn(leading.slice(1), parents);
  return {
    compounds: [
      ...parent.compounds.slice(0, -1),
      [...(parent.compounds.at(-1) ?? []), ...own],
      ...rest.compounds.slice(1),
    ],
    combinators: [...parent.combinators, ...rest.combinators.slice(1)],
  };
}

function replaceNesting(selector: ComplexSelector, parents: readonly ComplexSelector[]): ComplexSelector {
  return {
    ...selector,
    compounds: selector.compounds.map((compound) => replaceNestingIn(compound, parents)),
  };
}

function replaceNestingIn(compound: Compound, parents: readonly ComplexSelector[]): Compound {
  const only = parents.length === 1 ? parents[0] : undefined;
  return compound.flatMap((simple, index): readonly SimpleSelector[] => {
    if (simple.kind === "nesting") {
      if (only?.compounds.length === 1 && index === 0) return only.compounds[0] ?? [];
      return [{ kind: "pseudo-class", name: "is", selectors: parents }];
    }
    if (simple.selectors === undefined) return [simple];
    return [{ ...simple, selectors: simple.selectors.map((inner) => replaceNesting(inner, parents)) }];
  });
}

function hasPseudoElement(compound: Compound): boolean {
  return compound.some((simple) => simple.kind === "pseudo-element");
}

function hasNesting(compound: Compound): boolean {
  return compound.some(
    (simple) =>
      simple.kind === "nesting" || simple.selectors?.some((inner) => inner.compounds.some(hasNesting)),
  );
}

const lengths = new WeakMap<ComplexSelector, number>();

/** About the number of characters it prints as. Remembered: parents are shared, and printing them is not. */
function lengthOf(selector: ComplexSelector): number {
  const known = lengths.get(selector);
  if (known !== undefined) return known;
  let length = 0;
  for (const simple of selector.compounds.flat()) {
    length += simple.name.length + (simple.match?.value.length ?? 0) + 2;
    for (const inner of simple.selectors ?? []) length += lengthOf(inner);
  }
  lengths.set(selector, length);
  return length;
}
