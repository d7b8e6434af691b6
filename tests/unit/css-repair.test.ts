import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { repairStylesheet } from "@/lib/reports/document/css/repair";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { assertScoped, flatRules } from "./css-assert-scoped";

vi.setConfig({ testTimeout: 30_000 });

/** `within selector { properties }` of every rule that is left. */
function rulesOf(css: string): string[] {
  const output = scopeStylesheet(css);
  assertScoped(output);
  return flatRules(output).map(({ selectors, within, declarations }) =>
    [
      ...within,
      ...selectors.map((one) => one.replace("#report-container ", "")),
      ...Object.keys(declarations),
    ].join(" "),
  );
}

describe("one unbalanced brace costs at most one rule", () => {
  test.each<[name: string, css: string, left: string[]]>([
    [
      "a missing } and ;",
      "#report-container .a { color: red  #report-container .b { color: blue }",
      [".a color", ".b color"],
    ],
    [
      "a missing }, on one line",
      ".a { color: red; .b {color:blue} .c {color:green}",
      [".a color", ".b color", ".c color"],
    ],
    [
      "a missing }, line by line",
      ".a { color: red;\n.b { top: 0 }\n.c { top: 0 }\n",
      [".a color", ".b top", ".c top"],
    ],
    [
      "a missing } and ;, line by line",
      ".a {\n  color: red\n\n.b,\n.c {\n  top: 0;\n}\n.d { top: 0 }",
      [".a color", ".b .c top", ".d top"],
    ],
    [
      "a missing } in the middle",
      ".a { top: 0 }\n.b { top: 0;\n.c { top: 0 }\n.d { top: 0 }",
      [".a top", ".b top", ".c top", ".d top"],
    ],
    ["a missing } of the last rule", ".a { top: 0 } .b { left: 0", [".a top", ".b left"]],
    ["a stray }", ".a { top: 0 } } .b { top: 0 }", [".a top", ".b top"]],
    ["many stray }", "}} .a { top: 0 }}} .b { top: 0 } }", [".a top", ".b top"]],
    ["a missing {", ".a top: 0 } .b { top: 0 }", [".b top"]],
    ["a missing { with ;", ".a top: 0; } .b { top: 0 }", [".b top"]],
    ["a doubled {", ".a {{ top: 0 } .b { top: 0 }", [".a top", ".b top"]],
    [
      "a missing } inside of @media",
      "@media (width > 9px) {\n  .a { top: 0;\n  .b { top: 0 }\n}\n.c { top: 0 }",
      ["@media (width > 9px) .a top", "@media (width > 9px) .b top", ".c top"],
    ],
    [
      "a missing } inside of a minified @media",
      "@media (width > 9px){.a{top:0;.b{top:0}}.c{top:0}",
      ["@media (width > 9px) .a top", "@media (width > 9px) .b top", ".c top"],
    ],
    [
      "a missing } at the end of an inner rule",
      "@media (width > 9px) {\n  .a {\n    top: 0;\n\n}\n.c { top: 0 }",
      ["@media (width > 9px) .a top", ".c top"],
    ],
    [
      "a missing } of @media",
      "@media (width > 9px) {\n  .a { top: 0 }\n\n.b { top: 0 }\n@media print {\n  .c { top: 0 }\n}",
      ["@media (width > 9px) .a top", ".b top", "@media print .c top"],
    ],
    [
      "a missing } ahead of @media",
      "#report-container .a { top: 0;\n@media (width > 9px) {\n  #report-container .b { top: 0 }\n}\n#report-container .c { top: 0 }",
      [".a top", "@media (width > 9px) .b top", ".c top"],
    ],
    ["a missing } of @keyframes", "@keyframes x { from { top: 0 } to { top: 1px } .a { top: 0 }", [".a top"]],
    ["a missing } of a frame", "@keyframes x { from { top: 0; to { top: 1px } } .a { top: 0 }", [".a top"]],
    [
      "an open string",
      ".a { content: 'x;\n left: 0; top: 0 }\n.b { top: 0 }",
      [".a content left top", ".b top"],
    ],
    ["an open parenthesis", ".a { width: calc(1px; top: 0 }\n.b { top: 0 }", [".a width top", ".b top"]],
    ["an open bracket", ".a[x { top: 0 }\n.b { top: 0 }", [".a[x] top", ".b top"]],
    [
      "an open url",
      ".a { background: url(data:image/png;base64,AA; }\n.b { top: 0 }",
      [".a background", ".b top"],
    ],
    [
      "a { in a declaration on its own line",
      ".a { left: 0;\ntop: 0 { }\n.b { top: 0 }",
      [".a left", ".b top"],
    ],
    ["a line comment", "// don't\n.a { top: 0 }\n.b { top: 0 }", [".b top"]],
  ])("%s", (_name, css, left) => expect(rulesOf(css)).toEqual(left));

  const sheets = readdirSync("tests/fixtures/reports")
    .map((name) => JSON.parse(readFileSync(`tests/fixtures/reports/${name}`, "utf8")).css_content)
    .filter((css) => typeof css === "string");

  test.each(sheets.map((css) => [css]))("wherever it is in a real sheet", (css) => {
    const whole = rulesOf(css);
    for (const { index } of css.matchAll(/[{}]/g)) {
      const rules = rulesOf(css.slice(0, index) + css.slice(index + 1));
      const lost = whole.filter((rule) => !rules.includes(rule));
      // The rules of one @media go together when it is the one that is broken; those of a theme stand twice.
      const blocks = new Set(lost.map((rule) => /^@media \([^)]*\)|(?<=:root).*/.exec(rule)?.[0] ?? rule));
      for (const block of blocks) if (block.includes("prefers-color-scheme")) blocks.delete(block);
      expect(blocks.size, `without the brace at ${index}: ${lost.join(" | ")}`).toBeLessThanOrEqual(1);
    }
  });
});

test("correct nesting is not taken for damage", () => {
  expect(rulesOf(".a { top: 0;\n.b { top: 0 }\n}")).toEqual([".a top", ".a .b top"]);
});

test("nesting that is indented survives damage elsewhere", () => {
  expect(rulesOf(".a {\n  top: 0;\n  .b { top: 0 }\n  &:hover { top: 0 }\n}\n.c { top: 0")).toEqual([
    ".a top",
    ".a .b top",
    ".a:hover top",
    ".c top",
  ]);
});

test("a sheet without faults is passed on as it is", () => {
  const css =
    "@media (width > 9px) {\n  .a, .b:not([x=\"}\"]) { content: '{'; top: calc((1px + 2px) * 2) }\n}\n";
  expect(repairStylesheet(css)).toBe(css);
});
