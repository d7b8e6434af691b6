import {
  clampChroma,
  converter,
  formatHex,
  formatHex8,
  type Oklch,
  parse,
  type Rgb,
  wcagLuminance,
} from "culori";
import { THEME_SURFACES, type Theme } from "./theme-surfaces";

/** WCAG 2.2, 1.4.3 (AA). A corrected color gets a little more, for rounding. */
export const MINIMUM_CONTRAST = 4.5;
const TARGET_CONTRAST = 4.6;

/** Lightness is found to 1/256, finer than 8 bits a channel can show. */
const STEPS = 8;

const toRgb = converter("rgb");
const toOklch = converter("oklch");

const surfaces: Readonly<Record<Theme, readonly Rgb[]>> = {
  light: THEME_SURFACES.light.surfaces.map(opaque),
  dark: THEME_SURFACES.dark.surfaces.map(opaque),
};

export interface Pair {
  readonly ink: string;
  readonly background: string | null;
}

/** Ratio of two colors (WCAG 2.2), each a CSS literal, `ink` drawn on `background` drawn on `surface`. */
export function contrastOn(ink: string, background: string | null, surface: string): number {
  const ground = background === null ? opaque(surface) : over(literal(background), opaque(surface));
  return ratio(over(literal(ink), ground), ground);
}

/**
 * The pair with the ink legible on all surfaces of a theme, through the background if there is one.
 * Each color is the given text where nothing had to change.
 */
export function legiblePair(ink: string, background: string | null, theme: Theme): Pair {
  const grounds = groundsOf(background, theme);
  const color = literal(ink);
  if (lowestRatio(color, grounds) >= MINIMUM_CONTRAST) return { ink, background };
  const shifted = shiftLightness(color, grounds);
  if (shifted !== null) return { ink: shifted, background };
  // Mid-grey, where neither black nor white is enough: the background moves too.
  return background === null
    ? { ink, background }
    : legiblePair(ink, pullToSurface(background, theme), theme);
}

/** `background`, or a shade of it on which the theme's text is legible. */
export function legibleBackground(background: string, theme: Theme): string {
  const isLegible = lowestRatio(textOf(theme), groundsOf(background, theme)) >= MINIMUM_CONTRAST;
  return isLegible ? background : pullToSurface(background, theme);
}

/**
 * The background with its hue and alpha, and the luminance of the theme's least contrasting surface:
 * contrast is a matter of luminance only, so every ink that is legible on the surfaces is on it, too.
 */
function pullToSurface(background: string, theme: Theme): string {
  const [, , secondary] = THEME_SURFACES[theme].surfaces;
  const target = ratio(textOf(theme), opaque(secondary));
  const color = literal(background);
  const start = lch(color);
  const end = theme === "light" ? 1 : 0;
  const lightness = nearest(start.l, end, (l) => ratio(textOf(theme), inGamut({ ...start, l })) >= target);
  const pulled = formatHex8({ ...inGamut({ ...start, l: lightness ?? end }), alpha: color.alpha ?? 1 });
  const isLegible = lowestRatio(textOf(theme), groundsOf(pulled, theme)) >= MINIMUM_CONTRAST;
  return isLegible ? pulled.replace(/^(#.{6})ff$/, "$1") : secondary;
}

/** The nearest lightness, brighter or darker, at which the color is legible on all `grounds`. */
function shiftLightness(color: Rgb, grounds: readonly Rgb[]): string | null {
  const start = lch(color);
  const isLegible = (l: number) => lowestRatio(rounded(inGamut({ ...start, l })), grounds) >= TARGET_CONTRAST;
  const found = [nearest(start.l, 0, isLegible), nearest(start.l, 1, isLegible)].filter((l) => l !== null);
  found.sort((a, b) => Math.abs(a - start.l) - Math.abs(b - start.l));
  const [best] = found;
  if (best !== undefined) return formatHex(inGamut({ ...start, l: best }));
  const extremes = ["#000000", "#ffffff"].filter(
    (text) => lowestRatio(opaque(text), grounds) >= MINIMUM_CONTRAST,
  );
  return extremes[0] ?? null;
}

/** The point closest to `from`, on the way to `to`, from which on `isEnough` holds. */
function nearest(from: number, to: number, isEnough: (value: number) => boolean): number | null {
  if (!isEnough(to)) return null;
  let failing = from;
  let enough = to;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (failing + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else failing = middle;
  }
  return enough;
}

function groundsOf(background: string | null, theme: Theme): readonly Rgb[] {
  if (background === null) return surfaces[theme];
  const color = literal(background);
  return (color.alpha ?? 1) >= 1
    ? [opaque(background)]
    : surfaces[theme].map((surface) => over(color, surface));
}

function lowestRatio(ink: Rgb, grounds: readonly Rgb[]): number {
  return Math.min(...grounds.map((ground) => ratio(over(ink, ground), ground)));
}

function ratio(a: Rgb, b: Rgb): number {
  const first = wcagLuminance(a);
  const second = wcagLuminance(b);
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/** Source-over in sRGB, as browsers composite. */
function over(top: Rgb, bottom: Rgb): Rgb {
  const alpha = top.alpha ?? 1;
  const mix = (a: number, b: number) => a * alpha + b * (1 - alpha);
  return { mode: "rgb", r: mix(top.r, bottom.r), g: mix(top.g, bottom.g), b: mix(top.b, bottom.b) };
}

/** A literal as sRGB, each channel and alpha in 0 to 1; a missing (`none`) or unreadable one is 0. */
function literal(text: string): Rgb {
  const parsed = parse(text);
  const color = parsed === undefined ? undefined : toRgb(parsed);
  const channel = (value: number | undefined) => Math.min(1, Math.max(0, value || 0));
  return {
    mode: "rgb",
    r: channel(color?.r),
    g: channel(color?.g),
    b: channel(color?.b),
    alpha: parsed?.alpha === undefined ? 1 : channel(parsed.alpha),
  };
}

function opaque(text: string): Rgb {
  return { ...literal(text), alpha: 1 };
}

function textOf(theme: Theme): Rgb {
  return opaque(THEME_SURFACES[theme].text);
}

function lch(color: Rgb): Oklch {
  const { l, c, h } = toOklch(color);
  return { mode: "oklch", l, c, h: h ?? 0 };
}

function inGamut(color: Oklch): Rgb {
  return { ...toRgb(clampChroma(color, "oklch")), alpha: 1 };
}

function rounded(color: Rgb): Rgb {
  return opaque(formatHex(color));
}
