import { endsName, isLetter, readTag } from "./html-tags";

/** A `script` element as it is written in a document. */
export interface ScriptElement {
  /** Names in lower case, values as written. The first of two with one name counts. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: string;
}

/** Elements whose content is text up to their own end tag, whatever looks like markup in it. */
const RAW_TEXT = new Set("iframe noembed noframes noscript script style textarea title xmp".split(" "));

/**
 * The scripts of a document in order, found as a browser's tokenizer finds them: not in comments, attributes,
 * style sheets or other raw text; a script without an end is none. It reads pages of 350 KB once each, so it
 * builds no tree: markup in a `template` counts, and elements of SVG that share a name with a raw text
 * element must have an end tag, as in everything that React writes.
 */
export function* scriptElements(html: string): Generator<ScriptElement> {
  let at = 0;
  for (let open = html.indexOf("<"); open >= 0; open = html.indexOf("<", at)) {
    if (!isLetter(html.charCodeAt(open + 1))) {
      at = behindOtherMarkup(html, open);
      continue;
    }
    const { name, end } = readTag(html, open + 1);
    at = end;
    if (!RAW_TEXT.has(name)) continue;
    at = name === "script" ? scriptEnd(html, end) : rawTextEnd(html, name, end);
    if (name !== "script" || readTag(html, at + 2).name !== "script") continue;
    const attributes = new Map<string, string>();
    readTag(html, open + 1, attributes);
    yield { attributes, content: html.slice(end, at) };
  }
}

/** Behind what begins with `<` and is no start tag: an end tag, a comment, a doctype, or just text. */
function behindOtherMarkup(html: string, open: number): number {
  if (html.startsWith("<!--", open)) return behindComment(html, open + 4);
  const next = html[open + 1];
  if (next === "/" && isLetter(html.charCodeAt(open + 2))) return readTag(html, open + 2).end;
  if (next !== "!" && next !== "?" && next !== "/") return open + 1;
  const end = html.indexOf(">", open + 2);
  return end < 0 ? html.length : end + 1;
}

/** `<!-->` and `<!--->` are whole comments, and `--!>` ends one as well. */
function behindComment(html: string, from: number): number {
  if (html.startsWith(">", from)) return from + 1;
  if (html.startsWith("->", from)) return from + 2;
  const end = /--!?>/g;
  end.lastIndex = from;
  return end.test(html) ? end.lastIndex : html.length;
}

/** @returns where the end tag begins; the document's length when there is none */
function rawTextEnd(html: string, name: string, from: number): number {
  for (let end = html.indexOf("</", from); end >= 0; end = html.indexOf("</", end + 2)) {
    const behindName = end + 2 + name.length;
    if (!endsName(html.charCodeAt(behindName))) continue;
    if (html.slice(end + 2, behindName).toLowerCase() === name) return end;
  }
  return html.length;
}

/**
 * A script that contains `<!-- <script` goes on behind the next `</script>`, up to `-->` (the "double
 * escaped" state of the HTML standard).
 */
function scriptEnd(html: string, from: number): number {
  const plain = rawTextEnd(html, "script", from);
  const comment = html.slice(from, plain).indexOf("<!--");
  if (comment < 0) return plain;
  const marks = /<!--|-->|<\/?script(?=[\t\n\f\r />])/gi;
  marks.lastIndex = from + comment;
  let state: "plain" | "escaped" | "double" = "plain";
  for (let mark = marks.exec(html); mark !== null; mark = marks.exec(html)) {
    const text = mark[0].toLowerCase();
    if (text === "</script" && state !== "double") return mark.index;
    if (text === "-->") state = "plain";
    else if (text === "</script") state = "escaped";
    else if (text === "<script" && state === "escaped") state = "double";
    else if (text === "<!--") {
      if (state === "plain") state = "escaped";
      // `<!-->` opens and closes at once.
      marks.lastIndex = mark.index + 2;
    }
  }
  return html.length;
}
