import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Element, Root } from "hast";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import rehypeParse from "rehype-parse";
import { unified } from "unified";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { ReportBody } from "../../components/report/report-body";
import { configureLog } from "../../lib/log";
import { buildDocument, readHeadline } from "../../lib/reports/document/build-document";
import { createDocuments } from "../../lib/reports/document/documents";
import type { ReportDocument, ReportSource } from "../../lib/reports/document/model";
import {
  INJECTED_TITLES,
  INJECTIONS,
  type Injection,
  injectedCss,
  injectedHtml,
  injectedScript,
  marker,
} from "../fixtures/injections";
import { assertHarmlessBody, assertHarmlessDocument, outlineOf, textOf } from "../support/assert-document";

const LANGUAGES = ["vi", "en"] as const;

async function documentOf(source: Partial<ReportSource>, language: "vi" | "en" = "vi") {
  return (
    await buildDocument(
      { html: "", css: null, js: null, ...source },
      language,
      new Date("2026-11-18T00:30:00Z"),
    )
  ).document;
}

/** One vector as a report of its own. */
function reportWith(vector: Injection, language: "vi" | "en"): ReportSource {
  const css = injectedCss([vector]);
  return { html: injectedHtml(vector), css: css || null, js: injectedScript([vector], language) };
}

const CHART_TEXTS = {
  dataTable: "Bảng số liệu",
  label: "Mục",
  value: "Giá trị",
  share: "Tỷ trọng",
  lowest: "Thấp nhất",
  highest: "Cao nhất",
  last: "Cuối",
  reading: "Chỉ số",
  point: "Điểm",
  range: "Khoảng",
};
const NO_DATA = "Không có dữ liệu";

const parse = (html: string): Root => unified().use(rehypeParse, { fragment: true }).parse(html);

/** The report as a browser gets it. */
function markupOf(document: ReportDocument): string {
  return renderToStaticMarkup(
    createElement(ReportBody, {
      document,
      locale: "vi",
      noChartData: NO_DATA,
      chartCaption: "Biểu đồ",
      chartTexts: CHART_TEXTS,
    }),
  );
}

describe("each vector of the injection corpus alone", () => {
  test.each(INJECTIONS.map((vector) => [vector.id, vector] as const))("%s", async (_id, vector) => {
    // A script that goes on to the limits takes its time, and the same in both languages.
    for (const language of vector.endsScript ? (["vi"] as const) : LANGUAGES) {
      const document = await documentOf(reportWith(vector, language), language);
      assertHarmlessDocument(document);
      const text = textOf(document.body);
      expect(text).toContain(marker.before(vector));
      if (!vector.endsReport) expect(text).toContain(marker.after(vector));
      const shown = vector.js === "" ? text : JSON.stringify(document.charts);
      for (const kept of vector.keeps)
        expect(shown).toContain(vector.js === "" ? kept : JSON.stringify(kept).slice(1, -1));
    }
  });
});

describe("the whole corpus in one report", () => {
  test("keeps every text, in order", async () => {
    const lasting = INJECTIONS.filter(({ endsReport }) => !endsReport);
    const document = await documentOf({
      html: lasting.map(injectedHtml).join(""),
      css: injectedCss(lasting),
    });
    assertHarmlessDocument(document);
    const text = textOf(document.body);
    let position = -1;
    for (const vector of lasting) {
      for (const marked of [marker.before(vector), marker.after(vector)]) {
        const found = text.indexOf(marked, position + 1);
        expect(found, marked).toBeGreaterThan(position);
        position = found;
      }
    }
  });

  test("the published kinds of attack are all there", () => {
    expect(INJECTIONS.length).toBeGreaterThanOrEqual(130);
    expect(new Set(INJECTIONS.map(({ id }) => id)).size).toBe(INJECTIONS.length);
    expect(new Set(INJECTIONS.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
  });
});

describe("titles with markup", () => {
  test.each(INJECTED_TITLES)("%s stays text", async (title) => {
    const html = `<h1>${title}</h1><p>Đoạn mở đầu đủ dài để làm phần tóm tắt của một báo cáo.</p>`;
    const document = await documentOf({ html });
    assertHarmlessDocument(document);
    expect(document.title).not.toBeNull();
    expect(document.title).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
    expect(readHeadline(html)).toEqual({ title: document.title, summary: document.summary });
  });
});

const LATEX = /\$[^$\n]*\\[^$\n]*\$|\\[A-Za-z]+(?:\{[^}]*\})?/g;
const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

describe("the real rows", () => {
  const folder = "tests/fixtures/reports";
  const columns = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const row = JSON.parse(readFileSync(join(folder, name), "utf8"));
      const vi = { html: row.html_content, css: row.css_content, js: row.js_content };
      const en = { html: row.html_content_en, css: row.css_content, js: row.js_content_en };
      return [
        { name: `${name} vi`, language: "vi", source: vi } as const,
        ...(row.html_content_en === null
          ? []
          : [{ name: `${name} en`, language: "en", source: en } as const]),
      ];
    });

  test.each(columns)("$name becomes a document that says all it said", async ({ source, language }) => {
    const document = await documentOf(source, language);
    assertHarmlessDocument(document);
    expect(document.title).not.toBeNull();
    expect(document.sections.length).toBeGreaterThan(0);
    expect(document.wordCount).toBeGreaterThan(300);
    const written = textOf(parse(source.html));
    const shown = wordsOf(`${document.title} ${textOf(document.body)}`);
    let position = 0;
    for (const word of wordsOf(written.replace(LATEX, " "))) {
      position = shown.indexOf(word, position) + 1;
      expect(position, `"${word}", after "${shown.slice(position - 5, position).join(" ")}"`).toBeGreaterThan(
        0,
      );
    }
  });

  test.each([
    ["01-daily-full.json vi", 7],
    ["01-daily-full.json en", 7],
    ["03-vi-only.json vi", 0],
    ["04-buggy-js.json vi", 3],
    ["04-buggy-js.json en", 3],
  ])("%s has %d charts", async (name, count) => {
    const column = columns.find((one) => one.name === name);
    if (column === undefined) throw new Error(`no ${name}`);
    expect((await documentOf(column.source, column.language)).charts).toHaveLength(count);
  });
});

describe("what a browser gets", () => {
  test.each(INJECTIONS.filter(({ html }) => html !== "").map((vector) => [vector.id, vector] as const))(
    "%s is read from markup as the tree it was written from",
    async (_id, vector) => {
      const document = await documentOf(reportWith(vector, "vi"));
      assertSameTree(document);
    },
  );

  test("a style sheet of every vector ends only where it should", async () => {
    const document = await documentOf({ html: "<p>x</p>", css: injectedCss(INJECTIONS) });
    const markup = markupOf(document);
    expect(markup.match(/<\/style/gi)).toHaveLength(1);
    expect(markup).toContain(`${document.css.slice(-40)}</style>`);
  });
});

/** Mutation XSS is markup that a parser reads otherwise than it was written. */
function assertSameTree(document: ReportDocument): void {
  const [frame] = parse(markupOf({ ...document, charts: [], css: "" })).children;
  const container = frame?.type === "element" ? frame.children.at(-1) : undefined;
  if (container?.type !== "element") throw new Error("no container");
  const read = { type: "root", children: container.children } as const;
  const written = structuredClone(document.body);
  fillHosts(written);
  const normalise = (outline: unknown) => JSON.stringify(outline).replace(/\\u0000|\\r/g, "");
  expect(normalise(outlineOf(read))).toBe(normalise(outlineOf(written)));
}

/** The note that a host without a chart shows. */
function fillHosts(parent: Root | Element): void {
  for (const child of parent.children) {
    if (child.type !== "element") continue;
    if (child.properties.dataChart === undefined) fillHosts(child);
    else {
      const note = { type: "text", value: NO_DATA } as const;
      child.children = [{ type: "element", tagName: "p", properties: {}, children: [note] }];
    }
  }
}

describe("random mixes of the corpus", () => {
  const html = fc.constantFrom(
    ...INJECTIONS.map((vector) => vector.html).filter((text) => text.length < 3_000),
  );
  const css = fc.constantFrom(
    ...INJECTIONS.map((vector) => vector.css).filter((text) => text.length < 3_000),
  );
  /** A whole vector, or a piece of one. */
  const fragment = (whole: fc.Arbitrary<string>) =>
    fc.oneof(
      whole,
      fc
        .tuple(whole, fc.nat(200), fc.nat(200))
        .map(([text, from, length]) => text.slice(from, from + length)),
      fc.constantFrom(
        "<table>",
        "</p>",
        "<p>",
        "<b>",
        "</div>",
        "<li>",
        "}",
        "{",
        '"',
        "'",
        "*/",
        "/*",
        "<a href='",
        ">",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
  const mix = (whole: fc.Arbitrary<string>) =>
    fc.array(fragment(whole), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));

  test("are harmless, and are read from markup as the tree they were written from", async () => {
    await fc.assert(
      fc.asyncProperty(mix(html), mix(css), async (mixedHtml, mixedCss) => {
        const document = await documentOf({ html: mixedHtml, css: mixedCss });
        assertHarmlessDocument(document);
        assertSameTree(document);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test("a document built from its own markup is harmless too", async () => {
    await fc.assert(
      fc.asyncProperty(mix(html), async (mixed) => {
        const first = await documentOf({ html: mixed });
        const second = await documentOf({ html: markupOf(first) });
        assertHarmlessBody(second.body);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

describe("the worker threads", () => {
  const folder = mkdtempSync(join(tmpdir(), "document-worker-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    vi.restoreAllMocks();
    configureLog({ readable: process.stdout.isTTY === true });
  });

  const built = {
    title: "Tựa",
    summary: "",
    body: { type: "root", children: [{ type: "text", value: "Nội dung" }] },
    css: "",
    charts: [],
    sections: [],
    wordCount: 2,
  };

  /** Documents by a worker that does `onScript` when a report has a script. */
  function documentsWhere(onScript: string) {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
    writeFileSync(
      file,
      `export async function build({ source }) {
        if (source.js !== null) { ${onScript} }
        return { document: ${JSON.stringify(built)}, failures: [] };
      }
      export function headlines(openings) { return openings.map((title) => ({ title, summary: "" })); }`,
    );
    return createDocuments(file);
  }

  const source = { html: "<p>Nội dung</p>", css: null, js: "function initializeAllVisuals_report() {}" };
  const request = { source, language: "vi", date: new Date(0), reportId: 4711 } as const;

  function captureLog(): Record<string, unknown>[] {
    const records: Record<string, unknown>[] = [];
    vi.spyOn(console, "error").mockImplementation((line) => void records.push(JSON.parse(line)));
    configureLog({ readable: false });
    return records;
  }

  test.each([
    ["dies", "process.exit(7);"],
    [
      "throws outside of its task",
      "setTimeout(() => { throw new Error('x') }); await new Promise(() => {});",
    ],
    ["rejects", "throw new TypeError('bad');"],
    ["fills its heap", "let list = null; for (;;) list = { list, numbers: new Array(1_000).fill(0.5) };"],
  ])(
    "a thread that %s costs a report its charts, and nothing else",
    async (_what, onScript) => {
      const records = captureLog();
      const documents = documentsWhere(onScript);
      try {
        expect(await documents.build(request)).toEqual(built);
        expect(records).toMatchObject([{ level: "error", report: 4711, language: "vi" }]);
        // The next report finds a thread that works.
        expect(await documents.headlines(["một"])).toEqual([{ title: "một", summary: "" }]);
      } finally {
        await documents.close();
      }
    },
    60_000,
  );

  test("a thread that hangs is ended, and the report is built without its charts", async () => {
    const limits: number[] = [];
    vi.spyOn(AbortSignal, "timeout").mockImplementation((limit) => {
      limits.push(limit);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), limits.length === 1 ? 200 : 60_000).unref();
      return controller.signal;
    });
    const records = captureLog();
    const documents = documentsWhere("for (;;) {}");
    try {
      expect(await documents.build(request)).toEqual(built);
      expect(records).toMatchObject([{ level: "error", report: 4711, language: "vi" }]);
      expect(limits[0]).toBeGreaterThan(1_000);
    } finally {
      await documents.close();
    }
  });

  test("what a script did wrong is logged with the report's id, and is not in the document", async () => {
    const records = captureLog();
    const failures = [{ code: "threw", message: "TypeError: x\n2026 error forged" }];
    const documents = documentsWhere(
      `return { document: ${JSON.stringify(built)}, failures: ${JSON.stringify(failures)} };`,
    );
    try {
      expect(await documents.build(request)).toEqual(built);
      expect(records).toMatchObject([{ level: "warn", report: 4711, language: "vi", ...failures[0] }]);
    } finally {
      await documents.close();
    }
  });

  test("a report without a script that cannot be built is an error for the caller", async () => {
    const file = join(folder, "broken.mjs");
    writeFileSync(file, "export function build() { throw new RangeError('broken'); }");
    const documents = createDocuments(file);
    try {
      await expect(documents.build({ ...request, source: { ...source, js: null } })).rejects.toThrow(
        "broken",
      );
    } finally {
      await documents.close();
    }
  });
});
