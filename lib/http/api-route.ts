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

/** For the methods that a route does not have: Next on its own would not say which it has. */
export function refuseMethod(...allowed: readonly string[]): (request: Request) => Response {
  return () => problemResponse(new MethodNotAllowedError(allowed));
}

/** What changes with each request is kept by nobody. */
export function jsonResponse(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
