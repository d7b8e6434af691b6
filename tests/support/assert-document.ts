import type { Element, Nodes, Root } from "hast";
import { expect } from "vitest";
import type { Chart } from "../../lib/reports/document/charts/model";
import type { ReportDocument } from "../../lib/reports/document/model";
import { assertHarmlessStyle, assertScoped } from "../unit/css-assert-scoped";

/** What a report may be made of, written down once more: none of the code under test says it here. */
const TAGS = new Set(
  (
    "section article header footer div span p h2 h3 h4 h5 h6 h7 hr br wbr ul ol li dl dt dd figure figcaption " +
    "blockquote q pre code kbd samp var details summary table caption colgroup col thead tbody tfoot tr th td " +
    "em strong b i u s small sub sup mark abbr cite dfn time del ins a img"
  ).split(" "),
);

/** Attributes, by the name that `hast` gives them, with what their value has to look like. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  className: /^(?!site-)\S+$/i,
  id: /^(?!site-|__|report-container$)[\p{L}\p{M}\p{N}_-]+$/u,
  title: /^/,
  lang: /^[\w-]+$/,
  dir: /^(?:ltr|rtl|auto)$/,
  href: /^(?:https?:\/\/|mailto:|#.)/,
  rel: /^(?:nofollow|noopener|noreferrer|ugc)$/,
  src: /^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]/i,
  alt: /^/,
  loading: /^lazy$/,
  decoding: /^async$/,
  width: /^\d{1,4}$/,
  height: /^\d{1,4}$/,
  colSpan: /^\d{1,2}$/,
  rowSpan: /^\d{1,2}$/,
  span: /^\d{1,2}$/,
  headers: /^[^\s"'<>]+$/,
  scope: /^(?:row|col|rowgroup|colgroup)$/,
  start: /^-?\d{1,6}$/,
  value: /^-?\d{1,6}$/,
  type: /^[1aAiI]$/,
  reversed: /^true$/,
  open: /^true$/,
  dateTime: /^[\w:.+ -]+$/,
  tabIndex: /^0$/,
  role: /^region$/,
  ariaLabel: /^/,
  ariaHidden: /^true$/,
  dataLabel: /^/,
  dataChart: /^(?:\d+|none)$/,
  dataCaption: /^/,
};

/** Names that an element with such an id would become for the scripts of the page. */
const CLOBBERED =
  /^(?:next|process|module|exports|require|define|global|navigation|scheduler|event|external|gtag|ga|react|jquery)$/;

const COLOR_BREAKOUT = /url|image|expression|script|element|attr|[;{}<>"'\\@:]/i;
const HIDDEN_MARK = /[\p{Cc}\u202A-\u202E\u2066-\u2069\p{Surrogate}]/u;

/** Proves that a document holds nothing that runs, loads, or reaches outside of the report. */
export function assertHarmlessDocument(document: ReportDocument): void {
  assertHarmlessBody(document.body);
  assertScoped(document.css);
  document.charts.forEach(assertHarmlessChart);
  expect(typeof (document.title ?? ""), "title").toBe("string");
  expect((document.title ?? "").length).toBeLessThanOrEqual(150);
  expect(document.summary.length).toBeLessThanOrEqual(300);
  expect(structuredClone(document)).toEqual(document);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
}

export function assertHarmlessBody(body: Root): void {
  const ids = new Set<string>();
  forEachElement(body, (element, parent) => {
    if (element.tagName === "svg") assertIcon(element, parent);
    else if (element.tagName !== "path") assertHarmlessElement(element, ids);
  });
}

function assertHarmlessElement({ tagName, properties }: Element, ids: Set<string>): void {
  if (!TAGS.has(tagName)) expect.fail(`a forbidden element: ${tagName}`);
  for (const [name, value] of Object.entries(properties)) {
    const pattern = ATTRIBUTES[name];
    if (name === "style") assertHarmlessStyle(String(value));
    else if (pattern === undefined) expect.fail(`a forbidden attribute: ${tagName} ${name}=${value}`);
    else for (const part of [value].flat()) expect(String(part), `${tagName} ${name}`).toMatch(pattern);
  }
  if (typeof properties.id !== "string") return;
  expect(ids.has(properties.id), `the id ${properties.id} twice`).toBe(false);
  expect(properties.id).not.toMatch(CLOBBERED);
  ids.add(properties.id);
}

/** The only SVG is one that the site drew itself. */
function assertIcon({ properties, children }: Element, parent: Root | Element): void {
  expect(parent.type === "element" && parent.properties.ariaHidden).toBe("true");
  expect(Object.keys(properties).sort()).toEqual(["fill", "focusable", "viewBox"]);
  expect(children).toHaveLength(1);
  const [path] = children;
  if (path?.type !== "element" || path.tagName !== "path") throw new Error("an icon that is no path");
  expect(Object.keys(path.properties)).toEqual(["d"]);
  expect(path.properties.d).toMatch(/^[MmZzLlHhVvCcSsQqTtAa\d\s.,-]+$/);
}

function assertHarmlessChart(chart: Chart): void {
  walkValues(chart, (name, value) => {
    if (typeof value === "number") expect(Number.isFinite(value), name).toBe(true);
    if (typeof value !== "string") return;
    expect(value, name).not.toMatch(HIDDEN_MARK);
    expect(value, "something that only an escape from the sandbox draws").not.toMatch(/escaped/);
    expect(value.length).toBeLessThanOrEqual(200);
    if (name === "color") expect(value).not.toMatch(COLOR_BREAKOUT);
  });
}

function walkValues(holder: object, visit: (name: string, value: unknown) => void): void {
  for (const [name, value] of Object.entries(holder)) {
    if (typeof value === "object" && value !== null) walkValues(value, visit);
    else visit(name, value);
  }
}

function forEachElement(parent: Root | Element, visit: (element: Element, parent: Root | Element) => void) {
  for (const child of parent.children) {
    if (child.type === "element") {
      visit(child, parent);
      forEachElement(child, visit);
    } else expect(child.type).toBe("text");
  }
}

export function textOf(node: Nodes): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

/** Elements and texts alone, nested as in the tree: `["<p>", "some ", ["<b>", "text"]]`; without blanks. */
export type Outline = readonly (string | Outline)[];

export function outlineOf(node: Root | Element): Outline {
  const outline: (string | Outline)[] = node.type === "element" ? [`<${node.tagName}>`] : [];
  let text = "";
  const endText = () => {
    if (text.trim() !== "") outline.push(text);
    text = "";
  };
  for (const child of node.children) {
    if (child.type === "text") text += child.value;
    else if (child.type === "element") {
      endText();
      outline.push(outlineOf(child));
    }
  }
  endText();
  return outline;
}
