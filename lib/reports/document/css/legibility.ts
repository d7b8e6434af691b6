import { type ColorSlot, fillColorSlot, findColorSlot } from "./color-slot";
import { legibleBackground, legiblePair, type Pair } from "./contrast";
import type { Declaration } from "./declaration";
import { INK_TOKENS, THEME_SURFACES, THEMES, type Theme } from "./theme-surfaces";
import { hasImage } from "./value";

/** What a report's own custom properties are used for. */
export interface ColorRoles {
  readonly inks: ReadonlySet<string>;
  readonly backgrounds: ReadonlySet<string>;
}

/** Pairs of colors that are measured in one sheet, at up to a millisecond each. Later ones get the site's own. */
const MAX_PAIRS = 500;

const KEYWORD_INK = /^(?:inherit|initial|unset|revert|revert-layer|currentcolor|[a-z]*text|var\(.*\))$/i;

/**
 * Makes the literal colors of a style rule legible in both themes (WCAG 2.2 AA), one rule at a time: its
 * ink on its background, its ink on the site's surfaces, or the site's text on its background. What is
 * legible stays as it was written. Corrections are remembered for the sheet.
 */
export class Legibility {
  readonly #roles: ColorRoles;
  readonly #pairs = new Map<string, Pair>();

  constructor(roles: ColorRoles = { inks: new Set(), backgrounds: new Set() }) {
    this.#roles = roles;
  }

  /** The declarations of one rule that applies in `themes`; none of them for print, which has no theme. */
  correct(rule: readonly Declaration[], themes: readonly Theme[]): readonly Declaration[] {
    if (themes.length === 0) return rule;
    const declarations = withoutHiddenText(rule);
    const backgrounds = declarations.filter(({ property }) => isBackground(property));
    const isOnImage = backgrounds.some(({ value }) => hasImage(value));
    const inkSlot = slotOfLast(declarations.filter(({ property }) => property === "color"));
    const backgroundSlot = slotOfLast(backgrounds);
    return declarations.map((declaration) => {
      const { property, value } = declaration;
      const role = this.#roleOf(property);
      const slot = role === null || (isOnImage && !property.startsWith("--")) ? null : findColorSlot(value);
      if (slot === null) return declaration;
      const fixed = (theme: Theme): string => {
        const color = slot.colors[theme];
        if (!themes.includes(theme)) return color;
        if (role === "ink") {
          const ground = property === "color" ? (backgroundSlot?.colors[theme] ?? null) : null;
          return this.#pair(color, ground, theme).ink;
        }
        const ink = property.startsWith("--") ? null : (inkSlot?.colors[theme] ?? null);
        return this.#pair(ink, color, theme).background ?? color;
      };
      return { ...declaration, value: write(slot, themes, fixed) };
    });
  }

  #roleOf(property: string): "ink" | "background" | null {
    if (property === "color" || INK_TOKENS.has(property) || this.#roles.inks.has(property)) return "ink";
    return isBackground(property) || this.#roles.backgrounds.has(property) ? "background" : null;
  }

  #pair(ink: string | null, background: string | null, theme: Theme): Pair {
    const key = `${theme} ${ink} ${background}`;
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const { text, surfaces } = THEME_SURFACES[theme];
    let pair: Pair;
    if (this.#pairs.size >= MAX_PAIRS) pair = { ink: text, background: surfaces[0] };
    else if (ink !== null) pair = legiblePair(ink, background, theme);
    else pair = { ink: text, background: background === null ? null : legibleBackground(background, theme) };
    this.#pairs.set(key, pair);
    return pair;
  }
}

function write(slot: ColorSlot, themes: readonly Theme[], fixed: (theme: Theme) => string): string {
  const [only, other] = themes;
  if (only !== undefined && other === undefined) return fillColorSlot(slot, fixed(only), fixed(only));
  return fillColorSlot(slot, fixed("light"), fixed("dark"));
}

/** Without inks that can not be seen or measured, and without backgrounds that are cut to the text. */
function withoutHiddenText(rule: readonly Declaration[]): readonly Declaration[] {
  const isClipped = rule.some(
    ({ property, value }) =>
      /^(?:-webkit-)?background(?:-clip)?$/.test(property) && /(?:^| )text(?:$| )/.test(value),
  );
  return rule.filter(({ property, value }) => {
    if (property === "color") return KEYWORD_INK.test(value) || isVisible(findColorSlot(value));
    return !isClipped || !/^(?:-webkit-)?background/.test(property);
  });
}

function isVisible(slot: ColorSlot | null): boolean {
  return slot !== null && THEMES.every((theme) => !/^transparent$/i.test(slot.colors[theme]));
}

function isBackground(property: string): boolean {
  return property === "background" || property === "background-color" || property === "background-image";
}

function slotOfLast(declarations: readonly Declaration[]): ColorSlot | null {
  const last = declarations.at(-1);
  return last === undefined ? null : findColorSlot(last.value);
}
