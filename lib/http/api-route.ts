import { MethodNotAllowedError } from "../errors";
import { problemResponse } from "./problem";

type Handler = (request: Request) => Response | Promise<Response>;

/** A route handler that answers also when `handler` throws. */
export function apiRoute(handler: Handler): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      return problemResponse(error);
    }
  };
}

/** For the methods that a route does not have: Next on its own would not say which it has. */
export function refuseMethod(...allowed: readonly string[]): Handler {
  return () => problemResponse(new MethodNotAllowedError(allowed));
}

/** What changes with each request is kept by nobody. */
export function jsonResponse(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
