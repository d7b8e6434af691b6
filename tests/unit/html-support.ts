import { readFileSync } from "node:fs";
import type { Element, Nodes, Root } from "hast";
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { renderToStaticMarkup } from "react-dom/server";
import { type PreparedHtml, prepareHtml } from "@/lib/reports/document/html/prepare";

/** Prepares a report; inline styles are let through, unless they say "bad". */
export function prepare(html: string): PreparedHtml {
  return prepareHtml(html, { sanitizeInlineStyle: (style) => (style.includes("bad") ? "" : style) });
}

/** What a browser would be sent for a tree. */
export function render(tree: Root): string {
  return renderToStaticMarkup(toJsxRuntime(tree, { Fragment, jsx, jsxs }));
}

/** What a browser would be sent for a report's HTML. */
export function rendered(html: string): string {
  return render(prepare(html).body);
}

export function elementsOf(node: Nodes): Element[] {
  if (!("children" in node)) return [];
  return node.children.flatMap((child) =>
    child.type === "element" ? [child, ...elementsOf(child)] : elementsOf(child),
  );
}

export function withTag(node: Nodes, tagName: string): Element[] {
  return elementsOf(node).filter((element) => element.tagName === tagName);
}

export function depthOf(node: Nodes): number {
  return "children" in node ? 1 + Math.max(0, ...node.children.map(depthOf)) : 0;
}

interface Row {
  readonly html_content: string;
  readonly html_content_en: string | null;
}

export function fixture(name: string): Row {
  const file = new URL(`../fixtures/reports/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}
