import type { ElementContent, Root } from "hast";
import { replaceNodes, stringProperty } from "./tree";

/** Images that come with the report. An SVG in an `img` runs no script and loads nothing. */
const INLINE_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]/i;

/** Keeps inline images; any other one would be a request, and is replaced by its `alt` text. */
export function settleImages(root: Root): void {
  replaceNodes(root, (node): ElementContent | null => {
    if (node.type !== "element" || node.tagName !== "img") return node;
    const alt = stringProperty(node, "alt") ?? "";
    const src = (stringProperty(node, "src") ?? "").trim();
    if (!INLINE_IMAGE.test(src)) return alt.trim() === "" ? null : { type: "text", value: alt };
    Object.assign(node.properties, { src, alt, loading: "lazy", decoding: "async" });
    return node;
  });
}
