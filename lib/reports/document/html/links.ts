import type { Element } from "hast";
import { type Parent, plainText, stringProperty } from "./tree";

const PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

/**
 * Settles `href`: absolute `http`, `https` and `mailto` addresses, and places in the report itself.
 * Anything else, a relative address included, loses its `href` and stays as text. Links that lead
 * away carry no weight for search engines and no reference back.
 */
export function settleLinks(parent: Parent, isInLink = false): void {
  for (const child of parent.children) {
    if (child.type !== "element") continue;
    if (child.tagName === "a") settleLink(child, isInLink);
    settleLinks(child, isInLink || child.tagName === "a");
  }
}

function settleLink(link: Element, isInLink: boolean): void {
  const href = safeHref(stringProperty(link, "href") ?? "");
  // Through a table, the parser lets a link into a link.
  if (isInLink) link.tagName = "span";
  if (href === null || isInLink) {
    delete link.properties.href;
    delete link.properties.ariaLabel;
    return;
  }
  link.properties.href = href;
  if (!href.startsWith("#")) link.properties.rel = ["nofollow", "noopener", "noreferrer", "ugc"];
  nameLink(link, href);
}

function safeHref(href: string): string | null {
  const trimmed = href.trim();
  if (trimmed.startsWith("#")) return trimmed.length > 1 ? trimmed : null;
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  return url !== null && PROTOCOLS.has(url.protocol) ? url.href : null;
}

/** A link around an icon has no text to be announced by. */
function nameLink(link: Element, href: string): void {
  const label = (stringProperty(link, "ariaLabel") ?? "").trim();
  if (label !== "") return;
  delete link.properties.ariaLabel;
  if (plainText(link) !== "" || (stringProperty(link, "title") ?? "").trim() !== "") return;
  link.properties.ariaLabel = href.startsWith("#") ? href.slice(1) : new URL(href).host || href;
}
