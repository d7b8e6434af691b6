import type { Element, ElementContent, Root } from "hast";
import { findIcon, type IconShape, isStyleClass } from "./font-awesome";
import { classNames, plainText, replaceNodes } from "./tree";

/** Elements that may hold an icon; in others the classes mean nothing. */
const ICON_HOSTS: ReadonlySet<string> = new Set(
  "i span em b strong small a div p li dt dd td th summary figcaption h1 h2 h3 h4 h5 h6".split(" "),
);

/**
 * Draws the icons that a report asks for by Font Awesome classes: the element stays, for its classes
 * and the report's style rules, and gets the outline as an SVG. It is decoration, so it is hidden from
 * assistive technology. An icon that does not exist vanishes. Text inside such an element stays.
 */
export function drawIcons(root: Root): void {
  replaceNodes(root, (node): ElementContent | null => {
    if (node.type !== "element" || !ICON_HOSTS.has(node.tagName)) return node;
    const classes = classNames(node);
    const icon = classes.length === 0 ? null : findIcon(classes);
    if (icon === null) return node;
    const isBare = plainText(node) === "" && !node.children.some((child) => child.type === "element");
    if (isBare) return icon === "unknown" ? null : drawInto(node, icon);
    removeIconClasses(node, classes);
    if (icon !== "unknown") node.children.unshift(drawInto(iconElement(classes), icon));
    return node;
  });
}

function drawInto(element: Element, { width, height, path }: IconShape): Element {
  element.properties.ariaHidden = "true";
  element.children = [
    {
      type: "element",
      tagName: "svg",
      properties: { viewBox: `0 0 ${width} ${height}`, fill: "currentColor", focusable: "false" },
      children: [{ type: "element", tagName: "path", properties: { d: path }, children: [] }],
    },
  ];
  return element;
}

/** An element for the icon of one that has content of its own, such as a heading. */
function iconElement(classes: readonly string[]): Element {
  return {
    type: "element",
    tagName: "i",
    properties: { className: classes.filter(isIconClass) },
    children: [],
  };
}

function removeIconClasses(element: Element, classes: readonly string[]): void {
  const rest = classes.filter((name) => !isIconClass(name));
  if (rest.length > 0) element.properties.className = rest;
  else delete element.properties.className;
}

function isIconClass(name: string): boolean {
  return isStyleClass(name) || name.startsWith("fa-");
}
