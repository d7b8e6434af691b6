import type { IncomingHttpHeaders } from "node:http";

/** A request for something, without a body, that came whole. */
export interface PlainRequest {
  readonly method: "GET" | "HEAD";
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

const REQUEST_LINE = /^(GET|HEAD) (\/[!-~]*) HTTP\/1\.1\r\n/;
/** Exactly RFC 9110's grammar, one line: anything else is for a real parser to judge. */
const FIELD =
  /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?[ \t]*\r\n/y;

/** With these a request is more than its head, or says something about its connection. */
const NOT_PLAIN = new Set([
  "authorization",
  "content-length",
  "cookie2",
  "expect",
  "http2-settings",
  "proxy-authorization",
  "proxy-connection",
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
  const line = REQUEST_LINE.exec(text);
  if (line === null) return null;
  const [whole, method, url] = line as unknown as [string, "GET" | "HEAD", string];
  const end = text.length - 2;
  // Ends with the empty line: neither a part of a request nor the beginning of another.
  if (!text.endsWith("\r\n\r\n") || text.indexOf("\r\n\r\n") !== end - 2) return null;
  const headers: Record<string, string> = {};
  FIELD.lastIndex = whole.length;
  for (let at = whole.length; at < end; at = FIELD.lastIndex) {
    const field = FIELD.exec(text);
    if (field === null) return null;
    const name = (field[1] as string).toLowerCase();
    const value = field[2] ?? "";
    if (NOT_PLAIN.has(name)) return null;
    if (name === "connection" && value.toLowerCase() !== "keep-alive") return null;
    // Repeated fields are rare, and each has a rule of its own.
    if (headers[name] !== undefined) return null;
    headers[name] = value;
  }
  return headers.host ? { method, url, headers } : null;
}
