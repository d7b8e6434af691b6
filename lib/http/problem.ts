import type { MethodNotAllowedError } from "../errors";
import { log } from "../log";
import type { Answer } from "./exchange";

interface Translation {
  readonly status: number;
  readonly title: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is said of a failure (RFC 9457): nothing that the asker may not know. */
interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly code?: string | undefined;
}

/** The body of `application/problem+json`. Without `detail` and `code` only the log knows more. */
export interface ProblemDocument extends Problem {
  readonly type: "about:blank";
}

/** All that is said of an error that nobody foresaw. */
export const INTERNAL_ERROR: Problem = { status: 500, title: "Internal Server Error" };

export const PROBLEM_HEADERS = { "content-type": "application/problem+json", "cache-control": "no-store" };

export function problemText({ status, title, detail, code }: Problem): string {
  const document = { type: "about:blank", title, status, detail, code } satisfies Record<
    keyof ProblemDocument,
    unknown
  >;
  return JSON.stringify(document);
}

/**
 * The answer of an API to an error, as `application/problem+json` (RFC 9457). What is not listed here is
 * a 500 that says nothing of what happened; the log does.
 */
export function problemResponse(error: unknown): Response {
  const { status, headers, text } = problemOf(error);
  return new Response(text, { status, headers });
}

/** The same for the front server, which knows no `Response`. */
export function problemAnswer(error: unknown): Answer {
  const { status, headers, text } = problemOf(error);
  return { status, fields: Object.entries(headers).flat(), body: Buffer.from(text) };
}

function problemOf(error: unknown) {
  const translation = translate(error);
  if (translation === undefined) log.error("an API failed", { error });
  const { status, title, headers } = translation ?? { ...INTERNAL_ERROR, headers: {} };
  const isKnown = translation !== undefined && error instanceof Error;
  const text = problemText({
    status,
    title,
    ...(isKnown && { detail: error.message, code: codeOf(error) }),
  });
  return { status, headers: { ...PROBLEM_HEADERS, ...headers }, text };
}

/**
 * The only place where errors become statuses. By their codes: Next compiles routes apart from the
 * entry, so that the class of an error that was made there is another one here.
 */
function translate(error: unknown): Translation | undefined {
  switch (codeOf(error)) {
    case "E_CACHE_KEY":
    case "E_PARAMETER":
      return { status: 400, title: "Bad Request" };
    case "E_UNAUTHORIZED":
      return {
        status: 401,
        title: "Unauthorized",
        headers: { "www-authenticate": 'Bearer realm="web-server-report"' },
      };
    case "E_ADMIN_DISABLED":
      return { status: 403, title: "Forbidden" };
    case "E_NOT_FOUND":
      return { status: 404, title: "Not Found" };
    case "E_METHOD": {
      const { allowed } = error as MethodNotAllowedError;
      return { status: 405, title: "Method Not Allowed", headers: { allow: allowed.join(", ") } };
    }
    case "E_TOO_MANY_ATTEMPTS":
    case "E_TOO_MANY_REFRESHES":
    case "E_RATE_LIMITED":
      return { status: 429, title: "Too Many Requests", headers: retryAfter(error) };
    case "E_OVERLOADED":
      return { status: 503, title: "Service Unavailable", headers: retryAfter(error) };
    case "E_MARKET_UNREADABLE":
      return { status: 503, title: "Service Unavailable", headers: { "retry-after": "2" } };
    case "E_STREAMS_FULL":
      return { status: 503, title: "Service Unavailable", headers: { "retry-after": "30" } };
    case "E_METRICS_INCOMPLETE":
      return { status: 503, title: "Service Unavailable", headers: { "retry-after": "1" } };
    case "E_HANDLER_TIMEOUT":
    case "E_NOT_CACHED":
      return { status: 504, title: "Gateway Timeout" };
    default:
      return undefined;
  }
}

/** Whole seconds, rounded up, so that nobody comes too early. */
function retryAfter(error: unknown): Readonly<Record<string, string>> {
  const { retryAfterMs } = error as { readonly retryAfterMs: number };
  return { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
