import type { IncomingMessage, ServerResponse } from "node:http";
import { problemResponse } from "./problem";

/** Where the events of one client go. */
export interface EventSink {
  /** @returns false when it is full: write again after `EventWriter.drained` */
  write(bytes: Uint8Array): boolean;
  /** Ends the answer after what was written. */
  end(): void;
  /** Ends it at once: the client has not read for too long. */
  cut(): void;
}

/** Who writes into a sink. */
export interface EventWriter {
  /** The sink takes more. */
  drained(): void;
  /** The client went. */
  left(): void;
}

/**
 * Begins to write.
 *
 * @param lastEventId the header of that name: what a client that comes back saw last
 */
export type OpenEvents = (sink: EventSink, lastEventId: string | null) => EventWriter;

/** Bytes that wait in the answer before it counts as full; what the socket holds comes on top. */
const BUFFER_BYTES = 16 * 1024;

export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream",
  // Compressing would hold events back.
  "cache-control": "no-store, no-transform",
  // nginx passes events on at once when it is told so.
  "x-accel-buffering": "no",
} as const;

/**
 * An answer of Server-Sent Events that lasts until one of the sides ends it.
 *
 * @param open what it throws is thrown here
 */
export function eventStreamResponse(request: Request, open: OpenEvents): Response {
  let writer: EventWriter | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        writer = open(sinkOf(controller), request.headers.get("last-event-id"));
      },
      pull: () => writer?.drained(),
      cancel: () => writer?.left(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
  );
  return new Response(body, { headers: EVENT_STREAM_HEADERS });
}

function sinkOf(controller: ReadableStreamDefaultController<Uint8Array>): EventSink {
  return {
    write(bytes) {
      controller.enqueue(bytes);
      return (controller.desiredSize ?? 0) > 0;
    },
    end: () => controller.close(),
    // By this name Next knows that nothing has gone wrong, and closes the connection without a word.
    cut: () => controller.error(new DOMException("The client reads too slowly", "AbortError")),
  };
}

/**
 * The same without Next, whose streams cost 140 KB a client and several times the work of a write.
 *
 * @param open what it throws is answered as a problem
 */
export async function sendEvents(
  request: IncomingMessage,
  response: ServerResponse,
  open: OpenEvents,
): Promise<void> {
  // Not before `open` has written: it may refuse.
  const begin = () => {
    if (!response.headersSent) response.writeHead(200, EVENT_STREAM_HEADERS);
  };
  const sink: EventSink = {
    write(bytes) {
      begin();
      return response.write(bytes);
    },
    end() {
      begin();
      response.end();
    },
    cut: () => response.destroy(),
  };
  const seen = request.headers["last-event-id"];
  try {
    const writer = open(sink, typeof seen === "string" ? seen : null);
    response.on("drain", writer.drained);
    response.once("close", writer.left);
  } catch (error) {
    const problem = problemResponse(error);
    response.writeHead(problem.status, Object.fromEntries(problem.headers)).end(await problem.text());
  }
}
