import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import * as brands from "@fortawesome/free-brands-svg-icons";
import * as regular from "@fortawesome/free-regular-svg-icons";
import * as solid from "@fortawesome/free-solid-svg-icons";
import type { Element, Root } from "hast";
import { toString as textOf } from "hast-util-to-string";
import rehypeParse from "rehype-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { describe, expect, test } from "vitest";

type Language = "vi" | "en";

interface Sample {
  readonly slug: string;
  readonly hoursAgo: number;
}

const FOLDER = join(import.meta.dirname, "../../samples");
const FILES = ["en.html", "en.js", "style.css", "vi.html", "vi.js"];
const samples = JSON.parse(readFileSync(join(FOLDER, "index.json"), "utf8")) as Sample[];

/** Names and aliases of every free icon, by the class of its style. */
const iconNames = new Map(
  Object.entries({ fas: solid.fas, far: regular.far, fab: brands.fab }).map(([style, pack]) => [
    style,
    new Set(Object.values(pack).flatMap(({ iconName, icon }) => [String(iconName), ...icon[2].map(String)])),
  ]),
);

const read = (slug: string, file: string): string | null => {
  const path = join(FOLDER, slug, file);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
};

const classesOf = (element: Element): string[] => {
  const names = element.properties.className;
  return Array.isArray(names) ? names.map(String) : [];
};

function elements(tree: Root, matches: (element: Element) => boolean): Element[] {
  const found: Element[] = [];
  visit(tree, "element", (element) => {
    if (matches(element)) found.push(element);
  });
  return found;
}

const ofClass = (tree: Root, name: string) => elements(tree, (e) => classesOf(e).includes(name));
const ofTag = (tree: Root, name: string) => elements(tree, (e) => e.tagName === name);
const childElements = (parent: Element) => parent.children.filter((c): c is Element => c.type === "element");
const idOf = (element: Element) => String(element.properties.id ?? "");

/** A chart host is the `.chart-container` itself, or the element with an id inside it. */
const chartHosts = (tree: Root): string[] =>
  ofClass(tree, "chart-container").map((container) => {
    const inner = childElements(container)[0];
    return idOf(container) || (inner ? idOf(inner) : "");
  });

interface Page {
  readonly slug: string;
  readonly language: Language;
  readonly tree: Root;
  readonly text: string;
  readonly script: string | null;
}

const pages: Page[] = samples.flatMap(({ slug }) =>
  (["vi", "en"] as const).flatMap((language) => {
    const html = read(slug, `${language}.html`);
    if (html === null) return [];
    const tree = unified().use(rehypeParse, { fragment: true }).parse(html);
    return [{ slug, language, tree, text: textOf(tree), script: read(slug, `${language}.js`) }];
  }),
);
const cases = pages.map((page) => [`${page.slug}/${page.language}`, page] as const);
const bilingual = samples
  .map(({ slug }) => pages.filter((page) => page.slug === slug))
  .flatMap(([vi, en]) => (vi && en ? [[vi.slug, vi, en] as const] : []));

interface Drawing {
  readonly kind: string;
  readonly id: string;
  readonly numbers: readonly number[];
}

/** Runs a report's script as a page would, with recorders in place of the drawing functions. */
async function draw(page: Page): Promise<{ drawings: Drawing[]; missing: string[] }> {
  const hosts = new Set(chartHosts(page.tree));
  const drawings: Drawing[] = [];
  const missing: string[] = [];
  const find = (id: string) => {
    if (hosts.has(id)) return { id };
    missing.push(id);
    return null;
  };
  const record = (kind: string) => (el: { id: string } | null, data: unknown) => {
    if (el === null) return;
    const items: unknown[] = Array.isArray(data) ? data : [data];
    const numbers = items.map((item) =>
      Number(typeof item === "object" && item !== null && "value" in item ? item.value : item),
    );
    drawings.push({ kind, id: el.id, numbers });
  };
  const soon = (callback: () => void) => callback();
  const scope: Record<string, unknown> = {
    createGauge: record("gauge"),
    createDoughnutChart: record("doughnut"),
    createBarChart: record("bar"),
    createLineChart: record("line"),
    document: {
      documentElement: {},
      getElementById: find,
      querySelector: (selector: string) => find(selector.replace(/^#/, "")),
      addEventListener: () => undefined,
    },
    getComputedStyle: () => ({ getPropertyValue: () => "" }),
    requestAnimationFrame: soon,
    setTimeout: soon,
    window: { innerWidth: 1280 },
    console: {
      warn: (message: string) => {
        throw new Error(message);
      },
    },
  };
  const entry = page.language === "vi" ? "initializeAllVisuals_report" : "initializeAllVisuals_report_en";
  await runInNewContext(`${page.script ?? ""}\n;${entry}();`, scope);
  return { drawings, missing };
}

/** Every number in a text, read with the separators of its language, in ascending order. */
function figures({ text, language }: Page): number[] {
  const [group, decimal] = language === "vi" ? [".", ","] : [",", "."];
  const tokens = text.match(/−?\$?\d(?:[\d.,]*\d)?/g) ?? [];
  return tokens
    .map((token) =>
      Number(token.replace("−", "-").replace("$", "").replaceAll(group, "").replace(decimal, ".")),
    )
    .sort((a, b) => a - b);
}

describe("the index", () => {
  test("lists exactly the folders there are, newest first, over about five weeks", () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(samples.map(({ slug }) => slug).sort()).toEqual(folders.map(({ name }) => name).sort());
    expect(samples.length).toBeGreaterThanOrEqual(7);

    const hours = samples.map(({ hoursAgo }) => hoursAgo);
    expect(hours).toEqual([...new Set(hours)].sort((a, b) => a - b));
    expect(hours[0]).toBeLessThanOrEqual(6);
    expect(hours.at(-1)).toBeGreaterThan(28 * 24);
    expect(hours.at(-1)).toBeLessThan(40 * 24);
    expect(new Set(hours.map((hour) => hour % 24)).size).toBe(hours.length);
  });

  test("each folder holds known files only, Vietnamese at least, and no script without its text", () => {
    for (const { slug } of samples) {
      const files = readdirSync(join(FOLDER, slug));
      expect(FILES).toEqual(expect.arrayContaining(files));
      expect(files).toContain("vi.html");
      if (files.includes("en.js")) expect(files).toContain("en.html");
    }
  });

  test("one report is Vietnamese only, without script or style", () => {
    const bare = samples.filter(({ slug }) => readdirSync(join(FOLDER, slug)).length === 1);
    expect(bare).toHaveLength(1);
  });
});

describe.each(cases)("%s", (_name, page) => {
  test("says near the top and at the end that its figures are made up", () => {
    const notice =
      page.language === "vi"
        ? /^Báo cáo mẫu.*tự đặt để minh họa/
        : /^Sample report.*made up for illustration/;
    const subtitles = ofClass(page.tree, "card-subtitle");
    expect(subtitles[0] && textOf(subtitles[0])).toMatch(notice);
    expect(page.text.indexOf(subtitles[0] ? textOf(subtitles[0]) : "")).toBeLessThan(200);

    const last = subtitles.at(-1);
    expect(subtitles.length).toBeGreaterThan(1);
    expect(last && textOf(last)).toMatch(notice);
    expect(page.text.trimEnd().endsWith(last ? textOf(last) : "?")).toBe(true);
  });

  test("opens with a sentence that can serve as a title, and goes on with a summary", () => {
    const lead = elements(page.tree, (e) => e.tagName === "p" && classesOf(e).includes("analysis-text"))[0];
    const [title = "", ...rest] = (lead ? textOf(lead) : "").split(/(?<=[.!?])\s+/);
    expect(title).toMatch(/\.$/);
    expect(title.length).toBeGreaterThanOrEqual(45);
    expect(title.length).toBeLessThanOrEqual(95);
    expect(rest.length).toBeGreaterThanOrEqual(2);
  });

  test("has sections with an id, a heading that starts with an icon, and a grid", () => {
    const top = page.tree.children.filter((child) => child.type === "element");
    expect(top.length).toBeGreaterThanOrEqual(3);
    for (const section of top) {
      const [heading, grid] = childElements(section);
      expect(section.tagName).toBe("section");
      expect(idOf(section)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(heading?.tagName).toBe("h2");
      expect(heading && childElements(heading)[0]?.tagName).toBe("i");
      expect(grid && classesOf(grid)).toEqual(["content-grid"]);
    }
  });

  test("has unique ids", () => {
    const ids = elements(page.tree, (e) => idOf(e) !== "").map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("uses icons that Font Awesome Free has", () => {
    for (const icon of ofTag(page.tree, "i")) {
      const [style = "", name = "", ...more] = classesOf(icon);
      expect(more).toEqual([]);
      expect(iconNames.get(style)?.has(name.replace(/^fa-/, "")), `${style} ${name}`).toBe(true);
    }
  });

  test("labels every table cell with its column's header", () => {
    for (const table of ofClass(page.tree, "crypto-table")) {
      const root: Root = { type: "root", children: [table] };
      const headers = ofTag(root, "th").map(textOf);
      expect(new Set(headers).size).toBe(headers.length);
      for (const row of ofTag(root, "tr").filter((r) => childElements(r)[0]?.tagName === "td")) {
        expect(childElements(row).map((cell) => cell.properties.dataLabel)).toEqual(headers);
      }
    }
  });

  test("names no calendar date and no weekday", () => {
    const dates = /(?<![\d.,$])20\d\d(?![\d.,%])|(?<!\d)\d{1,2}\/\d{1,2}(?!\d)/g;
    const weekdays = /Thứ (Hai|Ba|Tư|Năm|Sáu|Bảy)|Chủ nhật|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day/g;
    expect([...(page.text.match(dates) ?? []), ...(page.text.match(weekdays) ?? [])]).toEqual([]);
  });
});

describe.each(cases.filter(([, page]) => page.script !== null))("%s charts", (_name, page) => {
  test("its script draws every host of the text once, and looks for no other", async () => {
    const { drawings, missing } = await draw(page);
    expect(missing).toEqual([]);
    expect(drawings.map(({ id }) => id).sort()).toEqual(chartHosts(page.tree).sort());
    expect(drawings.flatMap(({ numbers }) => numbers).every(Number.isFinite)).toBe(true);
  });

  test("chart ids are kebab-case, with the suffix -en in English only", () => {
    for (const id of chartHosts(page.tree)) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(id.endsWith("-en")).toBe(page.language === "en");
    }
  });
});

test("a report without a script has no chart hosts", () => {
  for (const page of pages.filter(({ script }) => script === null)) expect(chartHosts(page.tree)).toEqual([]);
});

describe.each(bilingual)("%s in both languages", (_slug, vi, en) => {
  test("has the same sections in the same order", () => {
    expect(ofTag(en.tree, "section").map(idOf)).toEqual(ofTag(vi.tree, "section").map(idOf));
  });

  test("states the same figures", () => {
    expect(figures(en)).toEqual(figures(vi));
  });

  test("draws the same charts", async () => {
    const plain = ({ drawings }: Awaited<ReturnType<typeof draw>>) =>
      drawings.map(({ kind, id, numbers }) => ({ kind, id: id.replace(/-en$/, ""), numbers }));
    expect(plain(await draw(en))).toEqual(plain(await draw(vi)));
  });
});

test("the set shows each kind of chart at least three times, and bars below zero", async () => {
  const drawings = (await Promise.all(bilingual.map(([, vi]) => draw(vi)))).flatMap(
    (result) => result.drawings,
  );
  for (const kind of ["gauge", "doughnut", "bar", "line"]) {
    expect(drawings.filter((drawing) => drawing.kind === kind).length, kind).toBeGreaterThanOrEqual(3);
  }
  const belowZero = drawings.filter(({ kind, numbers }) => kind === "bar" && numbers.some((n) => n < 0));
  expect(belowZero.length).toBeGreaterThanOrEqual(3);
});

test("styles stay inside the report", () => {
  for (const { slug } of samples) {
    const css = read(slug, "style.css") ?? "";
    expect(css).not.toMatch(/url\(|@import/);
    for (const [, selector = ""] of css.matchAll(/^\s*([#.a-z][^{}]*)\{/gm)) {
      expect(selector).toMatch(/^#report-container/);
    }
  }
});
