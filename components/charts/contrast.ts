/** Opaque sRGB, each channel an integer from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface Rgba {
  readonly rgb: Rgb;
  /** 0 (invisible) to 1 (opaque). */
  readonly alpha: number;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** Relative luminance, 0 to 1 (WCAG 2.2). */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2). */
export function contrastRatio(a: Rgb, b: Rgb): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/**
 * The colour itself if it stands out from the background by `ratio`, else the nearest mix of it with
 * white (on dark ground) or black (on light ground) that does. Such a mix keeps the hue. If no colour
 * reaches the ratio on this background, the result is white or black.
 */
export function ensureContrast(color: Rgb, background: Rgb, ratio: number): Rgb {
  if (contrastRatio(color, background) >= ratio) return color;
  const end = contrastRatio(WHITE, background) >= contrastRatio(BLACK, background) ? WHITE : BLACK;
  let tooLittle = 0;
  let enough = 1;
  for (let i = 0; i < 12; i++) {
    const middle = (tooLittle + enough) / 2;
    const candidate = mix(color, end, middle);
    if (isBeyond(candidate, background, end) && contrastRatio(candidate, background) >= ratio) {
      enough = middle;
    } else {
      tooLittle = middle;
    }
  }
  return mix(color, end, enough);
}

// A colour darker than a dark background must first be lifted past it; only then does contrast grow.
function isBeyond(color: Rgb, background: Rgb, end: Rgb): boolean {
  const difference = luminance(color) - luminance(background);
  return end === WHITE ? difference > 0 : difference < 0;
}

/** `amount` 0 is `from`, 1 is `to`. */
export function mix(from: Rgb, to: Rgb, amount: number): Rgb {
  const channel = (a: number, b: number) => Math.round(a + (b - a) * amount);
  return [channel(from[0], to[0]), channel(from[1], to[1]), channel(from[2], to[2])];
}

/** What is seen when `color` lies on an opaque background. */
export function flatten(color: Rgba, background: Rgb): Rgb {
  return mix(background, color.rgb, color.alpha);
}

/** The colour as `#rrggbb`. */
export function toHex(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

const NUMBER = "(-?[\\d.]+(?:e[-+]?\\d+)?)";
const LEGACY = new RegExp(`^rgba?\\(${NUMBER}, ${NUMBER}, ${NUMBER}(?:, ${NUMBER})?\\)$`);
const SRGB = new RegExp(`^color\\(srgb ${NUMBER} ${NUMBER} ${NUMBER}(?: / ${NUMBER})?\\)$`);

/**
 * Reads the two forms in which browsers serialize a computed sRGB colour: `rgb(…)`/`rgba(…)` and
 * `color(srgb …)`. Returns null for anything else.
 */
export function parseComputedColor(text: string): Rgba | null {
  const legacy = LEGACY.exec(text);
  if (legacy !== null) return fromChannels(legacy, 1);
  const srgb = SRGB.exec(text);
  return srgb === null ? null : fromChannels(srgb, 255);
}

function fromChannels(match: RegExpExecArray, scale: number): Rgba {
  const channel = (index: number) => Math.min(255, Math.max(0, Math.round(Number(match[index]) * scale)));
  return { rgb: [channel(1), channel(2), channel(3)], alpha: Number(match[4] ?? 1) };
}
