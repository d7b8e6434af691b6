import type { Element, Root } from "hast";
import type { Chart } from "../charts/model";
import type { DrawnChart } from "../charts/run-script";
import { DistinctCaptions, forEachUnderHeading } from "./captions";
import { insertBlock } from "./flow-content";
import type { PreparedHtml } from "./prepare";
import { forEachElement, hasClass, type Parent, plainText, stringProperty } from "./tree";

const CONTAINER_CLASS = "chart-container";

/** What reports call the elements that they mean to draw in. */
const HOST_ID =
  /(?:^|[-_])(?:chart|gauge|graph|doughnut|bar|line)s?(?:$|[-_\d])|[a-z](?:Chart|Gauge|Graph|Doughnut|Bar|Line)/;

/**
 * Puts each chart in its place in the body, which is changed by it: an empty host becomes
 * `div[data-chart="n"]`, where n is an index into the charts returned; a host with content gets such
 * a `div` before its content. `data-caption` names the chart, unlike any other in the report. A host
 * that nothing was drawn in becomes `div[data-chart="none"]`.
 *
 * @param drawn Hosts by their index in `prepared.elements`; of several charts of a host the last counts.
 */
export function placeCharts(
  prepared: PreparedHtml,
  drawn: readonly DrawnChart[],
): { readonly body: Root; readonly charts: readonly Chart[] } {
  const { body, nodes } = prepared;
  const parents = new Map<Element, Parent>();
  forEachElement(body, (element, parent) => parents.set(element, parent));

  const lastByHost = new Map(drawn.map(({ host, chart }) => [host, chart]));
  const placed = new Map<Element, Chart>();
  // Later elements first: an inner host has its chart by the time an outer one is looked at.
  for (const [host, chart] of [...lastByHost].sort(([a], [b]) => b - a)) {
    const node = nodes[host];
    // What was taken out of the tree, such as an image from elsewhere, is no place to draw in.
    if (node !== undefined && parents.has(node)) placed.set(hostIn(node, parents, placed), chart);
  }
  const charts = numberCharts(body, placed);
  markForgottenHosts(body);
  return { body, charts };
}

/** The `div` to draw in: `element` itself when it holds nothing, else one before what it holds. */
function hostIn(
  element: Element,
  parents: Map<Element, Parent>,
  placed: ReadonlyMap<Element, Chart>,
): Element {
  const holdsNothing = isEmpty(element, placed);
  if (holdsNothing && (element.tagName === "div" || element.tagName === "p")) {
    element.tagName = "div";
    return element;
  }
  const host: Element = {
    type: "element",
    tagName: "div",
    properties: { className: [CONTAINER_CLASS] },
    children: [],
  };
  insertBlock(host, element, parents);
  return host;
}

function isEmpty(element: Element, placed: ReadonlyMap<Element, Chart>): boolean {
  let isBare = plainText(element) === "";
  forEachElement(element, (child) => {
    if (placed.has(child) || (child.tagName !== "div" && child.tagName !== "span")) isBare = false;
  });
  return isBare;
}

/** Writes the numbers and names of the charts into their hosts, in document order. */
function numberCharts(body: Root, placed: ReadonlyMap<Element, Chart>): Chart[] {
  const hosts: { readonly element: Element; readonly chart: Chart; readonly caption: string }[] = [];
  forEachUnderHeading(body, (element, heading) => {
    const chart = placed.get(element);
    if (chart === undefined) return;
    const caption = chart.kind === "doughnut" && chart.title !== null ? chart.title : heading;
    hosts.push({ element, chart, caption });
  });

  const uses = new Map<string, number>();
  for (const { caption } of hosts) uses.set(caption, (uses.get(caption) ?? 0) + 1);
  const captions = new DistinctCaptions();
  for (const [index, { element, chart, caption }] of hosts.entries()) {
    element.children = [];
    element.properties.dataChart = String(index);
    const isShared = (uses.get(caption) ?? 0) > 1;
    const axis =
      isShared && chart.kind === "bar" && chart.yAxisLabel !== null ? ` – ${chart.yAxisLabel}` : "";
    if (caption !== "") element.properties.dataCaption = captions.take(caption + axis);
  }
  return hosts.map(({ chart }) => chart);
}

/** A reader should see that a chart was meant to be where a script failed to draw one. */
function markForgottenHosts(body: Root): void {
  forEachElement(body, (element, parent) => {
    if (element.tagName !== "div" || element.properties.dataChart !== undefined) return;
    const holdsNothing = element.children.every(
      (child) => child.type === "text" && child.value.trim() === "",
    );
    if (holdsNothing && isChartHost(element, parent)) {
      element.children = [];
      element.properties.dataChart = "none";
    }
  });
}

function isChartHost(element: Element, parent: Parent): boolean {
  if (hasClass(element, CONTAINER_CLASS)) return true;
  const id = stringProperty(element, "id");
  if (id === null) return false;
  return HOST_ID.test(id) || (parent.type === "element" && hasClass(parent, CONTAINER_CLASS));
}
