/** A tag of a document: its name in lower case, "" when the document ends within it, and where it ends. */
export interface Tag {
  readonly name: string;
  readonly end: number;
}

const SLASH = 0x2f;
const EQUALS = 0x3d;
const END = 0x3e;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;

/**
 * Reads a start or end tag as a browser does, quoted values that contain `>` included.
 *
 * @param from the first letter of the name
 * @param attributes filled when it is given: names in lower case, of two with one name the first
 */
export function readTag(html: string, from: number, attributes?: Map<string, string>): Tag {
  let at = from;
  while (!endsName(html.charCodeAt(at))) at++;
  const name = html.slice(from, at).toLowerCase();
  for (;;) {
    while (html.charCodeAt(at) === SLASH || isSpace(html.charCodeAt(at))) at++;
    if (html.charCodeAt(at) === END) return { name, end: at + 1 };
    const nameStart = at;
    // The first letter of an attribute may be anything, "=" too.
    do at++;
    while (html.charCodeAt(at) !== EQUALS && !endsName(html.charCodeAt(at)));
    const nameEnd = at;
    const equals = behindSpace(html, at);
    let value = "";
    if (html.charCodeAt(equals) === EQUALS) {
      const start = behindSpace(html, equals + 1);
      const isQuoted = html.charCodeAt(start) === DOUBLE_QUOTE || html.charCodeAt(start) === SINGLE_QUOTE;
      const end = isQuoted ? html.indexOf(html.charAt(start), start + 1) : bareValueEnd(html, start);
      at = isQuoted && end >= 0 ? end + 1 : end;
      if (attributes) value = html.slice(isQuoted ? start + 1 : start, end);
    }
    if (at < 0 || at >= html.length) return { name: "", end: html.length };
    const attribute = attributes && html.slice(nameStart, nameEnd).toLowerCase();
    if (attribute !== undefined && !attributes?.has(attribute)) attributes?.set(attribute, value);
  }
}

export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** White space, `/`, `>`, or the end of the document. */
export function endsName(code: number): boolean {
  return code === END || code === SLASH || isSpace(code) || Number.isNaN(code);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0x0c;
}

function behindSpace(html: string, from: number): number {
  let at = from;
  while (isSpace(html.charCodeAt(at))) at++;
  return at;
}

function bareValueEnd(html: string, from: number): number {
  let at = from;
  while (at < html.length && html.charCodeAt(at) !== END && !isSpace(html.charCodeAt(at))) at++;
  return at;
}
