import type { Element, Root } from "hast";
import type { Section } from "../model";
import type { UsedIds } from "./ids";
import { safeId } from "./ids";
import { slugify } from "./slug";
import { forEachElement, isElement, plainText, stringProperty } from "./tree";

/**
 * Lists the sections of a report (`section[id] > h2`) in document order. A section with a heading but
 * no id gets one from its heading, so that it can be linked to.
 */
export function listSections(root: Root, ids: UsedIds): Section[] {
  const sections: Section[] = [];
  forEachElement(root, (element) => {
    if (element.tagName !== "section") return;
    const title = headingText(element);
    if (title === "") return;
    sections.push({ id: stringProperty(element, "id") ?? giveId(element, title, ids), title });
  });
  return sections;
}

function headingText(section: Element): string {
  const heading = section.children.find((child) => isElement(child, "h2"));
  return heading === undefined ? "" : plainText(heading);
}

function giveId(section: Element, title: string, ids: UsedIds): string {
  const id = ids.add(safeId(slugify(title)) || "report-section");
  section.properties.id = id;
  return id;
}
