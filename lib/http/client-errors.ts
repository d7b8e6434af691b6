import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { LINGER_MS, type Refusal, refusalBytes } from "./refusal";
import { MAX_HEAD_BYTES } from "./request-limits";

/** The last request of a connection that could be read, and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const NOT_HTTP: Refusal = {
  status: 400,
  code: "E_HTTP",
  title: "Bad Request",
  detail: "What was sent could not be read as an HTTP/1.1 request",
};

/** By the codes of Node and of its parser; everything else is a request that could not be read. */
const REFUSALS = new Map<string | undefined, Refusal>([
  [
    "ERR_HTTP_REQUEST_TIMEOUT",
    {
      status: 408,
      code: "E_REQUEST_TIMEOUT",
      title: "Request Timeout",
      detail: "The request did not arrive as a whole in the time that it may take",
    },
  ],
  [
    "HPE_HEADER_OVERFLOW",
    {
      status: 431,
      code: "E_HEADERS",
      title: "Request Header Fields Too Large",
      detail: `URL and headers together are larger than the ${MAX_HEAD_BYTES / 1_024} KiB that they may have`,
    },
  ],
]);

/** All that is said to what never became a request. */
export const CLIENT_REFUSALS: readonly Refusal[] = [NOT_HTTP, ...REFUSALS.values()];

/** Nobody is there any more. */
const GONE = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "ETIMEDOUT"]);

/** Connections that were answered; what else comes over them is nothing new. */
const answered = new WeakSet<Duplex>();

/**
 * Answers what never became a request, or not a whole one (a server's event "clientError"), and ends the
 * connection.
 *
 * @param last what was read from the same connection before: an answer that is under way is not written into
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex, last?: Exchange): void {
  if (answered.has(socket)) return;
  if (!socket.writable || GONE.has(error.code ?? "")) {
    socket.destroy();
    return;
  }
  const refusal = REFUSALS.get(error.code) ?? NOT_HTTP;
  if (last === undefined || isOver(last)) {
    refuse(socket, refusal);
  } else if (last.request.complete) {
    // The bad request came behind a good one, whose answer comes first.
    answered.add(socket);
    last.response.once("close", () => refuse(socket, refusal));
  } else if (last.response.socket !== null && !last.response.headersSent) {
    refuse(socket, refusal);
  } else {
    // It is being answered before it has arrived as a whole, or waits behind another answer.
    endSoon(socket, "");
  }
}

/** Answers on the connection itself, where there is no response, and ends it. */
export function refuse(socket: Duplex, refusal: Refusal): void {
  endSoon(socket, refusalBytes(refusal));
}

function isOver({ request, response }: Exchange): boolean {
  return request.complete && response.closed;
}

/** Closes when the client had the time to read; see `LINGER_MS`. */
function endSoon(socket: Duplex, bytes: string): void {
  answered.add(socket);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(bytes);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
