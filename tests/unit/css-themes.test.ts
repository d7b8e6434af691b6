import { describe, expect, test } from "vitest";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { splitMediaQueries } from "@/lib/reports/document/css/theme-query";
import { assertScoped, flatRules } from "./css-assert-scoped";

const ROOT = "#report-container";
const DARK = `:root[data-theme="dark"] ${ROOT}`;
const LIGHT = `:root[data-theme="light"] ${ROOT}`;
const UNSET = `:root:not([data-theme]) ${ROOT}`;
const PREFERS_DARK = "@media (prefers-color-scheme: dark)";
const PREFERS_LIGHT = "@media (prefers-color-scheme: light)";

/** `[within, selector]` of every rule. */
function placed(css: string): string[][] {
  const output = scopeStylesheet(css);
  assertScoped(output);
  return flatRules(output).map(({ within, selectors }) => [...within, ...selectors]);
}

describe("what asks for the system's theme follows the site's", () => {
  test("by the attribute that the site sets, and by the system's where there is none", () => {
    expect(placed("@media (prefers-color-scheme: dark) { .a { top: 0 } }")).toEqual([
      [`${DARK} .a`],
      [PREFERS_DARK, `${UNSET} .a`],
    ]);
  });

  test("light as well", () => {
    expect(placed("@media (prefers-color-scheme:light){ body { top: 0 } }")).toEqual([
      [LIGHT],
      [PREFERS_LIGHT, UNSET],
    ]);
  });

  test("other conditions stay", () => {
    expect(
      placed("@media screen and (prefers-color-scheme: dark) and (max-width: 640px) { .a { top: 0 } }"),
    ).toEqual([
      ["@media screen and (max-width: 640px)", `${DARK} .a`],
      ["@media screen and (prefers-color-scheme: dark) and (max-width: 640px)", `${UNSET} .a`],
    ]);
  });

  test("a list is taken apart", () => {
    expect(placed("@media print, (prefers-color-scheme: dark) { .a { top: 0 } }")).toEqual([
      ["@media print", `${ROOT} .a`],
      [`${DARK} .a`],
      [PREFERS_DARK, `${UNSET} .a`],
    ]);
  });

  test.each([
    "not all and (prefers-color-scheme: dark)",
    "(not (prefers-color-scheme: dark))",
    "(prefers-color-scheme: dark) or (hover)",
  ])("what can not be taken apart stays: %s", (query) => {
    expect(placed(`@media ${query} { .a { top: 0 } }`)).toEqual([[`@media ${query}`, `${ROOT} .a`]]);
  });

  test("inside of other blocks and of rules", () => {
    expect(placed("@supports (top: 0) { .a { @media (prefers-color-scheme: dark) { top: 0 } } }")).toEqual([
      ["@supports (top: 0)", `${DARK} .a`],
      ["@supports (top: 0)", PREFERS_DARK, `${UNSET} .a`],
    ]);
  });

  test("a theme in itself is met, in the other one never", () => {
    const css = `@media (prefers-color-scheme: dark) {
      @media (prefers-color-scheme: dark) and (width > 9px) { .a { top: 0 } }
      @media (prefers-color-scheme: light) { .b { top: 0 } }
      .light .c { top: 0 }
      .dark .d { top: 0 }
    }`;
    expect(placed(css)).toEqual([
      ["@media (width > 9px)", `${DARK} .a`],
      [`${DARK} .d`],
      [PREFERS_DARK, "@media (width > 9px)", `${UNSET} .a`],
      [PREFERS_DARK, `${UNSET} .d`],
    ]);
  });

  test("queries are split outside of parentheses only", () => {
    expect(splitMediaQueries("(a: b), c and (prefers-color-scheme: DARK)")).toEqual([
      { query: "(a: b)", theme: null, rest: "(a: b)" },
      { query: "c and (prefers-color-scheme: DARK)", theme: "dark", rest: "c" },
    ]);
  });
});

describe("a report's own theme hooks mean the site's theme", () => {
  test.each([
    ['[data-theme="dark"] .a', `${DARK} .a`],
    ["[data-theme=dark] .a", `${DARK} .a`],
    ["html[data-theme='dark'] .a", `${DARK} .a`],
    [":root[data-theme='dark'] body .a", `${DARK} .a`],
    ["[data-theme='dark'] #report-container .a", `${DARK} .a`],
    ["#report-container[data-theme='dark'] .a", `${DARK} .a`],
    ["body.dark .a", `${DARK} .a`],
    ["body.dark > .a", `${DARK} > .a`],
    ["html.dark body .a", `${DARK} .a`],
    [".dark .a", `${DARK} .a`],
    [".dark-mode .a", `${DARK} .a`],
    [".theme-dark .a", `${DARK} .a`],
    [".dark-theme #report-container", DARK],
    [":root:not([data-theme='light']) .a", `${DARK} .a`],
    ["body.dark", DARK],
    ["[data-theme='dark']", DARK],
    [":is(.dark, .dark-mode) .a", `${DARK} .a`],
    [".a { .dark & { top: 0 } }", `${DARK} .a`],
    [".dark { .a { top: 0 } }", `${DARK} .a`],
  ])("%s", (selector, expected) => {
    const css = selector.includes("{") ? selector : `${selector} { top: 0 }`;
    expect(placed(css)).toEqual([
      [expected],
      [PREFERS_DARK, expected.replace(':root[data-theme="dark"]', ":root:not([data-theme])")],
    ]);
  });

  test.each(["html.light .a", ".light-mode .a", ":root:not(.dark) .a"])("%s", (selector) => {
    expect(placed(`${selector} { top: 0 }`)).toEqual([[`${LIGHT} .a`], [PREFERS_LIGHT, `${UNSET} .a`]]);
  });

  test.each([".dark", ".card.dark p", ".a .dark .b", ".darker .a", ".dark > .a", '[data-theme^="d"] .a'])(
    "an element of the report is none: %s",
    (selector) => expect(placed(`${selector} { top: 0 }`)).toEqual([[`${ROOT} ${selector}`]]),
  );

  test("both themes at once never apply", () => {
    expect(placed("html.dark body.light .a { top: 0 }")).toEqual([]);
  });

  test("a list is sorted by theme", () => {
    expect(placed(".a, .dark .b, .light .c { top: 0 }")).toEqual([
      [`${ROOT} .a`],
      [`${LIGHT} .c`],
      [PREFERS_LIGHT, `${UNSET} .c`],
      [`${DARK} .b`],
      [PREFERS_DARK, `${UNSET} .b`],
    ]);
  });
});
