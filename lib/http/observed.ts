import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { log } from "../log";
import { runInRequest } from "../request-context";
import type { TrustedProxies } from "../trusted-proxies";
import { clientAddress } from "./client-address";
import { parseCacheControl } from "./page-cache/cache-control";
import { routePattern } from "./route-pattern";

/** How a request ended. */
export interface Exchange {
  readonly method: string;
  readonly route: string;
  /**
   * "aborted": the visitor went before the answer was complete. "not_cached": he wanted what is kept or nothing, and got
   * 504 (RFC 9111, section 5.2.1.7); no fault of the server, whose errors are numbers from 500.
   */
  readonly status: number | "aborted" | "not_cached";
  readonly durationMs: number;
}

export interface ObserverOptions {
  readonly trustedProxies: TrustedProxies;
  readonly onBegin: () => void;
  readonly onEnd: (exchange: Exchange) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const REQUEST_ID = "x-request-id";
/** What proxies and load balancers send. Others would forge lines of the log, or fill it. */
const SANE_REQUEST_ID = /^[\w.:=+/-]{1,128}$/;
const MAX_LOGGED_PATH = 200;

/**
 * Gives each request its context and an id, that of its X-Request-Id if it has a sane one, in the same
 * field (`requestIdOf`); and tells how it ended.
 */
export function observed(handler: RequestListener, options: ObserverOptions): RequestListener {
  const { trustedProxies, onBegin, onEnd, now = () => performance.now() } = options;
  return (request, response) => {
    const context = {
      id: requestIdOf(request) ?? randomUUID(),
      address: clientAddress(request, trustedProxies),
    };
    const beganAt = now();
    request.headers[REQUEST_ID] = context.id;
    onBegin();
    runInRequest(context, () => {
      let isWhole = false;
      // What was not sent yet when a connection is destroyed counts as finished too. Asked before the server's own
      // listener lets go of the connection.
      response.prependOnceListener("finish", () => {
        isWhole = response.socket?.destroyed === false;
      });
      response.once("close", () => {
        const exchange = {
          method: request.method ?? "GET",
          route: routePattern(request.url ?? "/"),
          status: isWhole ? statusOf(request, response) : ("aborted" as const),
          durationMs: now() - beganAt,
        };
        onEnd(exchange);
        record(request, exchange);
      });
      handler(request, response);
    });
  };
}

/** The id that a request came with, or was given since; undefined where there is none, or no sane one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string | undefined {
  const given = headers[REQUEST_ID];
  return typeof given === "string" && SANE_REQUEST_ID.test(given) ? given : undefined;
}

function statusOf({ headers }: IncomingMessage, { statusCode }: ServerResponse): number | "not_cached" {
  const isUnkept = statusCode === 504 && parseCacheControl(headers["cache-control"]).onlyIfCached;
  return isUnkept ? "not_cached" : statusCode;
}

/** One line a request, in detail only. The query is left out: it may hold what is nobody's business. */
function record(request: IncomingMessage, { method, route, status, durationMs }: Exchange): void {
  const [path = "/"] = (request.url ?? "/").split("?", 1);
  const fields = { method, path: path.slice(0, MAX_LOGGED_PATH), route, status, ms: Math.round(durationMs) };
  // That a dependency is away is logged once, when it goes, not with each question about it.
  const isFailure = typeof status === "number" && status >= 500 && route !== "/health";
  if (isFailure) log.warn("a request failed", fields);
  else log.debug("request", fields);
}
