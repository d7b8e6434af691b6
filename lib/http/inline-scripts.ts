import { createHash } from "node:crypto";
import { scriptElements } from "./html-scripts";

/** Types of a script that runs (the standard's "JavaScript MIME types"), or that says what runs. */
const EXECUTABLE_TYPES = new Set([
  ...["", "module", "importmap", "speculationrules"],
  ...["application", "text"].flatMap((type) =>
    ["ecmascript", "javascript", "x-ecmascript", "x-javascript"].map((name) => `${type}/${name}`),
  ),
  ...["text/jscript", "text/livescript"],
  ...["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"].map((version) => `text/javascript${version}`),
]);

/**
 * The inline scripts of a document as sources of a Content-Security-Policy (`'sha256-…'`), each once, in
 * order. What no browser would run has none: a script with `src`, an empty one, data such as
 * `application/ld+json`.
 *
 * @param page in UTF-8. It is read byte by byte: all that matters of markup is ASCII, and to decode a page of
 *   several megabytes would take longer than to find its scripts.
 */
export function inlineScriptHashes(page: Buffer): readonly string[] {
  const html = page.toString("latin1");
  const hashes = new Set<string>();
  for (const { attributes, content } of scriptElements(html)) {
    if (content !== "" && !attributes.has("src") && EXECUTABLE_TYPES.has(typeOf(attributes))) {
      hashes.add(`'sha256-${createHash("sha256").update(asParsed(content), "latin1").digest("base64")}'`);
    }
  }
  return [...hashes];
}

function typeOf(attributes: ReadonlyMap<string, string>): string {
  const type = attributes.get("type");
  if (type !== undefined) return type === "" ? "" : type.trim().toLowerCase() || "blank";
  const language = attributes.get("language") ?? "";
  return language === "" ? "" : `text/${language.toLowerCase()}`;
}

/** U+FFFD in UTF-8. */
const REPLACEMENT = "\xef\xbf\xbd";

/** What the browser hashes is what its parser made of the text. */
function asParsed(content: string): string {
  return content.replace(/\r\n?/g, "\n").replaceAll("\0", REPLACEMENT);
}
