import type { Refusal } from "./refusal";
import { MAX_URL_LENGTH } from "./request-limits";

/**
 * Nearly every request: segments that begin with a letter, no escapes, a plain query. One pass, and nothing
 * else has to be looked at.
 */
const ORDINARY = /^(?=\/)(?:\/[\w-][\w.~-]*)*\/?(?:\?[\w.~=&+,:-]*)?$/;

/** What an escaped URL consists of. A `#` is for the browser alone. */
const ESCAPED = /^[!"$-~]*$/;
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i;
const CONTROL_CHARACTER = /\p{Cc}/u;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;

function bad(code: string, detail: string): Refusal {
  return { status: 400, code, title: "Bad Request", detail };
}

const NO_PATH = bad("E_URL_FORM", "The request must ask for a path, e.g. GET /path?name=value");
const NOT_ESCAPED = bad(
  "E_URL_CHARACTER",
  "The URL holds a character that must be percent-encoded, e.g. %20 for a space",
);
const ESCAPE = bad(
  "E_URL_ESCAPE",
  "A % in the URL must be followed by two hexadecimal digits, e.g. %25 for a %",
);
const NOT_UTF8 = bad("E_URL_UTF8", "Percent-encoded bytes in the URL must be UTF-8, e.g. %C3%A9 for é");
const CONTROL = bad("E_URL_CONTROL", "The URL must not hold control characters such as %00 or %0A");
const PATH = bad(
  "E_URL_PATH",
  "The path must begin with one slash, and have no backslash and no segment . or .., e.g. /path/to/page",
);

/** What a target is refused with, whatever its length. */
export const TARGET_REFUSALS: readonly Refusal[] = [NO_PATH, NOT_ESCAPED, ESCAPE, NOT_UTF8, CONTROL, PATH];

/**
 * What is wrong with a request target (`request.url`), or null. The query is held to the same rules as the
 * path, except that its dots and slashes have no meaning.
 */
export function refuseTarget(url: string): Refusal | null {
  if (url.length > MAX_URL_LENGTH) return tooLong(url.length);
  if (ORDINARY.test(url)) return null;
  if (!url.startsWith("/")) return NO_PATH;
  if (!ESCAPED.test(url)) return NOT_ESCAPED;
  if (BROKEN_ESCAPE.test(url)) return ESCAPE;
  const [path = ""] = url.split("?", 1);
  const decodedPath = decoded(path);
  const decodedQuery = decoded(url.slice(path.length));
  if (decodedPath === null || decodedQuery === null) return NOT_UTF8;
  if (CONTROL_CHARACTER.test(decodedPath) || CONTROL_CHARACTER.test(decodedQuery)) return CONTROL;
  // Once decoded and not again: what would be a dot segment then is none.
  const isAmbiguous = decodedPath.startsWith("//") || decodedPath.includes("\\");
  return isAmbiguous || DOT_SEGMENT.test(decodedPath) ? PATH : null;
}

export function tooLong(length: number): Refusal {
  const detail = `The URL has ${length} characters; it may have ${MAX_URL_LENGTH}`;
  return { status: 414, code: "E_URL_LENGTH", title: "URI Too Long", detail };
}

/** @returns null when the bytes are no UTF-8, overlong forms and surrogates included */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
