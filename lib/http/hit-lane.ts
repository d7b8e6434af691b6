import type { Server } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as ownCallback } from "node:timers/promises";
import { Arrivals } from "./arrivals";
import { MAX_UNREAD_BYTES, Outbox } from "./outbox";
import type { Fields } from "./page-cache/fields";
import type { CacheRequest } from "./page-cache/options";
import { replyTo } from "./page-cache/send-answer";
import type { StoredAnswer } from "./page-cache/stored-answer";
import { type PlainRequest, parsePlainRequest } from "./plain-request";
import { ReplyBytes, type ReplyChunks, type Told } from "./reply-bytes";
import { MAX_HEAD_BYTES } from "./request-limits";

/** Something that can be sent at once. */
export interface Ready extends Told {
  readonly answer: StoredAnswer;
}

export interface HitLaneOptions {
  readonly find: (request: CacheRequest) => Ready | undefined;
  /**
   * What is being made ready for others and will do for this request too; undefined where nothing is. It resolves to
   * undefined where it turned out not to do.
   */
  readonly join?: (request: CacheRequest) => Promise<Ready | undefined> | undefined;
  /** Of this one exchange, such as `Strict-Transport-Security`: the same object where they are the same. */
  readonly exchangeFields: (request: CacheRequest) => Fields;
  readonly onServed?: (request: CacheRequest, status: number) => void;
  /** A connection on which nothing has been asked yet is closed after that. */
  readonly firstRequestMs: number;
  /** And one that was used, after that. */
  readonly keepAliveMs: number;
  /** So long a request waits for connections that are still to come. Default: that of `Arrivals`. */
  readonly longestPutOffMs?: number;
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

/**
 * Answers what is ready straight on the connection: plain requests, in the usual form, for something that
 * `find` has, or that another request is having made. Node's HTTP server spends most of its time per request on
 * objects that such an answer does not need. At the first request that is anything else, the connection goes over
 * to that server for good, with every byte that has not been answered.
 */
export function openHitLane(server: Server, options: HitLaneOptions): HitLane {
  const sockets = new Set<Socket>();
  const arrivals = new Arrivals(options.longestPutOffMs);
  const outbox = new Outbox();
  /** Of connections whose request waits for what is being made: lets it go over to Node's server. */
  const waiting = new Map<Socket, () => void>();
  /** Connections whose request is read once no more connections come. */
  const putOffs = new Set<Socket>();
  const bytes = new ReplyBytes(options.keepAliveMs);
  const nodes = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  let isClosing = false;

  /** What is ready, or will be; undefined where that is not for the lane. */
  function lookUp(request: CacheRequest): Ready | Promise<Ready | undefined> | undefined {
    try {
      return options.find(request) ?? options.join?.(request);
    } catch {
      // The usual way has its own errors, and tells of them.
      return undefined;
    }
  }

  /** What to send; undefined where that is not for the lane. */
  function sendableOf(request: CacheRequest, ready: Ready): Sendable | undefined {
    try {
      const reply = replyTo(request.method, request.headers, ready.answer);
      return { status: reply.status, chunks: bytes.of(reply, ready, options.exchangeFields(request)) };
    } catch {
      return undefined;
    }
  }

  function enter(socket: Socket): void {
    arrivals.note();
    sockets.add(socket);
    let isUsed = false;
    let wasPutOff = false;
    let lastChunk: Buffer | undefined;
    let lastRequest: CacheRequest | null = null;

    /** Who asks for the same again, as a client that polls or revalidates does, sends the same bytes. */
    const read = (chunk: Buffer): CacheRequest | null => {
      if (lastChunk?.equals(chunk)) return lastRequest;
      const plain = chunk.length <= MAX_HEAD_BYTES ? parsePlainRequest(chunk.toString("latin1")) : null;
      lastChunk = chunk;
      lastRequest = plain && withSocket(plain, socket);
      return lastRequest;
    };
    const onData = (chunk: Buffer): void => {
      const coming = wasPutOff ? undefined : arrivals.underWay;
      wasPutOff = false;
      if (coming === undefined) take(chunk);
      else putOff(chunk, coming);
    };
    /** Reads it once more then: with what follows it, the end as well, as if it had not come before. */
    const putOff = async (chunk: Buffer, until: Promise<void>) => {
      putOffs.add(socket);
      socket.pause();
      socket.unshift(chunk);
      await until;
      // One after the other: what the first has made is under way when the next looks for it.
      await ownCallback();
      if (!putOffs.delete(socket)) return;
      wasPutOff = true;
      socket.resume();
    };
    const take = (chunk: Buffer) => {
      // Nothing can be said any more.
      if (socket.writableEnded) return;
      const request = isClosing ? null : read(chunk);
      const ready = request ? lookUp(request) : undefined;
      if (request === null || ready === undefined) handOver(chunk);
      else if (ready instanceof Promise) join(chunk, request, ready);
      else answer(chunk, request, ready);
    };
    const answer = (chunk: Buffer, request: CacheRequest, ready: Ready) => {
      const sendable = sendableOf(request, ready);
      if (sendable === undefined) return handOver(chunk);
      if (!isUsed) socket.setTimeout(options.keepAliveMs);
      isUsed = true;
      outbox.put(socket, sendable.chunks);
      options.onServed?.(request, sendable.status);
    };
    const join = (chunk: Buffer, request: CacheRequest, made: Promise<Ready | undefined>) => {
      socket.pause();
      socket.setTimeout(0);
      isUsed = false;
      waiting.set(socket, () => handOver(chunk));
      const proceed = (ready?: Ready) => {
        // It has gone, or has gone over.
        if (!waiting.delete(socket)) return;
        if (ready === undefined) return handOver(chunk);
        answer(chunk, request, ready);
        if (sockets.has(socket) && socket.writableLength <= MAX_UNREAD_BYTES) socket.resume();
      };
      made.then(proceed, () => proceed());
    };
    const onEnd = () => {
      outbox.flush();
      socket.end();
    };
    const onBroken = () => socket.destroy();
    const leave = () => {
      sockets.delete(socket);
      waiting.delete(socket);
      putOffs.delete(socket);
      socket.off("data", onData);
      socket.off("end", onEnd);
      socket.off("timeout", onBroken);
      socket.off("error", onBroken);
      socket.off("close", leave);
    };
    const handOver = (chunk: Buffer) => {
      outbox.flush();
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
      outbox.flush();
      for (const goOver of waiting.values()) goOver();
      // Without waiting for the client to end its side, which may take as long as it likes.
      for (const socket of sockets) if (!putOffs.has(socket)) socket.destroySoon();
    },
  };
}

function withSocket({ method, url, headers }: PlainRequest, socket: Socket): CacheRequest {
  return { method, url, headers, socket };
}
