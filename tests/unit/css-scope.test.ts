import { describe, expect, test } from "vitest";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { assertScoped, flatRules } from "./css-assert-scoped";

function scoped(selector: string): string[] {
  const output = scopeStylesheet(`${selector} { margin: 0 }`);
  assertScoped(output);
  return flatRules(output).flatMap((rule) => rule.selectors);
}

const ROOT = "#report-container";

describe("what stands for the page becomes the report", () => {
  test.each([
    ["html", ROOT],
    ["body", ROOT],
    ["BODY", ROOT],
    [":root", ROOT],
    [":scope", ROOT],
    [":host", ROOT],
    ["&", ROOT],
    ["#report-container", ROOT],
    ["div#report-container", ROOT],
    ["html body #report-container", ROOT],
    ["html > body", ROOT],
    ["html body .card", `${ROOT} .card`],
    ["body > .card", `${ROOT} > .card`],
    ["& .card", `${ROOT} .card`],
    ["#report-container.weekly .card", `${ROOT}.weekly .card`],
    ["body::before", `${ROOT}::before`],
    ["html *", `${ROOT} *`],
    [":root:has(.card) p", `${ROOT}:has(.card) p`],
    [":is(body)", ROOT],
  ])("%s", (selector, expected) => expect(scoped(selector)).toEqual([expected]));
});

describe("anything else becomes a descendant of the report", () => {
  test.each([
    "*",
    "header",
    ".card",
    "#summary h2 i",
    ":not(.x)",
    ":where(.a, .b)",
    ":is(.site-nav .x)",
    "a:hover",
    "p::first-line",
    "li:nth-child(2n + 1)",
    "p:lang(vi)",
    "main .card + .card ~ p > b",
    'td[data-label="Tuần"]',
    ".card:has(~ footer)",
    ".card:has(> img, + p)",
    "div:root",
    "main #report-container",
    ".x html",
    "::selection",
    "::-webkit-scrollbar-thumb:hover",
  ])("%s", (selector) => {
    const [only = "", ...others] = scoped(selector);
    expect(others).toEqual([]);
    if (!selector.startsWith("div:root")) expect(only).toBe(`${ROOT} ${selector}`);
  });
});

describe("selectors that would leave the report are gone", () => {
  test.each([
    "#report-container + footer",
    "#report-container ~ footer",
    "#report-container ~ *",
    "body + *",
    "html ~ *",
    ":root + .x",
    "& ~ .x",
    ":scope + .x",
    "html body #report-container + .x",
    "body ~ #report-container",
    ":is(#report-container) ~ footer",
    ":where(body) + footer",
    "#report-container || td",
    "#report-container >>> p",
    ".a /deep/ .b",
    "#report-container:has(~ footer)",
    "#report-container:has(+ footer) p",
    "body:not(:has(~ footer))",
    "body:not(:is(:has(~ footer)))",
    "body:is(.a, :has(+ .b))",
    ":is(#report-container):has(~ footer) .x",
    "#report-container::before ~ footer",
    "> .card",
    "~ footer",
    "+ footer",
    "svg|a",
    "*|*",
    "|a",
    ":host(.x)",
    ":host-context(body)",
    "::slotted(p)",
    "::part(x)",
    "::view-transition",
    "::view-transition-old(root)",
    "::backdrop",
    ":fullscreen",
    ":popover-open",
    "::target-text",
    ":unknown-state",
    "::-moz-focus-inner",
    ":is()",
    ":not()",
    ":nth-child(2 of body)",
    ":is(~ footer)",
    "p::before .x",
    "p::before:hover",
    "p::before > b",
    ".a:has(.b:has(.c))",
    ".a:has(:is(:has(.c)))",
    "a:hover:not(",
    "..a",
    "a >",
    "a > > b",
    "50%",
    "@media",
    "\\",
  ])("%s", (selector) => {
    expect(scoped(selector)).toEqual([]);
  });
});

describe("names can not be forged", () => {
  test.each([
    ".a\\,body",
    ".a\\{}body",
    ".a\\7b \\7d body",
    "#report-container\\ \\~\\ footer",
    '[title="</style><script>"]',
    "[title='] } body { color: red']",
    "#\\3c\\2fstyle\\3e",
    ".a\\\nb",
    ".\\31 0x",
    "html\\~body ~ p",
  ])("%s", (selector) => {
    assertScoped(scopeStylesheet(`${selector} { margin: 0 }`));
  });

  test("an escaped class keeps its meaning", () => {
    expect(scoped(".w-1\\/2")).toEqual([`${ROOT} .w-1\\2f 2`]);
  });
});

describe("lists", () => {
  test("a list loses only its bad members", () => {
    expect(scoped("a,,")).toEqual([`${ROOT} a`]);
    expect(scoped(".a, #report-container ~ b, ::backdrop, .c")).toEqual([`${ROOT} .a`, `${ROOT} .c`]);
  });

  test("an :is() list loses only its bad members", () => {
    expect(scoped("p:is(.a, ::before, :unknown)")).toEqual([`${ROOT} p:is(.a)`]);
  });

  test("a leading :is() that names the page is written out", () => {
    expect(scoped(":is(body, .x) p")).toEqual([`${ROOT} p`, `${ROOT} .x p`]);
  });
});

describe("nesting", () => {
  const rulesOf = (css: string) => {
    const output = scopeStylesheet(css);
    assertScoped(output);
    return flatRules(output);
  };

  test.each([
    [".card { & b { top: 0 } }", `${ROOT} .card b`],
    [".card { b { top: 0 } }", `${ROOT} .card b`],
    [".card { &:hover { top: 0 } }", `${ROOT} .card:hover`],
    [".card { > b { top: 0 } }", `${ROOT} .card > b`],
    [".card { & + & { top: 0 } }", `${ROOT} .card + .card`],
    [".card { .wide & { top: 0 } }", `${ROOT} .wide .card`],
    [".a .b { .wide & { top: 0 } }", `${ROOT} .wide :is(.a .b)`],
    [".a, .b { :not(&) { top: 0 } }", `${ROOT} :not(:is(.a, .b))`],
    ["#report-container { .card { b { top: 0 } } }", `${ROOT} .card b`],
    ["#report-container { + footer { top: 0 } }", null],
    ["#report-container { & ~ footer { top: 0 } }", null],
    ["body { .x, ~ footer { top: 0 } }", `${ROOT} .x`],
    ["p::before { &:hover { top: 0 } }", null],
  ])("%s", (css, expected) => {
    expect(rulesOf(css).flatMap((rule) => rule.selectors)).toEqual(expected === null ? [] : [expected]);
  });

  test("at-rules inside of a rule apply to it, and declarations keep their order", () => {
    expect(rulesOf(".a { top: 0; @media (width > 9px) { top: 1px; b { top: 2px } } top: 3px }")).toEqual([
      { selectors: [`${ROOT} .a`], within: [], declarations: { top: "0" } },
      { selectors: [`${ROOT} .a`], within: ["@media (width > 9px)"], declarations: { top: "1px" } },
      { selectors: [`${ROOT} .a b`], within: ["@media (width > 9px)"], declarations: { top: "2px" } },
      { selectors: [`${ROOT} .a`], within: [], declarations: { top: "3px" } },
    ]);
  });

  test("selectors that multiply end instead of growing", () => {
    const levels = 10;
    const doubling = `${".a .b { & & & & { ".repeat(levels)} top: 0 ${"} }".repeat(levels)}`;
    const output = scopeStylesheet(doubling);
    assertScoped(output);
    expect(output.length).toBeLessThan(300_000);
  });
});

describe("names", () => {
  test("keyframes get a name of their own, and animations follow", () => {
    const output = scopeStylesheet(
      "@keyframes pulse { from { top: 0 } 50%, to { top: 1px } } .a { animation: pulse 1s, spin 2s } .b { animation-name: 'pulse' }",
    );
    assertScoped(output);
    expect(output).toContain("@keyframes report-pulse");
    expect(flatRules(output).map((rule) => Object.values(rule.declarations)[0])).toEqual([
      "report-pulse 1s, spin 2s",
      "'report-pulse'",
    ]);
  });

  test("layers, too", () => {
    const output = scopeStylesheet("@layer base, a.b; @layer base { p { top: 0 } } @layer { b { top: 0 } }");
    assertScoped(output);
    expect(output).toContain("@layer report-base, report-a.b;");
    expect(flatRules(output).map((rule) => rule.within)).toEqual([["@layer report-base"], ["@layer"]]);
  });

  test("supports, container and starting-style stay", () => {
    const output = scopeStylesheet(
      "@supports (display: grid) { a { top: 0 } } @container card (width < 300px) { b { top: 0 } } @starting-style { i { top: 0 } }",
    );
    assertScoped(output);
    expect(flatRules(output).map((rule) => rule.within)).toEqual([
      ["@supports (display: grid)"],
      ["@container card (width < 300px)"],
      ["@starting-style"],
    ]);
  });
});
