import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Fields } from "./page-cache/fields";
import type { CacheRequest } from "./page-cache/options";
import { replyTo } from "./page-cache/send-answer";
import type { StoredAnswer } from "./page-cache/stored-answer";
import { type PlainRequest, parsePlainRequest } from "./plain-request";
import { ReplyBytes, type ReplyChunks, type Told } from "./reply-bytes";

/** Something that can be sent at once. */
export interface Ready extends Told {
  readonly answer: StoredAnswer;
}

export interface HitLaneOptions {
  readonly find: (request: CacheRequest) => Ready | undefined;
  /** Of this one exchange, such as `Strict-Transport-Security`: the same object where they are the same. */
  readonly exchangeFields: (request: CacheRequest) => Fields;
  readonly onServed?: (request: CacheRequest, status: number) => void;
  /** A connection on which nothing has been asked yet is closed after that. */
  readonly firstRequestMs: number;
  /** And one that was used, after that. */
  readonly keepAliveMs: number;
}

export interface HitLane {
  /** Connections that are in the lane. */
  readonly size: number;
  /** Ends all connections, each once what was written to it has been sent; what is asked after that goes unheard. */
  close(): void;
}

interface Sendable {
  readonly status: number;
  readonly chunks: ReplyChunks;
}

/** A request's head with all its cookies; what is longer is no common request. */
const LONGEST_REQUEST_BYTES = 16_384;
/** A client that asks without reading is not listened to until it has read. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Answers what is ready straight on the connection: plain requests, in the usual form, for something that
 * `find` has. Node's HTTP server spends most of its time per request on objects that such an answer does not
 * need. At the first request that is anything else, the connection goes over to that server for good, with every
 * byte that has not been answered.
 */
export function openHitLane(server: Server, options: HitLaneOptions): HitLane {
  const sockets = new Set<Socket>();
  const bytes = new ReplyBytes(options.keepAliveMs);
  const nodes = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  let isClosing = false;

  /** What to send, or null where that is not for the lane. */
  function answer(request: CacheRequest): Sendable | null {
    try {
      const ready = options.find(request);
      if (ready === undefined) return null;
      const reply = replyTo(request.method, request.headers, ready.answer);
      return { status: reply.status, chunks: bytes.of(reply, ready, options.exchangeFields(request)) };
    } catch {
      // Nothing has been sent: the usual way has its own errors, and tells of them.
      return null;
    }
  }

  function send(socket: Socket, { head, body }: ReplyChunks): void {
    if (body === null) {
      socket.write(head);
    } else {
      socket.cork();
      socket.write(head);
      socket.write(body);
      socket.uncork();
    }
    if (socket.writableLength > MAX_UNREAD_BYTES) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  }

  function enter(socket: Socket): void {
    sockets.add(socket);
    let isUsed = false;
    let lastChunk: Buffer | undefined;
    let lastRequest: CacheRequest | null = null;

    /** Who asks for the same again, as a client that polls or revalidates does, sends the same bytes. */
    const read = (chunk: Buffer): CacheRequest | null => {
      if (lastChunk?.equals(chunk)) return lastRequest;
      const plain =
        chunk.length <= LONGEST_REQUEST_BYTES ? parsePlainRequest(chunk.toString("latin1")) : null;
      lastChunk = chunk;
      lastRequest = plain && withSocket(plain, socket);
      return lastRequest;
    };
    const onData = (chunk: Buffer) => {
      // Nothing can be said any more.
      if (socket.writableEnded) return;
      const request = isClosing ? null : read(chunk);
      const sendable = request && answer(request);
      if (!request || !sendable) return handOver(chunk);
      if (!isUsed) socket.setTimeout(options.keepAliveMs);
      isUsed = true;
      send(socket, sendable.chunks);
      options.onServed?.(request, sendable.status);
    };
    const onEnd = () => socket.end();
    const onBroken = () => socket.destroy();
    const leave = () => {
      sockets.delete(socket);
      socket.off("data", onData);
      socket.off("end", onEnd);
      socket.off("timeout", onBroken);
      socket.off("error", onBroken);
      socket.off("close", leave);
    };
    const handOver = (chunk: Buffer) => {
      leave();
      socket.setTimeout(0);
      socket.pause();
      socket.unshift(chunk);
      for (const listener of nodes) listener.call(server, socket);
      socket.resume();
    };

    socket.setTimeout(options.firstRequestMs);
    socket.on("data", onData);
    socket.on("end", onEnd);
    socket.on("timeout", onBroken);
    socket.on("error", onBroken);
    socket.on("close", leave);
  }

  server.on("connection", enter);
  return {
    get size() {
      return sockets.size;
    },
    close() {
      isClosing = true;
      // Without waiting for the client to end its side, which may take as long as it likes.
      for (const socket of sockets) socket.destroySoon();
    },
  };
}

function withSocket({ method, url, headers }: PlainRequest, socket: Socket): CacheRequest {
  return { method, url, headers, socket };
}
