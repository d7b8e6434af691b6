import type { Element, ElementContent, RootContent } from "hast";
import type { Chart } from "./charts/model";
import type { Parent } from "./html/tree";
import { stringProperty } from "./html/tree";
import type { ReportDocument } from "./model";

/**
 * What a document may come to on its page, about in characters: as HTML, and once more in the data that React takes the
 * page over with. A daily report as long as 2 MB stays below it. Far more fills the heap of the server, which holds a page
 * several times over while it is rendered and kept; and the page's policy names each of its scripts, of which React makes
 * one for about 35,000 characters, in a header field that others take up to 16 KB of.
 */
export const MAX_WEIGHT = 12_000_000;

/** What React and the browser need for an element, whatever is in it. */
const ELEMENT = 150;
/** In both forms of the page, with a share of what they are framed in; escaped, as `&quot;` and `\\\"`. */
const CHARACTER = 2.4;
const ESCAPED = 10;
const ESCAPES = /[&<>"'\\\p{Cc}\u2028\u2029]/gu;
/** Its data, and the table with the same values beside the drawing. */
const CHART = 2;
/** A style sheet that takes more than this part of the whole is left out. */
const MOST_STYLES = 3;
/** An entry in the contents. */
const ENTRY = 500;

/**
 * Bounds what becomes of a report, whatever it was made of: text itself, but also labels that cells repeat, outlines of
 * icons, and data of charts, which are many times longer on the page than what asked for them.
 *
 * @returns the document, or its beginning, with `isCut`. Its body is changed by it. Takes time linear in its length.
 */
export function cutToSize(document: ReportDocument, maxWeight = MAX_WEIGHT): ReportDocument {
  const styles = textWeight(document.css);
  // A report without its accents is still a report.
  const fitting = styles > maxWeight / MOST_STYLES ? { ...document, css: "" } : document;
  const cutter = new Cutter(fitting, fitting === document ? maxWeight - styles : maxWeight);
  if (cutter.keepWithin(document.body)) return fitting;
  return {
    ...fitting,
    isCut: true,
    // Hosts are numbered as they follow each other.
    charts: document.charts.slice(0, cutter.charts),
    sections: document.sections.filter(({ id }) => cutter.sections.has(id)),
  };
}

class Cutter {
  /** How many charts are kept, and the ids of the sections that are. */
  charts = 0;
  readonly sections = new Set<string>();
  readonly #charts: readonly Chart[];
  readonly #titles: ReadonlyMap<string, string>;
  #left: number;

  constructor({ charts, sections }: Pick<ReportDocument, "charts" | "sections">, weight: number) {
    this.#charts = charts;
    this.#titles = new Map(sections.map(({ id, title }) => [id, title]));
    this.#left = weight;
  }

  /** Leaves out what is beyond the weight. @returns whether nothing was */
  keepWithin(parent: Parent): boolean {
    for (const [index, child] of parent.children.entries()) {
      if (child.type === "element" && !this.#admits(child)) return end(parent, index);
      const isWhole = child.type === "element" ? this.keepWithin(child) : this.#keepText(child);
      if (!isWhole) return end(parent, index + 1);
    }
    return true;
  }

  /** An element without what is in it; where it is one, with its chart or its entry in the contents. */
  #admits(element: Element): boolean {
    const chart = this.#charts[Number(element.properties.dataChart)];
    const id = stringProperty(element, "id") ?? "";
    const title = this.#titles.get(id);
    const weight =
      elementWeight(element) +
      (chart === undefined ? 0 : CHART * textWeight(JSON.stringify(chart))) +
      (title === undefined ? 0 : ENTRY + 2 * textWeight(title));
    if (weight > this.#left) return false;
    this.#left -= weight;
    if (chart !== undefined) this.charts += 1;
    if (title !== undefined) this.sections.add(id);
    return true;
  }

  #keepText(node: ElementContent | RootContent): boolean {
    if (node.type !== "text") return true;
    const weight = textWeight(node.value);
    if (weight <= this.#left) {
      this.#left -= weight;
      return true;
    }
    node.value = node.value.slice(0, Math.floor(this.#left / (CHARACTER + ESCAPED)));
    return false;
  }
}

function end(parent: Parent, length: number): false {
  parent.children.length = length;
  return false;
}

function elementWeight({ properties }: Element): number {
  let weight = ELEMENT;
  for (const value of Object.values(properties)) {
    if (typeof value === "string") weight += textWeight(value);
    else if (Array.isArray(value)) weight += textWeight(value.join(" "));
  }
  return weight;
}

function textWeight(text: string): number {
  let escaped = 0;
  for (const _ of text.matchAll(ESCAPES)) escaped += 1;
  return CHARACTER * text.length + ESCAPED * escaped;
}
