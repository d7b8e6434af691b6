import { describe, expect, test } from "vitest";
import { MAX_DEPTH, parseFragment } from "@/lib/reports/document/html/parse";
import { plainText } from "@/lib/reports/document/html/tree";
import { depthOf, elementsOf, prepare, rendered, withTag } from "./html-support";

describe("what is let through", () => {
  test.each([
    ["structure", "<section><div><p>a</p></div></section>", "<section><div><p>a</p></div></section>"],
    [
      "unclosed paragraphs and items",
      "<p>a<p>b<ul><li>c<li>d</ul>",
      "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>",
    ],
    ["landmarks, as div", "<main><nav>a</nav></main>", "<div><div>a</div></div>"],
    ["a canvas, as div", '<p>a</p><canvas id="c"></canvas>', '<p>a</p><div id="c"></div>'],
    [
      "a canvas in a paragraph, outside of it",
      '<p>a<canvas id="c"></canvas></p>',
      '<p>a</p><div id="c"></div><p></p>',
    ],
    ["document tags, unwrapped", "<html><head></head><body><p>a</p></body></html>", "<p>a</p>"],
    ["unknown elements, unwrapped", "<center-stage>a <font>b</font></center-stage>", "a b"],
    ["form controls, unwrapped", "<button>a</button><label>b</label><select><option>c</select>", "abc"],
    ["graphics, as their text", "<svg><g><text>BTC</text></g></svg>", "BTC"],
    ["comments, not at all", "a<!-- b -->c<!doctype html>", "ac"],
    ["scripts and style sheets, not at all", "a<script>b</script><style>c</style>d", "ad"],
    ["what follows a self-closed script", '<script src="x"/><p>a</p>', "<p>a</p>"],
    ["cells outside of a table, as text", "<td>a</td><p>b</p>", "a<p>b</p>"],
    [
      "text area, title, xmp and plaintext, as text",
      "<textarea>a</textarea><title>b</title><xmp>c</xmp><plaintext>d",
      "abcd",
    ],
    [
      "frames, as their fallback",
      '<iframe src="https://a.example">a</iframe><noembed>b</noembed><noframes>c</noframes>',
      "abc",
    ],
    [
      "a template's and a noscript's content",
      "<template><p>a</p></template><noscript>b</noscript>",
      "<p>a</p>b",
    ],
    ["entities, decoded once", "&lt;b&gt; &amp;lt; &nbsp;|", "&lt;b&gt; &amp;lt; \u00A0|"],
  ])("%s", (_, html, expected) => {
    expect(rendered(html)).toBe(expected);
  });

  test.each([
    ["a row without cells", "<tr>a<b>b</b>", "<tr><td>a<b>b</b></td></tr>"],
    ["a cell that is a div", "<tr><div>a</div><td>b</td>", "<tr><td><div>a</div></td><td>b</td></tr>"],
    [
      "text between rows",
      "<tr><td>a</td></tr>b<tr><td>c",
      "<tr><td>a</td></tr><tr><td>b</td></tr><tr><td>c</td></tr>",
    ],
  ])("what is in no cell gets one, where it stands: %s", (_, rows, expected) => {
    expect(rendered(`<table>${rows}</table>`)).toContain(`<tbody>${expected}</tbody>`);
  });

  test("a forgotten end tag does not reach beyond its block", () => {
    expect(rendered("<p><strong>a</p><p>b</p>")).toBe("<p><strong>a</strong></p><p>b</p>");
  });

  test("misnested formatting keeps its text in order", () => {
    expect(rendered("<p><b>1<i>2</b>3</i>4</p>")).toBe("<p><b>1<i>2</i></b>34</p>");
  });
});

describe("bounds", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["nested blocks", `${"<div>".repeat(100_000)}deep${"</div>".repeat(100_000)}after`],
    ["nested inline elements", `${"<b>".repeat(8_000)}deep</b>after`],
    [
      "nested distinct formatting",
      `${numbered(2_000, (n) => `<b id="x${n}">`)}deep${"<p>y".repeat(8_000)}after`,
    ],
    ["formatting left open in blocks", `${numbered(2_000, (n) => `<div><b id="x${n}">y</div>`)}deep after`],
    ["unclosed links and formatting", `${"<a><b><i>".repeat(10_000)}deep after`],
    ["nested tables", `${"<table><tr><td>".repeat(8_000)}deep after`],
    ["tables in tables without cells", `${"<table>".repeat(10_000)}deep after`],
    ["content that is no cell", `<table>${"<br>x".repeat(10_000)}deep after`],
    ["lists in definitions", `${"<li><dd>".repeat(10_000)}deep after`],
    ["unknown elements", `${"<x>".repeat(8_000)}${"</y>".repeat(8_000)}deep after`],
    ["many attributes", `<p ${numbered(10_000, (n) => `data-a${n}=1 `)}>deep after</p>`],
  ];

  test.each(cases)("%s stay within depth and keep their text", (_, html) => {
    const { body } = prepare(html);
    expect(depthOf(body)).toBeLessThan(MAX_DEPTH + 10);
    expect(plainText(body)).toContain("deep");
    expect(plainText(body)).toContain("after");
  });

  test("beyond the greatest number of elements text goes on", () => {
    const tree = parseFragment(`${"<p>x</p>".repeat(150_000)}<h2>after</h2>`);
    expect(elementsOf(tree).length).toBeLessThanOrEqual(100_000);
    expect(plainText(tree)).toMatch(/after$/);
  });

  test("what follows too deep an element is not buried with it", () => {
    const tree = parseFragment(
      `${"<div>".repeat(1_000)}a${"</div>".repeat(1_000)}<section><h2>b</h2></section>`,
    );
    expect(tree.children.at(-1)).toBe(withTag(tree, "section")[0]);
  });
});

function numbered(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join("");
}
