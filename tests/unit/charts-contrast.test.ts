import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  contrastRatio,
  ensureContrast,
  flatten,
  parseComputedColor,
  type Rgb,
  toHex,
} from "../../components/charts/contrast";

const LIGHT_CARD: Rgb = [255, 255, 255];
const DARK_CARD: Rgb = [0x15, 0x1b, 0x26];

const channel = fc.integer({ min: 0, max: 255 });
const rgb = fc.tuple(channel, channel, channel) satisfies fc.Arbitrary<Rgb>;
const card = fc.constantFrom(LIGHT_CARD, DARK_CARD);

describe("contrast", () => {
  test("is measured as WCAG does", () => {
    expect(contrastRatio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrastRatio([0x77, 0x77, 0x77], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });

  test("every colour reaches 3:1 and 4.5:1 on either card", () => {
    fc.assert(
      fc.property(rgb, card, fc.constantFrom(3, 4.5), (color, background, ratio) => {
        expect(contrastRatio(ensureContrast(color, background, ratio), background)).toBeGreaterThanOrEqual(
          ratio,
        );
      }),
      { numRuns: 500 },
    );
  });

  test("a colour that stands out already is left as it is", () => {
    expect(ensureContrast([0x16, 0xa3, 0x4a], LIGHT_CARD, 3)).toEqual([0x16, 0xa3, 0x4a]);
    expect(ensureContrast([0xf7, 0x93, 0x1a], DARK_CARD, 3)).toEqual([0xf7, 0x93, 0x1a]);
  });

  test("a colour is moved no further than it must", () => {
    const lifted = ensureContrast([0x33, 0x41, 0x55], DARK_CARD, 3);
    expect(contrastRatio(lifted, DARK_CARD)).toBeLessThan(3.1);
  });

  test("hue is kept", () => {
    fc.assert(
      fc.property(rgb, card, (color, background) => {
        const lifted = ensureContrast(color, background, 3);
        // Rounding to whole channels turns the hue of colours that are nearly grey.
        fc.pre(spread(color) > 40 && spread(lifted) > 40);
        const turn = Math.abs(hue(color) - hue(lifted));
        expect(Math.min(turn, 360 - turn)).toBeLessThan(3);
      }),
    );
  });

  test("on a ground where nothing reaches the ratio, the most visible colour is used", () => {
    expect(ensureContrast([120, 120, 120], [118, 118, 118], 21)).toEqual([0, 0, 0]);
  });
});

describe("colours of the browser", () => {
  test.each([
    ["rgb(1, 2, 3)", [1, 2, 3], 1],
    ["rgba(1, 2, 3, 0.5)", [1, 2, 3], 0.5],
    ["color(srgb 1 0.5 0)", [255, 128, 0], 1],
    ["color(srgb 1.2 -0.1 1e-7 / 0.25)", [255, 0, 0], 0.25],
  ])("%s is read", (text, channels, alpha) => {
    expect(parseComputedColor(text)).toEqual({ rgb: channels, alpha });
  });

  test.each(["oklch(0.7 0.15 150)", "red", "", "rgb(1, 2)"])("%s is no sRGB serialization", (text) => {
    expect(parseComputedColor(text)).toBeNull();
  });

  test("a translucent colour becomes what is seen on the card", () => {
    expect(flatten({ rgb: [0, 0, 0], alpha: 0.5 }, LIGHT_CARD)).toEqual([128, 128, 128]);
  });

  test("any colour survives as text", () => {
    expect(toHex([0, 10, 255])).toBe("#000aff");
  });
});

function spread(color: Rgb): number {
  return Math.max(...color) - Math.min(...color);
}

/** Degrees on the HSL colour wheel. */
function hue([r, g, b]: Rgb): number {
  const max = Math.max(r, g, b);
  const d = spread([r, g, b]);
  if (max === r) return (60 * ((g - b) / d) + 360) % 360;
  return max === g ? 60 * ((b - r) / d) + 120 : 60 * ((r - g) / d) + 240;
}
