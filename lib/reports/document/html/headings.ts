import type { Element, Root } from "hast";
import { forEachElement } from "./tree";

const HEADING = /^h[1-6]$/;

export function isHeading(element: Element): boolean {
  return HEADING.test(element.tagName);
}

/**
 * Fits a report's headings under the page's own `h1`: they start at `h2`, and none is more than one
 * level below the heading that it belongs to. Headings of one level stay of one level.
 */
export function settleHeadings(root: Root): void {
  const open: { readonly written: number; readonly level: number }[] = [];
  forEachElement(root, (element) => {
    if (!isHeading(element)) return;
    // A report's h1 heads a section, like an h2.
    const written = Math.max(Number(element.tagName.slice(1)), 2);
    while ((open.at(-1)?.written ?? 0) >= written) open.pop();
    const level = (open.at(-1)?.level ?? 1) + 1;
    open.push({ written, level });
    element.tagName = `h${level}`;
  });
}
