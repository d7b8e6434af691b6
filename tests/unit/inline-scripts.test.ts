import { createHash } from "node:crypto";
import fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, test } from "vitest";
import { scriptElements } from "@/lib/http/html-scripts";
import { inlineScriptHashes } from "@/lib/http/inline-scripts";

const hashesIn = (html: string) => inlineScriptHashes(Buffer.from(html));
const source = (script: string) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** What a whole HTML parser takes for scripts. It keeps one without an end as well, which no browser runs. */
function parsedScripts(html: string): string[] {
  const found: string[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ("tagName" in node && node.tagName === "script" && node.sourceCodeLocation?.endTag) {
      found.push(node.childNodes.map((child) => ("value" in child ? child.value : "")).join(""));
    }
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parse(html, { sourceCodeLocationInfo: true }));
  return found;
}

describe("scripts that run are hashed", () => {
  test.each([
    ["<script>a()</script>", "a()"],
    ["<SCRIPT>a()</ScRiPt >", "a()"],
    ["<script>a()</script/>", "a()"],
    ["<script\n async\n>a()</script\n>", "a()"],
    ["<script/>a()</script>", "a()"],
    ['<script type="module">a()</script>', "a()"],
    ['<script type="">a()</script>', "a()"],
    ["<script type=text/javascript>a()</script>", "a()"],
    ["<script type=' Text/JavaScript '>a()</script>", "a()"],
    ["<script language=JavaScript>a()</script>", "a()"],
    ['<script type="importmap">{}</script>', "{}"],
    ['<script type="speculationrules">{}</script>', "{}"],
    ['<script data-x="a > b" id=x>a()</script>', "a()"],
    ["<script>if (a</b/.exec(c)) '</scripted>'</script>", "if (a</b/.exec(c)) '</scripted>'"],
    ["<script>\r\na()\rb()\0</script>", "\na()\nb()\u{fffd}"],
    ["<script>“ế”</script>", "“ế”"],
    ["<p>ế\u00a0K</p><script>'ế' + '\u00a0'\r\n</script>", "'ế' + '\u00a0'\n"],
    ["<script><!--\na()\n//--></script>", "<!--\na()\n//-->"],
    ["<script>'<!-- <script>'; '</script>'; '-->'</script>", "'<!-- <script>'; '</script>'; '-->'"],
    ["<script>'<!-->'; '<script>'</script>", "'<!-->'; '<script>'"],
    ["<p title='</p><b'>3 < 4 <5 </ x><script>a()</script>", "a()"],
    ["</p title='>'><script>a()</script>", "a()"],
    ["<!--><script>a()</script>-->", "a()"],
    ["<!---><script>a()</script>-->", "a()"],
    ["<!-- --!><script>a()</script>", "a()"],
    ["<?php > <script>a()</script>", "a()"],
    ["</title><script>a()</script>", "a()"],
  ])("%j", (html, script) => {
    expect(hashesIn(html)).toEqual([source(script)]);
  });

  test("in order, each once", () => {
    const html = "<script>b()</script><main>text</main><script>a()</script><script>b()</script>";
    expect(hashesIn(html)).toEqual([source("b()"), source("a()")]);
  });
});

describe("what does not run is not", () => {
  test.each([
    '<script src="/a.js"></script>',
    "<script src>a()</script>",
    '<script type="application/ld+json">{}</script>',
    '<script type="text/javascript; charset=utf-8">a()</script>',
    '<script type=" ">a()</script>',
    "<script type=text/plain type=module>a()</script>",
    "<script language=vbscript>a()</script>",
    "<script></script>",
    "<script>a()",
    "<script>a()</script",
    "<script>a()</scripts>",
    "<script>'<!-- <script>'; a()</script>",
    "<script title='",
    '<script title="a()</script><b>',
    "<!-- <script>a()</script> -->",
    "<!-- <script>a()</script>",
    "<!doctype <script>a()</script",
    "<style>a::before { content: '<script>a()</script>' }</style>",
    "<textarea><script>a()</script></textarea>",
    "<title><script>a()</script></title>",
    "<noscript><script>a()</script></noscript>",
    "<iframe><script>a()</script></iframe>",
    "<xmp><script>a()</script></XMP>",
    "<p title='<script>a()</script>'>text</p>",
    '<p title="<script>a()</script>">text</p>',
    "&lt;script>a()&lt;/script>",
    "<scripts>a()</scripts>",
    "< script>a()</script>",
    "",
  ])("%j", (html) => {
    expect(hashesIn(html)).toEqual([]);
  });
});

test("whatever a page consists of, its scripts are those that an HTML parser finds", () => {
  const pieces = [
    ...["<script>", "<script ", "</script>", "</script ", "</scripta>", "<script/>", "<SCRIPT\n>", "script"],
    ...["<!--", "-->", "--!>", "<!-->", "<!--->", "<!", "<?", "</", "</>", "<", ">", "/", "-", "=", "'", '"'],
    ...["<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<xmp>", "</XMP>"],
    ...[
      "<noscript>",
      "</noscript>",
      "<iframe>",
      "</iframe>",
      "<p a='",
      "<p a=",
      '<b a="',
      "</p a='",
      " ",
      "\n",
      "x",
    ],
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
      const html = `<!doctype html><body>${parts.join("")}`;
      expect([...scriptElements(html)].map(({ content }) => content)).toEqual(parsedScripts(html));
    }),
    { numRuns: 5_000 },
  );
});
