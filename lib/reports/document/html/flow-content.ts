import type { Element } from "hast";
import type { Parent } from "./tree";

/** Elements that may hold a block beside whatever else they hold. */
const FLOW_CONTAINERS: ReadonlySet<string> = new Set(
  "div section article header footer li dd td th blockquote figure figcaption".split(" "),
);

/**
 * Puts a block before what `element` holds: inside it where HTML allows that, else before the
 * outermost element around it that cannot hold a block, such as the paragraph around a `span`.
 *
 * @param parents The parent of each element of the tree; `block` is added.
 */
export function insertBlock(block: Element, element: Element, parents: Map<Element, Parent>): void {
  if (FLOW_CONTAINERS.has(element.tagName)) {
    element.children.unshift(block);
    parents.set(block, element);
    return;
  }
  let sibling = element;
  let parent = parents.get(sibling);
  while (parent?.type === "element" && !FLOW_CONTAINERS.has(parent.tagName)) {
    sibling = parent;
    parent = parents.get(sibling);
  }
  if (parent === undefined) return;
  parent.children.splice(parent.children.indexOf(sibling), 0, block);
  parents.set(block, parent);
}
