import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeId, UsedIds } from "@/lib/reports/document/html/ids";
import { slugify } from "@/lib/reports/document/html/slug";
import { elementsOf, prepare, rendered } from "./html-support";

describe("safeId", () => {
  test.each([
    "executive-summary",
    "conclusion",
    "tom-tat",
    "tổng-quan",
    "btc-24h",
    "24h",
    "市场",
    "ethereum",
  ])("keeps %s", (id) => expect(safeId(id)).toBe(id));

  test.each([
    ["site-header", "report-site-header"],
    ["report-container", "report-report-container"],
    ["main", "report-main"],
    ["content", "report-content"],
    ["next", "report-next"],
    ["process", "report-process"],
    ["navigation", "report-navigation"],
    ["__next_f", "report-__next_f"],
    ["trustedTypes", "report-trustedTypes"],
    ["MSMedia", "report-MSMedia"],
    ["btc_chart", "report-btc_chart"],
    ["Tổng quan", "report-tong-quan"],
    ["a.b:c", "report-a-b-c"],
    ["a--b", "report-a--b"],
    ["<img>", "report-img"],
    ["$", ""],
    ["", ""],
    ["x".repeat(101), `report-${"x".repeat(60)}`],
  ])("%j becomes %j", (id, expected) => {
    expect(safeId(id)).toBe(expected);
  });

  test("no id could be the name of a variable, but for lower-case words", () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const safe = safeId(id);
        return safe === "" || safe.includes("-") || safe === safe.toLowerCase();
      }),
    );
  });
});

describe("ids of a report", () => {
  test("links in the report follow a new id", () => {
    expect(rendered('<h2 id="navigation">a</h2><a href="#navigation">b</a>')).toBe(
      '<h2 id="report-navigation">a</h2><a href="#report-navigation">b</a>',
    );
  });

  test("links may be percent-encoded", () => {
    expect(
      rendered('<p id="Tổng quan">a</p><a href="#T%E1%BB%95ng%20quan">b</a><a href="#%">c</a>'),
    ).toContain('<a href="#report-tong-quan">b</a><a href="#%">c</a>');
  });

  test("headers of cells follow, or go when there is no such cell", () => {
    const html = rendered(
      '<table><tr><th id="Gia">a</th><td headers="Gia x">b</td><td headers="y">c</td></tr></table>',
    );
    expect(html).toContain('<td headers="report-Gia">b</td><td>c</td>');
  });

  test("a second section of the same name gets a number, another element loses it", () => {
    const html =
      '<section id="a"></section><section id="a"></section><p id="a">x</p><section id="a"></section>';
    expect(rendered(html)).toBe(
      '<section id="a"></section><section id="a-2"></section><p>x</p><section id="a-3"></section>',
    );
  });

  test("elements are listed with the id that the report wrote", () => {
    const { elements } = prepare('<div id="Main"><p id="event" data-x="1" class="c">a</p></div>');
    expect(elements).toEqual([
      { tag: "div", id: "Main", classes: [], attributes: { id: "Main" }, parent: null },
      {
        tag: "p",
        id: "event",
        classes: ["c"],
        attributes: { id: "event", class: "c", "data-x": "1" },
        parent: 0,
      },
    ]);
  });

  test("are unique, whatever the report wrote", () => {
    const id = fc.constantFrom("a", "A", "a-2", "a 2", "report-A", "main", "report-main", "$", "");
    const tag = fc.constantFrom("section", "div");
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, id)), (written) => {
        const html = written.map(([name, value]) => `<${name} id="${value}"><h2>a</h2></${name}>`).join("");
        const ids = elementsOf(prepare(html).body).flatMap((element) => element.properties.id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

test("UsedIds counts on where numbers are taken", () => {
  const ids = new UsedIds();
  expect(["a", "a-2", "a", "a"].map((id) => ids.add(id))).toEqual(["a", "a-2", "a-3", "a-4"]);
});

test.each([
  ["Tổng quan thị trường", "tong-quan-thi-truong"],
  ["Đồng coin & DeFi", "dong-coin-defi"],
  ["  BTC: $118,420!  ", "btc-118-420"],
  ["市场 概览", "市场-概览"],
  ["…", ""],
])("slugify(%j) is %j", (title, slug) => {
  expect(slugify(title)).toBe(slug);
});
