import { describe, expect, test } from "vitest";
import { sanitizeInlineStyle } from "@/lib/reports/document/css/inline-style";
import { scopeStylesheet } from "@/lib/reports/document/css/stylesheet";
import { assertHarmlessStyle, assertScoped, flatRules } from "./css-assert-scoped";

const PNG = "data:image/png;base64,iVBORw0KGgo=";
const SVG = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/** The properties that are left of one rule, besides a harmless one that proves that the rule is. */
function kept(declarations: string): string[] {
  const output = scopeStylesheet(`.a { left: 0; ${declarations}; top: 0 } .z { left: 0 }`);
  assertScoped(output);
  const rules = flatRules(output);
  expect(rules.at(-1)?.selectors).toEqual(["#report-container .z"]);
  return Object.keys(rules[0]?.declarations ?? {}).filter((name) => name !== "left" && name !== "top");
}

const DROPPED = [
  "background: url(http://x.y/a.png)",
  "background: url(//x.y)",
  "background: url(a.png)",
  "background: url('a.png')",
  "background: URL(http://x.y)",
  "background: uRl( 'http://x.y' )",
  "background: u\\72l(http://x.y)",
  "background: \\75rl(http://x.y)",
  "background: \\000075 rl(http://x.y)",
  "background: url(/**/http://x.y)",
  'background: url(/**/"http://x.y")',
  "background: url(\n  http://x.y\n)",
  'background: url(\t"http://x.y"\t)',
  "background: red, url(http://x.y)",
  "background: url()",
  "background: url(data:text/html,x)",
  "background: url(data:image/png)",
  "background: url(javascript:alert(1))",
  "background: url('data:image/png;base64,AA\\41 ')",
  "background: src('http://x.y')",
  "background: image('http://x.y')",
  "background: image-set('http://x.y' 1x)",
  `background: image-set("${PNG}" 1x, 'http://x.y' 2x)`,
  "background: -webkit-image-set(url(http://x.y) 1x)",
  "background: image-set(var(--u) 1x)",
  "background: image-set(attr(data-u) 1x)",
  "background: cross-fade(url(http://x.y), red)",
  "background: -webkit-cross-fade(url(http://x.y), red, 50%)",
  "background: element(#x)",
  "background: -moz-element(#x)",
  "background: paint(x)",
  "--x: url(http://x.y)",
  "--x: { color: red }",
  "--x: image-set('http://x.y' 1x)",
  "--\\78: 1",
  "list-style: url(http://x.y)",
  "content: url(http://x.y)",
  "border-image: url(http://x.y) 1",
  "mask: url(http://x.y#m)",
  "filter: url(http://x.y#f)",
  "clip-path: url(#x)",
  `list-style-image: url("${SVG}")`,
  `--svg: url("${SVG}")`,
  `filter: url("${SVG}#f")`,
  "cursor: url(http://x.y), auto",
  `cursor: url("${PNG}"), auto`,
  "src: url(http://x.y)",
  "behavior: url(x.htc)",
  "-moz-binding: url(x.xml#y)",
  "width: expression(alert(1))",
  "width: e\\78pression(alert(1))",
  "background: javascript:alert(1)",
  "filter: progid:DXImageTransform.Microsoft.Alpha(opacity=1)",
  "position: fixed",
  "position: sticky",
  "position: -webkit-sticky",
  "position: FIXED !important",
  "position: var(--p)",
  "position: var(--p, fixed)",
  "position: inherit",
  "pos\\69tion: fixed",
  "position/**/: fixed",
  "color-scheme: light",
  "view-transition-name: root",
  "-webkit-text-fill-color: transparent",
  "color: red\\",
  "color: transparent",
  "width: if(style(--x): 1px)",
  "width: --own(1px)",
  "*zoom: 1",
  "_top: 0",
];

describe("a declaration that is dropped costs neither its rule nor the next", () => {
  test.each(DROPPED)("%s", (declaration) => {
    expect(kept(declaration)).toEqual([]);
  });

  test.each(DROPPED)("inline: %s", (declaration) => {
    const output = sanitizeInlineStyle(`top: 0; ${declaration}`);
    assertHarmlessStyle(output);
    expect(output).toBe("top: 0");
  });
});

describe("what styles a report stays", () => {
  test.each([
    `background: url("${PNG}")`,
    `background: URL( ${PNG} ) no-repeat`,
    `background-image: url("${SVG}")`,
    `background: image-set("${PNG}" 1x, url("${PNG}") 2x type("image/png"))`,
    `list-style-image: url('${PNG}')`,
    `--icon: url(${PNG})`,
    "background: linear-gradient(90deg, red 0%, var(--accent-color) 100%)",
    "width: calc(1px",
    "width: 1px)]",
    "grid-template-columns: [a 1fr",
    "width: calc(100% - (2 * var(--gap, 1rem)))",
    "grid-template-columns: [full-start] minmax(1rem, 1fr) [full-end]",
    "grid-template-areas: 'a b' 'c d'",
    'content: "→ " attr(data-label) counter(x)',
    'content: "\\201C"',
    "font: italic 1rem/1.4 'IBM Plex Sans', sans-serif",
    "transform: translate3d(0, -50%, 0) rotate(45deg)",
    "transition: all .2s cubic-bezier(.1, .7, 1, .1)",
    "position: relative",
    "position: absolute !important",
    "aspect-ratio: 16 / 9",
    "margin: -1px auto !important",
    "cursor: pointer",
    "-webkit-line-clamp: 2",
    "--màu: 1",
    "WIDTH: 50%",
  ])("%s", (declaration) => {
    expect(kept(declaration)).toEqual([declaration.split(":")[0]?.replace("WIDTH", "width")]);
    const output = sanitizeInlineStyle(declaration);
    assertHarmlessStyle(output);
    expect(output).not.toBe("");
  });

  test("a reader who asked for less motion is obeyed", () => {
    const [rule] = flatRules(
      scopeStylesheet(".a { animation: x 1s !important; transition: all 1s !important; top: 0 !important }"),
    );
    expect(rule?.declarations).toEqual({ animation: "x 1s", transition: "all 1s", top: "0 !important" });
  });

  test("gradient text falls back to the text's own color", () => {
    const [rule] = flatRules(
      scopeStylesheet(
        ".a { top: 0; background: linear-gradient(red, blue); -webkit-background-clip: text; color: transparent }",
      ),
    );
    expect(rule?.declarations).toEqual({ top: "0" });
  });
});

describe("at-rules that load, reach outside or are unknown are gone", () => {
  test.each([
    "@import 'http://x.y/a.css';",
    "@import url(http://x.y/a.css);",
    "@IMPORT 'http://x.y';",
    "@\\69mport 'http://x.y';",
    "@import 'http://x.y'",
    "@charset 'utf-8';",
    "@namespace svg url(http://www.w3.org/2000/svg);",
    "@font-face { font-family: x; src: url(http://x.y) }",
    "@font-palette-values --x { font-family: y }",
    "@property --x { syntax: '*'; inherits: false }",
    "@page { margin: 0 }",
    "@counter-style x { symbols: url(http://x.y) }",
    "@position-try --x { top: 0 }",
    "@view-transition { navigation: auto }",
    "@scope (body) { a { top: 0 } }",
    "@document url(http://x.y) { a { top: 0 } }",
    "@media screen { @import 'http://x.y'; @font-face { src: url(http://x.y) } }",
    "@supports (background: url(http://x.y)) { a { top: 0 } }",
    "@supports selector(a) { a { top: 0 } }",
    "@media (min-width: url(x)) { a { top: 0 } }",
    "@container style(--x: '</style>') { a { top: 0 } }",
    "@layer url(x) { a { top: 0 } }",
    "@layer a\\; { a { top: 0 } }",
    "@keyframes { from { top: 0 } }",
    "@keyframes a b { from { top: 0 } }",
    "@keyframes x\\} { from { top: 0 } }",
    "@keyframes x { from { @import 'http://x.y'; background: url(http://x.y) } }",
    "@unknown { a { top: 0 } }",
    "@ { a { top: 0 } }",
  ])("%s", (css) => {
    const output = scopeStylesheet(`${css} .z { left: 0 }`);
    assertScoped(output);
    expect(output).not.toMatch(/top|x\.y/);
    if (!css.endsWith("y'")) expect(flatRules(output).at(-1)?.selectors).toEqual(["#report-container .z"]);
  });
});

describe("the style element can not be ended", () => {
  test.each([
    ".a { content: '</style><script>alert(1)</script>' }",
    ".a { content: '<!--' }",
    "<!-- .a { left: 0 } -->",
    "</style><script>alert(1)</script>",
    ".a { --x: </style> }",
    ".a { background: url('data:image/svg+xml,<svg></style><img onerror=alert(1)>') }",
    "@media (width </style>) { .a { left: 0 } }",
    "@media (width <!-- 1px) { .a { left: 0 } }",
    "@keyframes </style> { from { left: 0 } }",
    "@layer </style>;",
    "/* </style> */ .a { left: 0 }",
    ".\\3c\\/style { left: 0 }",
  ])("%s", (css) => assertScoped(scopeStylesheet(css)));
});

describe("breaking out of the text", () => {
  test.each([
    ".a { color: red; } } body { top: 0 }",
    ".a { content: '\n} body { top: 0 } .b { content: ' }",
    '.a { content: "\\"; } body { top: 0 } .b { x: " }',
    ".a { --x: ); } body { top: 0 }",
    ".a { --x: [; } body { top: 0 }",
    ".a { background: url(a b) } body ~ p { top: 0 }",
    ".a { background: url(a'b\"c) } body ~ p { top: 0 }",
    ".a { background: url( } body ~ p { top: 0 }",
    "/* .a { */ body ~ p { top: 0 } /* } */",
    "/*/ body ~ p { top: 0 } /*/",
    ".a { color: red; /* } body ~ p { top: 0 }",
    "\u0000body ~ p { top: 0 }",
    "\uFEFFbody ~ p { top: 0 }",
    "body\r~\fp { top: 0 }",
    ".a { top\u0001: 0 }",
    ".a { content: '\ud800' }",
    ".a { width: 1px\u00a0} body ~ p { top: 0 }",
  ])("%j", (css) => assertScoped(scopeStylesheet(css)));

  test("an inline style can not become a rule", () => {
    expect(sanitizeInlineStyle("top: 0 } body { left: 0")).toBe("top: 0");
    expect(sanitizeInlineStyle("top: 0; & ~ p { left: 0 }")).toBe("top: 0");
    expect(sanitizeInlineStyle("@import 'http://x.y'; top: 0")).toBe("top: 0");
    expect(sanitizeInlineStyle("")).toBe("");
    expect(sanitizeInlineStyle('content: "</style>"')).not.toContain("<");
  });

  test("a sheet or style of an absurd length is not used", () => {
    expect(scopeStylesheet(".a { top: 0 } ".repeat(80_000))).toBe("");
    expect(sanitizeInlineStyle("top: 0; ".repeat(2_000))).toBe("");
  });
});
