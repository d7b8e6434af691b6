import { describe, expect, test } from "vitest";
import { shorten, splitSentences } from "@/lib/reports/document/html/sentences";
import { prepare, rendered } from "./html-support";

describe("headings", () => {
  test.each([
    ["h1 becomes h2", "<h1></h1><section><h1>a</h1></section><h1>b</h1>", "2 2 2"],
    ["levels without gaps stay", "<h2>a</h2><h3>b</h3><h4>c</h4><h2>d</h2>", "2 3 4 2"],
    ["a gap closes", "<h2>a</h2><h4>b</h4>", "2 3"],
    ["siblings stay siblings", "<h2>a</h2><h4>b</h4><h4>c</h4><h5>d</h5><h4>e</h4>", "2 3 3 4 3"],
    ["the first one is h2", "<h4>a</h4><h5>b</h5><h2>c</h2><h3>d</h3>", "2 3 2 3"],
    ["a level in between later on", "<h2>a</h2><h4>b</h4><h3>c</h3><h4>d</h4>", "2 3 3 4"],
  ])("%s", (_, html, levels) => {
    expect(
      rendered(html)
        .match(/(?<=<h)\d/g)
        ?.join(" "),
    ).toBe(levels);
  });
});

describe("sections", () => {
  test.each([
    ["section[id] > h2", '<section id="a"><h2>A <br>b</h2></section>', [["a", "A b"]]],
    [
      "in document order, nested ones too",
      '<section id="a"><h2>A</h2><section id="b"><h2>B</h2></section></section><section id="c"><h2>C</h2></section>',
      [
        ["a", "A"],
        ["b", "B"],
        ["c", "C"],
      ],
    ],
    [
      "an id from the heading",
      "<section><h2>Tổng quan</h2></section><section><h2>Tổng quan</h2></section>",
      [
        ["tong-quan", "Tổng quan"],
        ["tong-quan-2", "Tổng quan"],
      ],
    ],
    [
      "an id that clashes with none",
      '<section><h2>Main</h2></section><section><h2>…</h2></section><p id="a">x</p><section><h2>A</h2></section>',
      [
        ["report-main", "Main"],
        ["report-section", "…"],
        ["a-2", "A"],
      ],
    ],
    [
      "not without a heading of its own",
      '<section id="a"><div><h2>A</h2></div></section><section id="b"><h2><i class="fas fa-bolt"></i></h2></section>',
      [],
    ],
    [
      "a section headed by h1, or by h3 alone",
      '<section id="a"><h1>A</h1></section><section id="b"><h1>B</h1></section>',
      [
        ["a", "A"],
        ["b", "B"],
      ],
    ],
  ])("%s", (_, html, expected) => {
    expect(prepare(html).sections.map(({ id, title }) => [id, title])).toEqual(expected);
  });

  test("ids given to sections are in the body", () => {
    expect(rendered("<section><h2>Kết luận</h2></section>")).toBe(
      '<section id="ket-luan"><h2>Kết luận</h2></section>',
    );
  });
});

const LEAD = "Bitcoin giữ vững trên mốc $118,000. Khối lượng tăng 0.5%! Còn ETH?";

describe("title and summary", () => {
  test.each([
    ["h1, and the whole lead", `<h1>Bản tin.</h1><p>${LEAD}</p>`, "Bản tin", LEAD],
    [
      "h1 that the lead repeats",
      `<h1>Bitcoin giữ vững trên mốc $118,000</h1><p>${LEAD}</p>`,
      "Bitcoin giữ vững trên mốc $118,000",
      "Khối lượng tăng 0.5%! Còn ETH?",
    ],
    [
      "first sentence, and the rest",
      `<section><h2>Tóm tắt</h2><p>${LEAD}</p></section>`,
      "Bitcoin giữ vững trên mốc $118,000",
      "Khối lượng tăng 0.5%! Còn ETH?",
    ],
    [
      "the marked paragraph before others",
      `<p>${"Mở đầu dài dòng ".repeat(5)}.</p><p class="analysis-text">${LEAD}</p>`,
      "Bitcoin giữ vững trên mốc $118,000",
      "Khối lượng tăng 0.5%! Còn ETH?",
    ],
    [
      "neither subtitle nor table nor figure",
      `<p class="card-subtitle">${LEAD} ${LEAD}</p><table><tr><td><p>${LEAD} 1</p></table><figure><p>${LEAD} 2</p></figure><p>${LEAD}</p>`,
      "Bitcoin giữ vững trên mốc $118,000",
      "Khối lượng tăng 0.5%! Còn ETH?",
    ],
    [
      "question as it is",
      "<p>Điều gì vừa xảy ra với Bitcoin? Không ai biết cả, trừ một người.</p>",
      "Điều gì vừa xảy ra với Bitcoin?",
      "Không ai biết cả, trừ một người.",
    ],
    [
      "h2 where the sentence is too short",
      `<h2>Tóm tắt</h2><p>Giá tăng. ${LEAD}</p>`,
      "Tóm tắt",
      "Giá tăng. Bitcoin giữ vững trên mốc $118,000. Khối lượng tăng 0.5%!",
    ],
    ["beginning of the lead", `<p>${"một hai ".repeat(40)}.</p>`, `${"một hai ".repeat(13).trim()} một…`, ""],
    [
      "one sentence, then the next paragraph",
      `<p>Bitcoin giữ vững trên mốc $118,000 hôm nay.</p><p>Ngắn.</p><p>${LEAD}</p>`,
      "Bitcoin giữ vững trên mốc $118,000 hôm nay",
      LEAD,
    ],
    ["only a heading", "<h2>Tóm tắt</h2>", "Tóm tắt", ""],
    ["nothing", "<div>x</div>", null, ""],
    ["nothing at all", "", null, ""],
    [
      "an overlong h1 is none",
      `<h1>${"dài ".repeat(50)}</h1><p>${LEAD}</p>`,
      "Bitcoin giữ vững trên mốc $118,000",
      "Khối lượng tăng 0.5%! Còn ETH?",
    ],
  ])("%s", (_, html, title, summary) => {
    expect(prepare(html)).toMatchObject({ title, summary });
  });

  test("are bounded", () => {
    const { title, summary } = prepare(`<h2>${"a".repeat(1_000)}</h2><p>${"b".repeat(1_000)} c. D</p>`);
    expect(title).toHaveLength(150);
    expect(summary).toHaveLength(300);
  });

  test("a summary has at most three sentences", () => {
    expect(prepare(`<h1>x</h1><p>${"Giá tăng lên mức cao. ".repeat(6)}</p>`).summary).toBe(
      "Giá tăng lên mức cao. Giá tăng lên mức cao. Giá tăng lên mức cao.",
    );
  });

  test.each([
    ["the h1 that became the title goes", "<header><h1>a</h1><p>b</p></header>", "<header><p>b</p></header>"],
    [
      "a section's only h1 too",
      '<section id="s"><h1>a</h1><p>b</p></section>',
      '<section id="s"><p>b</p></section>',
    ],
    [
      "one of many sections' h1 stays",
      '<section id="s"><h1>a</h1></section><section id="t"><h1>b</h1></section>',
      '<section id="s"><h2>a</h2></section><section id="t"><h2>b</h2></section>',
    ],
    ["an empty h1 stays", "<h1></h1>", "<h2></h2>"],
  ])("%s", (_, html, expected) => {
    expect(rendered(html)).toBe(expected);
  });
});

describe("splitSentences", () => {
  test.each([
    ["Giá tăng 0.5%. Khối lượng giảm.", ["Giá tăng 0.5%.", "Khối lượng giảm."]],
    ["Trên $118,000. Ethereum", ["Trên $118,000.", "Ethereum"]],
    ["Chạm 1.4. 5 phiên liên tiếp. +3% nữa", ["Chạm 1.4.", "5 phiên liên tiếp.", "+3% nữa"]],
    [
      "The St. Louis Fed and Mr. Powell vs. the market. Next",
      ["The St. Louis Fed and Mr. Powell vs. the market.", "Next"],
    ],
    ["U.S. Senate met J. Powell. He left.", ["U.S. Senate met J. Powell.", "He left."]],
    ["Họp tại TP. Hồ Chí Minh. Kết thúc.", ["Họp tại TP. Hồ Chí Minh.", "Kết thúc."]],
    ["Tăng… Rồi giảm?! “Vậy sao?” Đúng.", ["Tăng…", "Rồi giảm?!", "“Vậy sao?”", "Đúng."]],
    ["e.g. this one. but not this", ["e.g. this one. but not this"]],
    ["no end", ["no end"]],
    ["", []],
  ])("%s", (text, expected) => {
    expect(splitSentences(text)).toEqual(expected);
  });
});

test.each([
  ["short", 10, "short"],
  ["one two three", 10, "one two…"],
  ["one two, three", 10, "one two…"],
  ["abcdefghijkl", 10, "abcdefghi…"],
  ["abcdefgh😀kl", 10, "abcdefgh…"],
])("shorten(%j, %d) is %j", (text, limit, expected) => {
  expect(shorten(text, limit)).toBe(expected);
});

test.each([
  ["<p>Bitcoin tăng 1.63% lên $118,420</p>", 5],
  ["<p>don't on-chain</p><ul><li>a</li><li>b</li></ul>", 4],
  ["<p>– … ↑ $</p><div class='chart-container'></div>", 0],
  ["<script>a b c</script><p title='x y'>một</p>", 1],
])("%s has %d words", (html, count) => {
  expect(prepare(html).wordCount).toBe(count);
});
