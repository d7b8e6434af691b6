import {
  AdminDisabledError,
  InvalidCacheKeyError,
  MethodNotAllowedError,
  TooManyAttemptsError,
  UnauthorizedError,
} from "../errors";
import { log } from "../log";

interface Translation {
  readonly status: number;
  readonly title: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The answer of an API to an error, as `application/problem+json` (RFC 9457). What is not an error of
 * ours is a 500 that says nothing of what happened; the log does.
 */
export function problemResponse(error: unknown): Response {
  const { status, title, headers } = translate(error);
  if (status === 500) log.error("an API failed", { error });
  const body = {
    type: "about:blank",
    title,
    status,
    ...(status < 500 && error instanceof Error && "code" in error && { detail: error.message, code: error.code }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

/** The only place where errors become statuses. */
function translate(error: unknown): Translation {
  if (error instanceof UnauthorizedError) {
    const headers = { "www-authenticate": 'Bearer realm="web-server-report"' };
    return { status: 401, title: "Unauthorized", headers };
  }
  if (error instanceof AdminDisabledError) return { status: 403, title: "Forbidden" };
  if (error instanceof InvalidCacheKeyError) return { status: 400, title: "Bad Request" };
  if (error instanceof MethodNotAllowedError) {
    return { status: 405, title: "Method Not Allowed", headers: { allow: error.allowed.join(", ") } };
  }
  if (error instanceof TooManyAttemptsError) {
    const headers = { "retry-after": String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) };
    return { status: 429, title: "Too Many Requests", headers };
  }
  return { status: 500, title: "Internal Server Error" };
}
