import type { Chart } from "@/lib/reports/document/charts/model";
import { ensureContrast, flatten, mix, parseComputedColor, type Rgb, type Rgba, toHex } from "./contrast";
import type { DisplayState } from "./display-state";
import { seriesColors } from "./series-colors";

/** Everything a drawing takes from the page it stands on. Colours are `#rrggbb`. */
export interface Ink {
  readonly series: readonly string[];
  readonly text: string;
  readonly muted: string;
  /** Grid lines and the unused part of a gauge. */
  readonly line: string;
  /** The card behind the drawing. */
  readonly surface: string;
  /** Size in CSS pixels. */
  readonly font: { readonly family: string; readonly size: number };
}

const GRAPHICS_CONTRAST = 3;
const TEXT_CONTRAST = 4.5;
/** Text on the canvas, relative to the text around it. */
const CANVAS_TEXT = 0.92;
const PAPER: Rgb = [255, 255, 255];
/** Share of the text colour in lines where the site's own line colour does not fit. */
const FAINT = 0.15;

// Surface, text, muted text, lines.
const SITE_COLORS = [
  "var(--card-bg, Canvas)",
  "var(--text-primary, CanvasText)",
  "var(--text-muted, GrayText)",
  "var(--border-color, #d9d9d9)",
];
// Forced colours have none for quiet lines.
const FORCED_COLORS = ["Canvas", "CanvasText", "CanvasText", "transparent"];

/**
 * Reads a chart's colours and font where it stands, and lifts what would be too faint on its card:
 * marks to 3:1, text to 4.5:1 (WCAG 2.2, 1.4.11 and 1.4.3). For print the card is white paper.
 */
export function readInk(host: HTMLElement, chart: Chart, { printing }: DisplayState): Ink {
  const wishes = seriesColors(chart);
  const page = matchMedia("(forced-colors: active)").matches ? FORCED_COLORS : SITE_COLORS;
  const [surface, text, muted, line, ...series] = computeColors(
    host,
    [...page, ...wishes.flatMap(({ wanted, token }) => [wanted ?? token, token])],
    printing,
  );
  const ground = printing || !surface ? PAPER : flatten(surface, PAPER);
  const opaque = (color: Rgba | null | undefined, ratio: number) =>
    ensureContrast(color ? flatten(color, ground) : ground, ground, ratio);
  const ink = opaque(text, TEXT_CONTRAST);
  const { fontFamily, fontSize } = getComputedStyle(host);
  return {
    series: wishes.map((_, i) => toHex(opaque(series[2 * i] ?? series[2 * i + 1], GRAPHICS_CONTRAST))),
    text: toHex(ink),
    muted: toHex(opaque(muted, TEXT_CONTRAST)),
    line: toHex(printing || !line ? mix(ground, ink, FAINT) : flatten(line, ground)),
    surface: toHex(ground),
    font: { family: fontFamily, size: Number.parseFloat(fontSize) * CANVAS_TEXT },
  };
}

/**
 * CSS colours as the browser computes them inside `host`; null for one that is invalid or invisible.
 * Custom properties cannot be read for this: their text may be `light-dark(…)` or another variable.
 */
function computeColors(host: HTMLElement, colors: readonly string[], forPrint: boolean): (Rgba | null)[] {
  const probes = host.ownerDocument.createElement("span");
  probes.hidden = true;
  // An unknown variable makes `color` inherit. From a transparent parent, that reads as invisible.
  probes.style.color = "transparent";
  probes.style.setProperty("forced-color-adjust", "none");
  if (forPrint) probes.style.colorScheme = "only light";
  const spans = colors.map((color) => {
    const span = probes.appendChild(host.ownerDocument.createElement("span"));
    // A style sheet that animates everything must not animate from one probed colour to the next.
    span.style.setProperty("transition", "none", "important");
    span.style.color = color;
    return span;
  });
  host.append(probes);
  const computed = spans.map(computedColor);
  probes.remove();
  return computed;
}

function computedColor(span: HTMLElement): Rgba | null {
  let color = parseComputedColor(getComputedStyle(span).color);
  if (color === null) {
    // oklch(), lab() and the like keep their own space when computed; a mix converts them to sRGB.
    const text = getComputedStyle(span).color;
    span.style.color = `color-mix(in srgb, ${text}, ${text})`;
    color = parseComputedColor(getComputedStyle(span).color);
  }
  return color !== null && color.alpha > 0 ? color : null;
}
