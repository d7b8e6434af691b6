import type { Element, ElementContent, Root } from "hast";
import { DistinctCaptions, forEachUnderHeading } from "./captions";
import { TableGrid } from "./table-grid";
import { classNames, hasClass, isElement, type Parent, plainText, stringProperty } from "./tree";

const CONTAINER_CLASS = "table-container";
const TABLE_CLASS = "crypto-table";

/**
 * Makes each table one that can be scrolled, announced and folded into cards: in a
 * `.table-container` that the keyboard reaches, with header cells that have a scope, and cells that
 * know their column's name. Tables inside tables are left as they are.
 */
export function settleTables(root: Root): void {
  const headings = new Map<Element, string>();
  forEachUnderHeading(root, (element, heading) => {
    if (element.tagName === "table") headings.set(element, heading);
  });
  const names = new DistinctCaptions();
  forEachOuterTable(root, (table, parent, index) => {
    addClass(table, TABLE_CLASS);
    const labels = settleHeader(table);
    labelCells(table, labels);
    const caption = table.children.find((child) => isElement(child, "caption"));
    const name = (caption === undefined ? "" : plainText(caption)) || headings.get(table) || "";
    describeContainer(containerOf(table, parent, index), name === "" ? "" : names.take(name));
  });
}

function forEachOuterTable(
  parent: Parent,
  visit: (table: Element, parent: Parent, index: number) => void,
): void {
  for (const [index, child] of parent.children.entries()) {
    if (child.type !== "element") continue;
    if (child.tagName === "table") visit(child, parent, index);
    else forEachOuterTable(child, visit);
  }
}

function containerOf(table: Element, parent: Parent, index: number): Element {
  if (parent.type === "element" && hasClass(parent, CONTAINER_CLASS)) return parent;
  const container: Element = {
    type: "element",
    tagName: "div",
    properties: { className: [CONTAINER_CLASS] },
    children: [table],
  };
  parent.children[index] = container;
  return container;
}

function describeContainer(container: Element, name: string): void {
  container.properties.tabIndex = 0;
  // A region without a name would only be noise; the first table names a shared container.
  if (name === "" || container.properties.role !== undefined) return;
  container.properties.role = "region";
  container.properties.ariaLabel = name;
}

/** @returns The name of each column, by position; empty where a column has none. */
function settleHeader(table: Element): string[] {
  const head = table.children.find((child) => isElement(child, "thead")) ?? headFromFirstRow(table);
  const labels: string[] = [];
  if (head === undefined || head.type !== "element") return labels;
  const grid = new TableGrid();
  for (const row of rowsOf(head)) {
    for (const { cell, column, columns } of grid.placeRow(row)) {
      cell.tagName = "th";
      cell.properties.scope ??= columns > 1 ? "colgroup" : "col";
      const text = plainText(cell);
      for (let index = column; text !== "" && index < column + columns; index += 1) labels[index] = text;
    }
  }
  return labels;
}

/** A first row of nothing but `th` is a header, whatever it was put in. */
function headFromFirstRow(table: Element): Element | undefined {
  const body = table.children.find((child) => isElement(child, "tbody"));
  const row = body === undefined ? undefined : rowsOf(body)[0];
  if (body?.type !== "element" || row === undefined) return undefined;
  const cells = row.children.filter((child) => child.type === "element");
  if (cells.length === 0 || cells.some((cell) => cell.tagName !== "th")) return undefined;
  body.children = body.children.filter((child) => child !== row);
  const head: Element = { type: "element", tagName: "thead", properties: {}, children: [row] };
  table.children.splice(table.children.indexOf(body), 0, head);
  return head;
}

function labelCells(table: Element, labels: readonly string[]): void {
  for (const group of table.children) {
    if (!isElement(group, "tbody") && !isElement(group, "tfoot")) continue;
    const grid = new TableGrid();
    for (const row of rowsOf(group)) {
      for (const { cell, column, columns } of grid.placeRow(row)) {
        if (cell.tagName === "th") cell.properties.scope ??= "row";
        const label = labels[column] ?? "";
        const isUnlabelled = (stringProperty(cell, "dataLabel") ?? "").trim() === "";
        if (cell.tagName === "td" && columns === 1 && label !== "" && isUnlabelled) {
          cell.properties.dataLabel = label;
        }
      }
    }
  }
}

function rowsOf(group: ElementContent): Element[] {
  return group.type === "element" ? group.children.filter((child) => isElement(child, "tr")) : [];
}

function addClass(element: Element, name: string): void {
  if (!hasClass(element, name)) element.properties.className = [...classNames(element), name];
}
