import type { Element } from "hast";
import { describe, expect, test } from "vitest";
import { prepare, rendered, withTag } from "./html-support";

function labels(html: string): unknown[] {
  return withTag(prepare(html).body, "td").map((cell: Element) => cell.properties.dataLabel ?? null);
}

describe("the container of a table", () => {
  test("is added where it is missing, and named by the nearest heading", () => {
    expect(rendered("<section><h2>Giá</h2><table><tr><td>1</td></tr></table></section>")).toContain(
      '<div class="table-container" tabindex="0" role="region" aria-label="Giá"><table class="crypto-table">',
    );
  });

  test("is kept where it is", () => {
    const html =
      '<h3>Giá</h3><div class="table-container wide"><table class="crypto-table x"><tr><td>1</td></tr></table></div>';
    expect(rendered(html)).toContain(
      '<div class="table-container wide" tabindex="0" role="region" aria-label="Giá"><table class="crypto-table x">',
    );
  });

  test("is named by the caption before any heading", () => {
    expect(rendered("<h2>a</h2><table><caption>b</caption><tr><td>1</td></tr></table>")).toContain(
      'aria-label="b"',
    );
  });

  test("is named after the heading of its own card, not of the one before", () => {
    const html =
      "<section><h2>S</h2><div class='report-card'><h3>A</h3><table></table></div><div class='report-card'><table></table></div></section>";
    expect(rendered(html).match(/aria-label="[^"]*"/g)).toEqual(['aria-label="A"', 'aria-label="S"']);
  });

  test("has a name of its own where tables share a heading", () => {
    expect(rendered("<h2>a</h2><table></table><table></table>").match(/aria-label="[^"]*"/g)).toEqual([
      'aria-label="a"',
      'aria-label="a (2)"',
    ]);
  });

  test("is no region when there is nothing to name it by", () => {
    expect(rendered("<table></table>")).toBe(
      '<div class="table-container" tabindex="0"><table class="crypto-table"></table></div>',
    );
  });
});

describe("header and labels", () => {
  test("header cells get a scope", () => {
    const html = rendered(
      "<table><thead><tr><th>a</th><th scope=row>b</th></tr></thead><tbody><tr><th>c</th></tr></tbody></table>",
    );
    expect(html).toContain('<th scope="col">a</th><th scope="row">b</th>');
    expect(html).toContain('<th scope="row">c</th>');
  });

  test("cells of thead are header cells, whatever they were written as", () => {
    expect(rendered("<table><thead><tr><td>a</td></tr></thead></table>")).toContain('<th scope="col">a</th>');
  });

  test("a first row of th alone is a header", () => {
    expect(rendered("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>")).toContain(
      '<thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td data-label="a">1</td></tr></tbody>',
    );
  });

  test.each([
    ["missing ones are filled in", "<thead><tr><th>a<th>b<tbody><tr><td>1<td>2", ["a", "b"]],
    [
      "written ones stay",
      "<thead><tr><th>a<th>b<tbody><tr><td data-label=x>1<td data-label=' '>2",
      ["x", "b"],
    ],
    [
      "a header over two columns",
      "<thead><tr><th colspan=2>a<th>b<tbody><tr><td>1<td>2<td>3",
      ["a", "a", "b"],
    ],
    [
      "a second header row",
      "<thead><tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tbody><tr><td>1<td>2<td>3",
      ["a", "c", "d"],
    ],
    [
      "a cell over two columns has none",
      "<thead><tr><th>a<th>b<th>c<tbody><tr><td colspan=2>1<td>2",
      [null, "c"],
    ],
    [
      "a cell over two rows",
      "<thead><tr><th>a<th>b<tbody><tr><td rowspan=2>1<td>2<tr><td>3<tr><td>4",
      ["a", "b", "b", "a"],
    ],
    ["a row header in between", "<thead><tr><th>a<th>b<tbody><tr><th>1<td>2", ["b"]],
    ["more cells than columns", "<thead><tr><th>a<tbody><tr><td>1<td>2", ["a", null]],
    ["an icon in the header", "<thead><tr><th><i class='fas fa-bolt'></i> a<tbody><tr><td>1", ["a"]],
    ["no header", "<tr><td>1<td>2", [null, null]],
  ])("%s", (_, rows, expected) => {
    expect(labels(`<table>${rows}</table>`)).toEqual(expected);
  });
});

test("tables in tables are left alone", () => {
  const html = rendered("<table><thead><tr><th>a<tbody><tr><td><table><tr><th>b<tr><td>1</table></table>");
  expect(html.match(/table-container/g)).toHaveLength(1);
  expect(html).toContain("<table><tbody><tr><th>b</th></tr><tr><td>1</td></tr></tbody></table>");
});

test.each([
  "<table>",
  "<table><caption>",
  "<table><thead>",
  "<table><tr>",
  "<table><thead><tr></table>",
  "<table><colgroup><col span=2>",
  "<table><tbody><tr><td colspan=0 rowspan=0>x",
  "<table>x<tr>y<td>z",
  "<table><thead><thead><tr><th>a<tfoot><tr><td>1",
])("%s does no harm", (html) => {
  expect(() => rendered(html)).not.toThrow();
});
