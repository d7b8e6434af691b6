import type { Element, Root } from "hast";
import type { HostElement } from "../charts/run-script";
import { classNames, forEachElement, type Parent } from "./tree";

/** The elements of a tree in document order, and the nodes they were made from, index by index. */
export interface HostElements {
  readonly elements: readonly HostElement[];
  readonly nodes: readonly Element[];
}

const PLAIN_ATTRIBUTES: readonly string[] = ["id", "title", "lang"];

/**
 * Lists what a report's script may know of the report: the ids that the report wrote, which can differ
 * from those on the page, and of the attributes `data-*`, `id`, `class`, `title` and `lang`.
 */
export function listHostElements(root: Root): HostElements {
  const elements: HostElement[] = [];
  const nodes: Element[] = [];
  const indices = new Map<Parent, number>();
  forEachElement(root, (element, parent) => {
    indices.set(element, nodes.length);
    nodes.push(element);
    const attributes = attributesOf(element);
    elements.push({
      tag: element.tagName,
      id: attributes.id ?? null,
      classes: classNames(element),
      attributes,
      parent: indices.get(parent) ?? null,
    });
  });
  return { elements, nodes };
}

function attributesOf(element: Element): Record<string, string> {
  const attributes: Record<string, string> = {};
  const classes = classNames(element);
  if (classes.length > 0) attributes.class = classes.join(" ");
  for (const [property, value] of Object.entries(element.properties)) {
    if (typeof value !== "string") continue;
    if (PLAIN_ATTRIBUTES.includes(property)) attributes[property] = value;
    else if (property.startsWith("data")) attributes[attributeName(property)] = value;
  }
  return attributes;
}

/** `dataStockPrice` to `data-stock-price`. */
function attributeName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
