import { readdirSync, readFileSync } from "node:fs";
import { parse, wcagContrast } from "culori";
import { describe, expect, test } from "vitest";
import { contrastOn } from "@/lib/reports/document/css/contrast";
import { sanitizeInlineStyle } from "@/lib/reports/document/css/inline-style";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { THEME_SURFACES, THEMES, type Theme } from "@/lib/reports/document/css/theme-surfaces";
import { flatRules } from "./css-assert-scoped";

type Declarations = Readonly<Record<string, string>>;

function inTheme(value: string | undefined, theme: Theme): string | undefined {
  const [, light, dark] = /light-dark\((.+), (.+?)\)/.exec(value ?? "") ?? [];
  return light === undefined ? value : theme === "light" ? light : dark;
}

function declarationsOf(declarations: string, selector = ".a"): Declarations {
  return flatRules(scopeStylesheet(`${selector} { ${declarations} }`))[0]?.declarations ?? {};
}

/** The lowest contrast of a rule's text in a theme, over everything that it can stand on. */
function lowestContrast(declarations: Declarations, theme: Theme): number {
  const { surfaces, text } = THEME_SURFACES[theme];
  const literalOr = <Fallback>(value: string | undefined, fallback: Fallback) => {
    const color = inTheme(value, theme);
    return color !== undefined && parse(color) !== undefined ? color : fallback;
  };
  const ink = literalOr(declarations.color, text);
  const background = literalOr(declarations["background-color"] ?? declarations.background, null);
  return Math.min(...surfaces.map((surface) => contrastOn(ink, background, surface)));
}

describe("contrast", () => {
  test.each([
    ["#777777", "#ffffff"],
    ["#475569", "#151b26"],
    ["rgb(255 0 0)", "#f6f4ef"],
  ])("of opaque colors is that of WCAG: %s on %s", (ink, surface) => {
    expect(contrastOn(ink, null, surface)).toBeCloseTo(wcagContrast(ink, surface), 6);
  });

  test("a translucent color is seen through", () => {
    expect(contrastOn("#000000", "rgba(0, 0, 0, 0.5)", "#ffffff")).toBeCloseTo(
      wcagContrast("#000000", "#808080"),
      1,
    );
    expect(contrastOn("rgba(0, 0, 0, 0.5)", null, "#ffffff")).toBeCloseTo(
      wcagContrast("#808080", "#ffffff"),
      1,
    );
    expect(contrastOn("#000000", "transparent", "#ffffff")).toBeCloseTo(21, 6);
  });
});

describe("every rule is legible in both themes", () => {
  const inks = [
    "#dc2626",
    "#475569",
    "#f7931a",
    "#fff",
    "black",
    "yellow",
    "#808080",
    "rgba(0, 0, 0, 0.5)",
    "oklch(70% 0.3 140)",
    "hsl(210 40% 96%)",
  ];
  const backgrounds = [
    null,
    "rgba(220, 38, 38, 0.15)",
    "#fee2e2",
    "#0f172a",
    "#808080",
    "#767676",
    "rgba(128, 128, 128, 0.9)",
    "rgb(255 255 255 / 60%)",
    "navy",
    "lime",
  ];

  test.each(inks.flatMap((ink) => backgrounds.map((background) => [ink, background] as const)))(
    "%s on %s",
    (ink, background) => {
      const ground = background === null ? "" : `; background: ${background}`;
      const declarations = declarationsOf(`color: ${ink}${ground}`);
      for (const theme of THEMES)
        expect(lowestContrast(declarations, theme), theme).toBeGreaterThanOrEqual(4.5);
      const inline = Object.fromEntries(
        sanitizeInlineStyle(`color: ${ink}${ground}`)
          .split("; ")
          .map((one) => one.split(": ")),
      );
      expect(inline).toEqual(declarations);
    },
  );

  test.each(backgrounds.filter((one) => one !== null))("text of the site on %s", (background) => {
    const declarations = declarationsOf(`background-color: ${background}`);
    for (const theme of THEMES)
      expect(lowestContrast(declarations, theme), theme).toBeGreaterThanOrEqual(4.5);
  });

  const sheets = readdirSync("tests/fixtures/reports").map((name) => [
    name,
    String(JSON.parse(readFileSync(`tests/fixtures/reports/${name}`, "utf8")).css_content ?? ""),
  ]);

  test.each(sheets)("report %s", (_name, css) => {
    for (const { selectors, declarations } of flatRules(scopeStylesheet(css))) {
      for (const theme of THEMES) {
        if (selectors[0]?.includes("dark") && theme === "light") continue;
        expect(lowestContrast(declarations, theme), `${selectors[0]}, ${theme}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe("only what fails is changed", () => {
  test("a pair that is legible by itself stays as it was written", () => {
    expect(declarationsOf("color: #B91C1C; background: #FEE2E2")).toEqual({
      color: "#B91C1C",
      background: "#FEE2E2",
    });
  });

  test("the theme that passes keeps the literal", () => {
    expect(declarationsOf("color: #475569").color).toMatch(/^light-dark\(#475569, #[0-9a-f]{6}\)$/);
    expect(declarationsOf("color: gold").color).toMatch(/^light-dark\(#[0-9a-f]{6}, gold\)$/);
    expect(declarationsOf("background: #fee2e2").background).toMatch(/^light-dark\(#fee2e2, #[0-9a-f]{6}\)$/);
  });

  test("the hue stays", () => {
    const dark = inTheme(declarationsOf("color: #b91c1c").color, "dark");
    const { r = 0, g = 0, b = 0 } = { r: 0, g: 0, b: 0, ...parse(dark ?? "") };
    expect(r).toBeGreaterThan(Math.max(g, b) + 0.2);
  });

  test.each([
    "color: inherit",
    "color: currentcolor",
    "color: var(--text-muted)",
    "color: var(--positive-color, #22c55e)",
    "color: var(--own)",
    "background: none",
    "background: var(--card-bg, #fff)",
    "background: linear-gradient(white, red)",
    "border-color: #eee",
    "fill: #eee",
    "border-top: 1px solid #64748b",
    "box-shadow: 0 0 1px #fff",
  ])("%s", (declaration) => {
    const [property = "", value] = declaration.split(": ");
    expect(declarationsOf(declaration)).toEqual({ [property]: value });
  });

  test("ink on a gradient stays, since no one color is behind it", () => {
    expect(declarationsOf("background: linear-gradient(#000, #222); color: #eee").color).toBe("#eee");
  });

  test("keyframes and print stay", () => {
    expect(scopeStylesheet("@keyframes x { from { color: #eee } }")).toContain("color: #eee");
    expect(scopeStylesheet("@media print { .a { color: #000 } }")).toContain("color: #000");
  });
});

describe("where a literal can hide", () => {
  test("the fallback of a property that the site does not define", () => {
    expect(declarationsOf("color: var(--own, #eee)").color).toMatch(
      /^var\(--own, light-dark\(#[0-9a-f]{6}, #eee\)\)$/,
    );
  });

  test("light-dark() is read by theme", () => {
    expect(declarationsOf("color: light-dark(#111, #eee)").color).toBe("light-dark(#111, #eee)");
    expect(declarationsOf("color: light-dark(#eee, #eee)").color).toMatch(
      /^light-dark\(#[0-9a-f]{6}, #eee\)$/,
    );
  });

  test("a property of the report that colors its text", () => {
    const css =
      ":root { --own: #eee; --line: #eee; --ground: #fff } p { color: var(--own); background: var(--ground) }";
    expect(flatRules(scopeStylesheet(css))[0]?.declarations).toEqual({
      "--own": expect.stringMatching(/^light-dark\(#[0-9a-f]{6}, #eee\)$/),
      "--line": "#eee",
      "--ground": expect.stringMatching(/^light-dark\(#fff, #[0-9a-f]{6}\)$/),
    });
  });

  test("a token of the site: its inks may change, its surfaces may not", () => {
    expect(declarationsOf("--accent-color: #eee; --card-bg: #fff", ":root")).toEqual({
      "--accent-color": expect.stringMatching(/^light-dark\(#[0-9a-f]{6}, #eee\)$/),
    });
  });

  test("an ink that can not be measured is not kept", () => {
    expect(declarationsOf("top: 0; color: rgb(from red r g b)")).toEqual({ top: "0" });
    expect(declarationsOf("top: 0; color: color-mix(in srgb, red, white)")).toEqual({ top: "0" });
    expect(declarationsOf("top: 0; color: transparent")).toEqual({ top: "0" });
  });
});

test("a rule for one theme is only corrected for that theme", () => {
  const rules = flatRules(
    scopeStylesheet("@media (prefers-color-scheme: dark) { .a { color: #475569 } .b { color: #eee } }"),
  );
  expect(rules.map(({ declarations }) => declarations.color)).toEqual([
    expect.stringMatching(/^#[0-9a-f]{6}$/),
    "#eee",
    expect.stringMatching(/^#[0-9a-f]{6}$/),
    "#eee",
  ]);
});

test("a pulled background keeps its tint and every ink of the site legible", () => {
  const background = inTheme(declarationsOf("background: #fee2e2").background, "dark") ?? "";
  const [, , secondary] = THEME_SURFACES.dark.surfaces;
  const { r = 0, b = 0 } = { r: 0, b: 0, ...parse(background) };
  expect(r).toBeGreaterThan(b);
  expect(wcagContrast(background, secondary)).toBeLessThan(1.05);
});

test("a sheet of countless colors ends in the site's own", () => {
  const colors = Array.from(
    { length: 3_000 },
    (_, index) => `.a { color: #${(index * 5_000).toString(16).padStart(6, "0")} }`,
  );
  const last = flatRules(scopeStylesheet(colors.join("\n"))).at(-1)?.declarations ?? {};
  for (const theme of THEMES) expect(lowestContrast(last, theme)).toBeGreaterThanOrEqual(4.5);
});
