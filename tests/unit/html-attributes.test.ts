import { describe, expect, test } from "vitest";
import { prepare, rendered } from "./html-support";

describe("attributes", () => {
  test.each([
    [
      "keeps classes, title, language and direction",
      '<p class="a b" title="t" lang="vi" dir="ltr">x</p>',
      '<p class="a b" title="t" lang="vi" dir="ltr">x</p>',
    ],
    [
      "drops handlers, names and unknown attributes",
      '<p onclick="a()" name="b" role="alert" tabindex="5" aria-hidden="true" nonce="n" slot="s">x</p>',
      "<p>x</p>",
    ],
    [
      "drops classes of the site, doubles and overlong ones",
      `<p class="site-header a a ${"b".repeat(65)}">x</p>`,
      '<p class="a">x</p>',
    ],
    ["drops an attribute that has nothing left", '<p class="site-x">x</p>', "<p>x</p>"],
    [
      "keeps data-label, no other data",
      '<p data-label="Giá" data-chart="0" data-x="1" data-caption="c">x</p>',
      '<p data-label="Giá">x</p>',
    ],
    ["keeps a safe style", '<p style="color:red">x</p>', '<p style="color:red">x</p>'],
    ["drops a style of which nothing is safe", '<p style="bad">x</p>', "<p>x</p>"],
    [
      "keeps numbering of lists",
      '<ol start="3" reversed><li value="9">x</li></ol>',
      '<ol start="3" reversed=""><li value="9">x</li></ol>',
    ],
    [
      "keeps times",
      '<time datetime="2026-11-18T07:00Z">x</time>',
      '<time dateTime="2026-11-18T07:00Z">x</time>',
    ],
    [
      "keeps open details",
      "<details open><summary>a</summary>b</details>",
      '<details open=""><summary>a</summary>b</details>',
    ],
    ["drops a wrong language and direction", '<p lang="&quot;x" dir="up">x</p>', "<p>x</p>"],
  ])("%s", (_, html, expected) => {
    expect(rendered(html)).toBe(expected);
  });

  test("bounds the number of classes", () => {
    const classes = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const [paragraph] = prepare(`<p class="${classes.join(" ")}">x</p>`).body.children;
    expect(paragraph).toHaveProperty("properties.className", classes.slice(0, 20));
  });

  test("bounds spans", () => {
    const html = rendered(
      '<table><tr><td colspan="999999" rowspan="999999">a</td><td colspan="2" rowspan="3">b</td></tr></table>',
    );
    expect(html).toContain("<td>a</td>");
    expect(html).toContain('<td colSpan="2" rowSpan="3">b</td>');
  });
});

const REL = 'rel="nofollow noopener noreferrer ugc"';

describe("links", () => {
  test.each([
    ["https", '<a href="https://a.example/b?c#d">x</a>', `<a href="https://a.example/b?c#d" ${REL}>x</a>`],
    ["http in capitals", '<a href=" HTTP://a.example ">x</a>', `<a href="http://a.example/" ${REL}>x</a>`],
    ["mailto", '<a href="mailto:a@b.example">x</a>', `<a href="mailto:a@b.example" ${REL}>x</a>`],
    ["place in the report", '<a href="#macro">x</a>', '<a href="#macro">x</a>'],
    [
      "own target and rel",
      '<a href="https://a.example" target="_blank" rel="opener" ping="//b">x</a>',
      `<a href="https://a.example/" ${REL}>x</a>`,
    ],
    ["script", '<a href="javascript:alert(1)">x</a>', "<a>x</a>"],
    ["script with a tab in its name", '<a href="java&#9;script:alert(1)">x</a>', "<a>x</a>"],
    ["data", '<a href="data:text/html,x">x</a>', "<a>x</a>"],
    ["relative to the site", '<a href="/api/x">x</a>', "<a>x</a>"],
    ["relative to the protocol", '<a href="//a.example">x</a>', "<a>x</a>"],
    ["other protocol", '<a href="ftp://a.example">x</a>', "<a>x</a>"],
    ["empty place", '<a href="#">x</a>', "<a>x</a>"],
  ])("%s", (_, html, expected) => {
    expect(rendered(html)).toBe(expected);
  });

  test("a link in a link, through a table, is text", () => {
    const html =
      '<a href="https://a.example"><table><tr><td><a href="https://b.example">x</a></td></tr></table></a>';
    expect(rendered(html)).toContain("<td><span>x</span></td>");
  });

  test.each([
    [
      "its own label",
      '<a href="https://a.example" aria-label="Nguồn"><i class="fas fa-link"></i></a>',
      'aria-label="Nguồn"',
    ],
    [
      "its title",
      '<a href="https://a.example" title="Nguồn"><i class="fas fa-link"></i></a>',
      'title="Nguồn"',
    ],
    ["its host", '<a href="https://a.example/b"><i class="fas fa-link"></i></a>', 'aria-label="a.example"'],
  ])("a link around an icon is named by %s", (_, html, expected) => {
    expect(rendered(html)).toContain(expected);
  });
});

describe("images", () => {
  test.each(["png", "jpeg", "gif", "webp", "avif", "svg+xml"])("keeps inline %s", (type) => {
    expect(rendered(`<img src="data:image/${type};base64,AAAA" alt="a" width="10">`)).toBe(
      `<img src="data:image/${type};base64,AAAA" alt="a" width="10" loading="lazy" decoding="async"/>`,
    );
  });

  test("gives an image without a description an empty one", () => {
    expect(rendered('<img src="data:image/png,x">')).toContain('alt=""');
  });

  test.each([
    ["from elsewhere", '<p>a <img src="https://a.example/b.png" alt="giá"> c</p>', "<p>a giá c</p>"],
    ["from the site", '<img src="/logo.png" alt="">', ""],
    ["of another type", '<img src="data:text/html,x" alt="t">', "t"],
    ["without a source", "<img alt=t>", "t"],
    ["with sources by width", '<img srcset="https://a.example/b.png 2x" src="x" alt="t">', "t"],
  ])("replaces an image %s by its description", (_, html, expected) => {
    expect(rendered(html)).toBe(expected);
  });
});
