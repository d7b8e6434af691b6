import type { Element, Root } from "hast";
import { isHeading } from "./headings";
import { classNames, type Parent, plainText } from "./tree";

/** A wrapper whose heading counts for what follows the wrapper, as in `<header><h3>…</h3></header>`. */
const HEADING_WRAPPER = /(?:^|-)(?:header|heading|title)$/;

/**
 * Calls `visit` for every element with the text of the heading that it stands under: the last one
 * before it in its card, else in its section; empty when there is none.
 */
export function forEachUnderHeading(root: Root, visit: (element: Element, heading: string) => void): void {
  walk(root, "", visit);
}

/** @returns The heading that is in effect at the end of `parent`. */
function walk(parent: Parent, inherited: string, visit: (element: Element, heading: string) => void): string {
  let heading = inherited;
  for (const child of parent.children) {
    if (child.type !== "element") continue;
    visit(child, heading);
    if (isHeading(child)) {
      heading = plainText(child) || heading;
    } else {
      const last = walk(child, heading, visit);
      if (wrapsHeading(child)) heading = last;
    }
  }
  return heading;
}

function wrapsHeading(element: Element): boolean {
  return element.tagName === "header" || classNames(element).some((name) => HEADING_WRAPPER.test(name));
}

/** Makes captions distinct by a number: "Price", "Price (2)". */
export class DistinctCaptions {
  private readonly counts = new Map<string, number>();

  take(caption: string): string {
    const count = (this.counts.get(caption) ?? 0) + 1;
    this.counts.set(caption, count);
    return count === 1 ? caption : `${caption} (${count})`;
  }
}
