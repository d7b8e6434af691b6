import type { IncomingMessage } from "node:http";
import { isHost } from "./host-field";
import type { Refusal } from "./refusal";
import { MAX_BODY_BYTES, MAX_HEADERS, MAX_URL_LENGTH } from "./request-limits";
import { refuseTarget, TARGET_REFUSALS, tooLong } from "./request-target";

export type GuardedRequest = Pick<
  IncomingMessage,
  "method" | "url" | "headers" | "rawHeaders" | "httpVersionMinor"
>;

/** What some address of the site may answer; 405 of PUT, PATCH and DELETE is the address's own business. */
const PASSED_METHODS = new Set(["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]);

export const METHOD: Refusal = {
  status: 405,
  code: "E_METHOD",
  title: "Method Not Allowed",
  detail: "Nothing here answers this method; GET, HEAD, POST and OPTIONS are answered",
  headers: { allow: "GET, HEAD, POST, OPTIONS" },
};

/** Of pages and files: Next would answer whatever method there is, or fail over it. */
export const READ_ONLY: Refusal = {
  ...METHOD,
  detail: "This can only be read: GET and HEAD are answered",
  headers: { allow: "GET, HEAD" },
};

/** Below `/api/` and wherever else there are no pages. */
export const NOT_FOUND: Refusal = {
  status: 404,
  code: "E_NOT_FOUND",
  title: "Not Found",
  detail: "There is nothing at this path; /api/openapi.json describes what there is",
};

export const EXPECTATION: Refusal = {
  status: 417,
  code: "E_EXPECT",
  title: "Expectation Failed",
  detail: "Only the expectation 100-continue can be met",
};

const HOST: Refusal = {
  status: 400,
  code: "E_HOST",
  title: "Bad Request",
  detail: "A request must have exactly one Host header, a name or an address, e.g. Host: reports.example.com",
  closes: true,
};

const UNDECLARED_LENGTH: Refusal = {
  status: 411,
  code: "E_BODY_LENGTH",
  title: "Length Required",
  detail: "A body must declare its length in Content-Length, not come in chunks",
};

const TOO_LARGE: Refusal = {
  status: 413,
  code: "E_BODY_SIZE",
  title: "Content Too Large",
  detail: `The body is larger than the ${MAX_BODY_BYTES} bytes that it may have`,
};

/**
 * What is wrong with a request that nothing of the site should see, or null; of what parses as HTTP at all.
 * About a microsecond for an ordinary one.
 */
export function refusalOf(request: GuardedRequest): Refusal | null {
  const { method = "", url = "", headers, rawHeaders, httpVersionMinor } = request;
  if (!PASSED_METHODS.has(method)) return METHOD;
  const refusal = refuseTarget(url);
  if (refusal !== null) return refusal;
  if (rawHeaders.length > 2 * MAX_HEADERS) return tooManyHeaders(rawHeaders.length / 2);
  const hosts = countHosts(rawHeaders);
  if (hosts > 1 || (hosts === 0 && httpVersionMinor > 0)) return HOST;
  // An empty one is for targets that have no host (RFC 9112, section 3.2).
  if (headers.host && !isHost(headers.host)) return HOST;
  // Chunks have no end that is known beforehand, and what reads none of them could not tell how many come.
  if (headers["transfer-encoding"] !== undefined) return UNDECLARED_LENGTH;
  const length = headers["content-length"];
  return length !== undefined && Number(length) > MAX_BODY_BYTES ? TOO_LARGE : null;
}

/** Node keeps the first of several, and a proxy in front may have gone by another. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") count++;
  }
  return count;
}

function tooManyHeaders(count: number): Refusal {
  const detail = `The request has ${count} headers; it may have ${MAX_HEADERS}`;
  return { status: 431, code: "E_HEADERS", title: "Request Header Fields Too Large", detail };
}

/** One of each kind, for whoever describes what the site may answer. */
export const REFUSALS: readonly Refusal[] = [
  ...TARGET_REFUSALS,
  HOST,
  METHOD,
  UNDECLARED_LENGTH,
  TOO_LARGE,
  tooLong(MAX_URL_LENGTH + 1),
  EXPECTATION,
  tooManyHeaders(MAX_HEADERS + 1),
];
