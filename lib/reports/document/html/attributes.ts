import type { Element, Root } from "hast";
import { classNames, forEachElement, stringProperty } from "./tree";

const MAX_CLASSES = 20;
const MAX_CLASS_LENGTH = 64;

/** Class names of the page around the report. */
const SITE_CLASS = /^site-/i;

/**
 * Settles what every element may carry: classes that are not the site's, in bounded number; a `style`
 * that went through `sanitizeInlineStyle`; and of the `data-*` attributes only `data-label`.
 */
export function settleAttributes(root: Root, sanitizeInlineStyle: (style: string) => string): void {
  forEachElement(root, (element) => {
    const { properties } = element;
    for (const name of Object.keys(properties)) {
      if (name.startsWith("data") && name !== "dataLabel") delete properties[name];
    }
    settleClasses(element);
    const style = stringProperty(element, "style");
    if (style !== null) {
      const safe = sanitizeInlineStyle(style);
      if (safe === "") delete properties.style;
      else properties.style = safe;
    }
  });
}

function settleClasses(element: Element): void {
  if (element.properties.className === undefined) return;
  const classes = [...new Set(classNames(element))]
    .filter((name) => name.length <= MAX_CLASS_LENGTH && !SITE_CLASS.test(name))
    .slice(0, MAX_CLASSES);
  if (classes.length > 0) element.properties.className = classes;
  else delete element.properties.className;
}
