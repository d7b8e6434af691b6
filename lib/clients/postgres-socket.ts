import { once } from "node:events";
import { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { ConnectionCounter } from "./connection-counts";

/** What the postgres client knows of the server when it asks for a socket. */
export interface SocketRequest {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket; false for TCP. */
  readonly path: string | false;
}

/**
 * Opens the client's sockets. A server that accepts a connection and hangs up without a word (a proxy
 * whose database is down) is an error here; on its own the client would connect again at once, without
 * end, and its queries would wait for ever.
 *
 * @param timeout milliseconds that connecting may take
 * @param end closes every socket at once, whether its other side answers or not
 * @param counter is told of each socket
 */
export function socketOpener(
  timeout: number,
  end?: AbortSignal,
  counter?: ConnectionCounter,
): (request: SocketRequest) => Promise<Duplex> {
  let attempts = 0;
  return async ({ host, port, path }) => {
    const turn = attempts++ % host.length;
    const server = { host: host[turn], port: port[turn] ?? 5432 };
    // The client looks for both on its socket: TLS checks the certificate against the host.
    const socket = Object.assign(new Socket(), server);
    const destroy = () => socket.destroy();
    end?.addEventListener("abort", destroy);
    socket.once("close", () => end?.removeEventListener("abort", destroy));
    try {
      socket.connect(path ? { path } : server);
      await once(socket, "connect", { signal: AbortSignal.timeout(timeout) });
    } catch (error) {
      socket.destroy();
      counter?.failed();
      return failedSocket(asConnectError(error, timeout));
    }
    tellErrorsWithClose(socket);
    counter?.opened();
    socket.once("close", () => counter?.closed());
    socket.once("end", () => {
      if (socket.bytesRead === 0) socket.destroy(new Error("the server closed the connection unanswered"));
    });
    return socket;
  };
}

/**
 * Node tells of an error first, and of the close a moment later. In between the client would give the next query a
 * socket that is gone, and that query would never settle. (Over TLS the client listens to a socket that it makes.)
 */
function tellErrorsWithClose(socket: Socket): void {
  const emit: (event: string | symbol, ...values: unknown[]) => boolean = socket.emit.bind(socket);
  let failure: unknown;
  socket.emit = (event: string | symbol, ...values: unknown[]) => {
    if (event === "error") {
      failure = values[0];
      return true;
    }
    if (event === "close" && failure !== undefined) emit("error", failure);
    return emit(event, ...values);
  };
}

/** The client would lose a place in its pool for each rejected promise; errors of a socket it handles. */
function failedSocket(error: Error): Duplex {
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(error) });
}

function asConnectError(error: unknown, timeout: number): Error {
  if (error instanceof Error && error.name !== "AbortError") return error;
  return new Error(`no connection within ${timeout / 1000} s`, { cause: error });
}
