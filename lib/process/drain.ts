import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import { Server, type Socket } from "node:net";

export interface Drain {
  /**
   * Stops accepting and resolves when the last connection has ended, each after the answer that is under
   * way on it. What is left after `limitMs` is cut off. A second call gives the same promise.
   */
  drain(limitMs: number): Promise<void>;
  /**
   * For answers that never end by themselves, such as streams of events: called once, when draining begins,
   * to end them. When it has begun already, at once.
   *
   * @returns takes the callback back, for when the answer has ended before
   */
  onDrain(callback: () => void): () => void;
}

/**
 * Ends the connections of a server without cutting an answer short. Node's `closeIdleConnections`, which
 * its `close` calls too, takes a connection for idle when its answer was written by the handler, also while
 * most of that answer still waits for a slow reader: it would lose the rest.
 *
 * To be created before the first connection is there, and before the server listens.
 */
export function createDrain(server: HttpServer): Drain {
  /** The answer to the last request of each connection; undefined before the first. */
  const connections = new Map<Socket, ServerResponse | undefined>();
  const callbacks = new Set<() => void>();
  let draining: Promise<void> | undefined;

  server.on("connection", (socket: Socket) => {
    connections.set(socket, undefined);
    socket.once("close", () => connections.delete(socket));
  });
  // Before the handler, which may have sent the head when it returns.
  server.prependListener("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    connections.set(socket, response);
    if (draining) endAfter(response, socket);
  });

  function begin(limitMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      // Not the `close` of http.Server, for the reason above. Calls back also when nothing was listening.
      Server.prototype.close.call(server, () => resolve());
    });
    const cutOff = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy();
    }, limitMs);
    for (const [socket, response] of connections) endConnection(socket, response);
    for (const callback of callbacks) callback();
    callbacks.clear();
    return closed.finally(() => clearTimeout(cutOff));
  }

  return {
    drain: (limitMs) => (draining ??= begin(limitMs)),
    onDrain(callback) {
      if (draining) callback();
      else callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

function endConnection(socket: Socket, response: ServerResponse | undefined): void {
  // A connection that browsers open ahead of need; one that has sent something is about to ask.
  if (response === undefined && socket.bytesRead === 0) socket.destroy();
  else if (response?.writableFinished) socket.destroySoon();
  else if (response) endAfter(response, socket);
}

function endAfter(response: ServerResponse, socket: Socket): void {
  // Node ends the connection itself then, and the client knows not to send another request.
  if (!response.headersSent) response.setHeader("connection", "close");
  response.once("finish", () => socket.destroySoon());
}
