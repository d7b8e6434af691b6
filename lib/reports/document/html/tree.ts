import type { Element, ElementContent, Nodes, Root } from "hast";

export type Parent = Root | Element;

/**
 * Calls `visit` for every element below `parent`, in document order. An element's children are walked
 * after it was visited, so a visitor may change them. Recursive: the parser bounds the depth of a tree.
 */
export function forEachElement(parent: Parent, visit: (element: Element, parent: Parent) => void): void {
  for (const child of parent.children) {
    if (child.type === "element") {
      visit(child, parent);
      forEachElement(child, visit);
    }
  }
}

/**
 * Replaces nodes below `parent`, inner ones first: `replace` returns the node to have instead, or null
 * for none.
 */
export function replaceNodes(parent: Parent, replace: (node: ElementContent) => ElementContent | null): void {
  const children: ElementContent[] = [];
  for (const child of parent.children) {
    if (child.type === "doctype") continue;
    if (child.type === "element") replaceNodes(child, replace);
    const node = replace(child);
    if (node !== null) children.push(node);
  }
  parent.children = children;
}

/** An element's class names; empty when it has none. */
export function classNames(element: Element): string[] {
  const { className } = element.properties;
  return Array.isArray(className) ? className.map(String) : [];
}

export function hasClass(element: Element, name: string): boolean {
  const { className } = element.properties;
  return Array.isArray(className) && className.includes(name);
}

/** A property that is a string, or null. */
export function stringProperty(element: Element, name: string): string | null {
  const value = element.properties[name];
  return typeof value === "string" ? value : null;
}

export function isElement(node: Nodes | undefined, tagName: string): node is Element {
  return node?.type === "element" && node.tagName === tagName;
}

/** The text a reader sees in `node`, as one line: white space and control characters become one space. */
export function plainText(node: Nodes): string {
  const parts: string[] = [];
  collectText(node, parts);
  return parts
    .join("")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

function collectText(node: Nodes, parts: string[]): void {
  if (node.type === "text") parts.push(node.value);
  else if (isElement(node, "br")) parts.push(" ");
  else if ("children" in node) for (const child of node.children) collectText(child, parts);
}
