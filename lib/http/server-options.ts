import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { answerClientError, type Exchange, refuse } from "./client-errors";
import { sendRefusal } from "./refusal";
import { EXPECTATION, METHOD, refusalOf } from "./request-guard";
import { MAX_HEAD_BYTES } from "./request-limits";

/** For `createServer`. Times are in milliseconds. */
export const serverOptions = {
  maxHeaderSize: MAX_HEAD_BYTES,
  /** Until the headers have arrived, from the first byte or the opening of the connection. */
  headersTimeout: 10_000,
  /** Until the body has as well. */
  requestTimeout: 30_000,
  /** How late the two above may be noticed. */
  connectionsCheckingInterval: 2_000,
  /**
   * A proxy that sends a request over a connection which is being closed answers its visitor with an error,
   * so it has to be the one who closes first: nginx and AWS do after 60 seconds.
   */
  keepAliveTimeout: 65_000,
  insecureHTTPParser: false,
  /** `request-guard.ts` does, in words and with headers. */
  requireHostHeader: false,
} as const satisfies ServerOptions;

export interface ConnectionLimits {
  /** Nothing was sent nor read for so long while an answer is due: the visitor does not read it. */
  readonly idleMs?: number;
  /** More are closed as they come. Below what the system allows, so that databases are still reached. */
  readonly maxConnections?: number;
}

const IDLE_MS = 60_000;
export const MAX_CONNECTIONS = 10_000;
/** Then the client opens another connection, which begins where hits are answered fastest (`hit-lane.ts`). */
const MAX_REQUESTS_PER_SOCKET = 1_000;

/**
 * Sets what no option of `createServer` does, and answers what never reaches the request listener.
 *
 * An upgrade is not listened to, so that Node takes the request as if it asked for none (RFC 9110, 7.8).
 */
export function configureServer(server: Server, limits: ConnectionLimits = {}): void {
  const { idleMs = IDLE_MS, maxConnections = MAX_CONNECTIONS } = limits;
  server.timeout = idleMs;
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_SOCKET;

  const lastExchanges = new WeakMap<Duplex, Exchange>();
  const remember = (request: IncomingMessage, response: ServerResponse) =>
    void lastExchanges.set(request.socket, { request, response });

  server.on("request", remember);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    remember(request, response);
    // Refused before the body is asked for, if it is to be refused at all.
    const refusal = refusalOf(request);
    if (refusal !== null) return sendRefusal(response, refusal);
    response.writeContinue();
    server.emit("request", request, response);
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    remember(request, response);
    sendRefusal(response, EXPECTATION);
  });
  server.on("connect", (_request: IncomingMessage, socket: Duplex) => {
    socket.on("error", () => socket.destroy()).resume();
    refuse(socket, METHOD);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) =>
    answerClientError(error, socket, lastExchanges.get(socket)),
  );
}
