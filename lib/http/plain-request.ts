import type { IncomingHttpHeaders } from "node:http";
import { isHost } from "./host-field";
import { MAX_HEADERS } from "./request-limits";
import { refuseTarget } from "./request-target";

/** A request for something, without a body, that came whole. */
export interface PlainRequest {
  readonly method: "GET" | "HEAD";
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * RFC 9112's grammar, to the letter: anything else is for a real parser to judge. The empty line stands at the end,
 * so that this is neither a part of a request nor the beginning of another. Nothing in it can be matched in two ways,
 * which a client could make use of to keep the process busy: white space around values is cut off afterwards.
 */
const REQUEST =
  /^(?:GET|HEAD) \/[!-~]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)+\r\n$/;
const AFTER_TARGET = " HTTP/1.1".length;

/** With these a request is more than its head, or says something about its connection, or is read in a way of its own. */
const NOT_PLAIN = new Set([
  "authorization",
  "content-length",
  "cookie2",
  "expect",
  "http2-settings",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Reads a request that is one plain GET or HEAD and nothing else. Whatever is unusual in the least, be it legal or
 * not, is null: then Node's own parser gets the same bytes, and decides.
 *
 * @param text a chunk from the connection, one character a byte
 */
export function parsePlainRequest(text: string): PlainRequest | null {
  if (!REQUEST.test(text)) return null;
  const targetAt = text.indexOf(" ") + 1;
  const lineEnd = text.indexOf("\r\n");
  const url = text.slice(targetAt, lineEnd - AFTER_TARGET);
  // Whatever the answer to it is, it is the same here as behind the guard.
  if (refuseTarget(url) !== null) return null;
  const headers: Record<string, string> = {};
  let count = 0;
  for (let at = lineEnd + 2; at < text.length - 2; ) {
    const colon = text.indexOf(":", at);
    const end = text.indexOf("\r\n", colon);
    const name = text.slice(at, colon).toLowerCase();
    const value = trimmed(text, colon + 1, end);
    at = end + 2;
    if (NOT_PLAIN.has(name) || ++count > MAX_HEADERS) return null;
    if (name === "connection" && value.toLowerCase() !== "keep-alive") return null;
    // Repeated fields are rare, and each has a rule of its own. So are names that every object has.
    if (headers[name] !== undefined) return null;
    headers[name] = value;
  }
  if (headers.host === undefined || !isHost(headers.host)) return null;
  const method = targetAt === "GET ".length ? "GET" : "HEAD";
  return { method, url, headers };
}

/** A part of a text without blanks around it. What `trim` takes for blank is more: in a field it has a meaning. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (start < end && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

const TAB = 9;
const SPACE = 32;

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
