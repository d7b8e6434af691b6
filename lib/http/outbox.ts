import type { Socket } from "node:net";
import type { ReplyChunks } from "./reply-bytes";

/** So many answers are written at once at most: with more, the first of them would wait long for the last. */
const MOST = 32;
/** Of an answer as large as that it is to be known at once whether its client reads. */
const LARGE_BYTES = 64 * 1024;
/** A client that asks without reading is not listened to until it has read. */
export const MAX_UNREAD_BYTES = 1024 * 1024;

interface Letter {
  readonly socket: Socket;
  readonly chunks: ReplyChunks;
}

/**
 * Answers of one turn of the event loop, written one after the other. A write to a client that sleeps wakes it, which
 * costs the server more than all else about an answer; while it still reads the first answer, the next ones are cheap.
 */
export class Outbox {
  #letters: Letter[] = [];

  put(socket: Socket, chunks: ReplyChunks): void {
    const count = this.#letters.push({ socket, chunks });
    if (count === MOST || (chunks.body?.length ?? 0) > LARGE_BYTES) this.flush();
    else if (count === 1) setImmediate(() => this.flush());
  }

  /** Writes what has been put, before anything else may be written to these connections or ends them. */
  flush(): void {
    const letters = this.#letters;
    this.#letters = [];
    for (const { socket, chunks } of letters) if (socket.writable) write(socket, chunks);
  }
}

function write(socket: Socket, { head, body }: ReplyChunks): void {
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
