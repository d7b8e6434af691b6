import { MethodNotAllowedError } from "../errors";
import { problemResponse } from "./problem";

/** A route handler that answers also when `handler` throws. */
export function apiRoute<Context extends readonly unknown[]>(
  handler: (request: Request, ...context: Context) => Response | Promise<Response>,
): (request: Request, ...context: Context) => Promise<Response> {
  return async (request, ...context) => {
    try {
      return await handler(request, ...context);
    } catch (error) {
      return problemResponse(error);
    }
  };
}

/**
 * For the methods that a route does not have, and for OPTIONS, which asks for those that it has (RFC 9110, section
 * 10.2.1): Next on its own would not say which it has, or name those that are refused here.
 */
export function otherMethods(...methods: readonly string[]): (request: Request) => Response {
  const allowed = [...methods, "OPTIONS"];
  return ({ method }) => {
    if (method !== "OPTIONS") return problemResponse(new MethodNotAllowedError(allowed));
    return new Response(null, { status: 204, headers: { allow: allowed.join(", ") } });
  };
}

/** What changes with each request is kept by nobody. */
export function jsonResponse(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
