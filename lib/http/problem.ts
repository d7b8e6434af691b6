import type { MethodNotAllowedError, TooManyAttemptsError, TooManyRefreshesError } from "../errors";
import { log } from "../log";

interface Translation {
  readonly status: number;
  readonly title: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The answer of an API to an error, as `application/problem+json` (RFC 9457). What is not listed here is
 * a 500 that says nothing of what happened; the log does.
 */
export function problemResponse(error: unknown): Response {
  const translation = translate(error);
  if (translation === undefined) log.error("an API failed", { error });
  const { status, title, headers } = translation ?? { status: 500, title: "Internal Server Error" };
  const body = {
    type: "about:blank",
    title,
    status,
    ...(translation && error instanceof Error && { detail: error.message, code: codeOf(error) }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
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
    case "E_METHOD": {
      const { allowed } = error as MethodNotAllowedError;
      return { status: 405, title: "Method Not Allowed", headers: { allow: allowed.join(", ") } };
    }
    case "E_TOO_MANY_ATTEMPTS":
    case "E_TOO_MANY_REFRESHES": {
      const { retryAfterMs } = error as TooManyAttemptsError | TooManyRefreshesError;
      const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
      return { status: 429, title: "Too Many Requests", headers: { "retry-after": String(seconds) } };
    }
    case "E_MARKET_UNREADABLE":
      return { status: 503, title: "Service Unavailable", headers: { "retry-after": "2" } };
    case "E_STREAMS_FULL":
      return { status: 503, title: "Service Unavailable", headers: { "retry-after": "30" } };
    default:
      return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
