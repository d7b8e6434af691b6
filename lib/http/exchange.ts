import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** Any request handler of Node, Next's among them. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A request that nobody's connection stands behind. */
export interface Question {
  /** Origin form: path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: string;
  /** The address that the handler is to see. */
  readonly remoteAddress?: string | undefined;
}

/** An answer as it came, complete. Fields as `[name, value, name, value, …]`, names in lower case. */
export interface Answer {
  readonly status: number;
  readonly fields: readonly string[];
  readonly body: Buffer;
}

/** Where an answer goes that is not collected: a response, for one. */
export interface Sink {
  write(chunk: Buffer): boolean;
  end(): unknown;
  destroy(): unknown;
  /** Sends the head before there is a body. */
  flushHeaders?(): void;
  on(event: "drain" | "close", listener: () => void): unknown;
}

export interface Receiver {
  /** Once, when status and fields are known: whether the body is collected, or where it goes. */
  head(status: number, fields: readonly string[]): "collect" | Sink;
  /** What is collected has become larger than `maxBytes`. */
  overflow(): Sink;
  readonly maxBytes: number;
}

/** The handler threw, or ended its answer before it was complete. */
export class BrokenAnswerError extends Error {
  readonly code = "E_BROKEN_ANSWER";
}

const COLLECT: Receiver = {
  head: () => "collect",
  overflow: () => {
    throw new RangeError("unreachable");
  },
  maxBytes: Number.POSITIVE_INFINITY,
};

/**
 * Asks a handler, apart from any connection: whoever asked for it may go, and the answer still comes.
 *
 * @param question a request of ours, or one that has arrived, with its body
 * @param signal ends the exchange, as a visitor does who goes
 * @returns the answer, or null when the receiver sent it elsewhere
 * @throws BrokenAnswerError
 */
export function ask(
  handler: Handler,
  question: Question | IncomingMessage,
  receiver: Receiver = COLLECT,
  signal?: AbortSignal,
): Promise<Answer | null> {
  const request = question instanceof IncomingMessage ? question : detachedRequest(question);
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      response.destroy();
      reject(
        cause instanceof BrokenAnswerError ? cause : new BrokenAnswerError("The handler failed", { cause }),
      );
    };
    const response = new CapturedResponse(request, receiver, resolve, fail);
    signal?.addEventListener("abort", () => response.destroy(), { once: true });
    try {
      Promise.resolve(handler(request, response)).catch(fail);
    } catch (error) {
      fail(error);
    }
  });
}

/** As `ask`, for answers that are wanted whole. */
export async function askWhole(handler: Handler, question: Question): Promise<Answer> {
  return (await ask(handler, question)) as Answer;
}

/** Stands where the socket would: takes everything and keeps nothing. */
class NoConnection extends Duplex {
  readonly encrypted = false;
  readonly remoteAddress: string | undefined;

  constructor(remoteAddress: string | undefined) {
    super();
    this.remoteAddress = remoteAddress;
    // As on a socket of Node's server: who ends an answer with an error has said so, and `close` follows.
    this.on("error", () => {});
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }

  override _writev(_chunks: unknown, done: () => void): void {
    done();
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }
}

function detachedRequest({ target, headers, method = "GET", remoteAddress }: Question): IncomingMessage {
  const request = new IncomingMessage(new NoConnection(remoteAddress) as unknown as Socket);
  request.method = method;
  request.url = target;
  request.httpVersion = "1.1";
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  request.headers = { ...headers };
  request.rawHeaders = Object.entries(headers).flat();
  request.complete = true;
  request.push(null);
  return request;
}

/** A response of Node whose head and body go to a receiver, not to a socket. */
class CapturedResponse extends ServerResponse {
  readonly #receiver: Receiver;
  readonly #done: (answer: Answer | null) => void;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #sink: Sink | undefined;
  #fields: string[] | undefined;
  #isSettled = false;

  constructor(
    request: IncomingMessage,
    receiver: Receiver,
    done: (answer: Answer | null) => void,
    fail: (error: unknown) => void,
  ) {
    super(request);
    this.#receiver = receiver;
    this.#done = done;
    // From now on Node keeps all fields in one place, however they are given.
    this.setHeader("x-captured", "");
    this.removeHeader("x-captured");
    this.assignSocket(new NoConnection(undefined) as unknown as Socket);
    this.once("close", () => {
      if (this.#isSettled) return;
      this.#isSettled = true;
      // Whoever reads it shall not take what came for the whole.
      this.#sink?.destroy();
      fail(new BrokenAnswerError("The answer ended before it was complete"));
    });
  }

  override writeHead(status: number, ...rest: never[]): this {
    const list = (rest as unknown[]).find(Array.isArray);
    // Node would keep only the last of several fields of one name.
    for (const [name, values] of grouped(list ?? []))
      this.setHeader(name, values.length > 1 ? values : String(values[0]));
    super.writeHead(status, ...rest.filter((argument) => argument !== list));
    if (this.#isSettled) return this;
    this.#fields = flatten(this.getHeaders());
    const decision = this.#receiver.head(this.statusCode, this.#fields);
    if (decision !== "collect") this.#pipe(decision);
    return this;
  }

  override write(chunk: unknown, ...rest: never[]): boolean {
    super.write(chunk as Uint8Array, ...rest);
    if (this.#isSettled) return false;
    return this.#take(chunk, typeof rest[0] === "string" ? rest[0] : undefined);
  }

  override end(...args: never[]): this {
    const [chunk, encoding] = args as unknown[];
    const isBody = typeof chunk === "string" || chunk instanceof Uint8Array;
    if (isBody) this.write(chunk, ...((typeof encoding === "string" ? [encoding] : []) as never[]));
    const callback = (args as unknown[]).find((argument) => typeof argument === "function");
    super.end(callback as () => void);
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#sink?.end();
      const body = Buffer.concat(this.#chunks);
      const answer = { status: this.statusCode, fields: this.#fields ?? [], body };
      this.#done(this.#sink === undefined ? answer : null);
      // As Node's server does it; `finish` comes first.
      setImmediate(() => this.emit("close"));
    }
    return this;
  }

  override flushHeaders(): void {
    super.flushHeaders();
    this.#sink?.flushHeaders?.();
  }

  // Interim responses are for the connection that asked, and there is none.
  override writeContinue(written?: () => void): void {
    if (written) process.nextTick(written);
  }

  override writeProcessing(written?: () => void): void {
    if (written) process.nextTick(written);
  }

  override writeEarlyHints(_hints: unknown, written?: () => void): void {
    if (written) process.nextTick(written);
  }

  #take(chunk: unknown, encoding: string | undefined): boolean {
    const isText = typeof chunk === "string";
    const bytes = isText ? Buffer.from(chunk, encoding as BufferEncoding) : Buffer.from(chunk as Uint8Array);
    if (this.#sink) return this.#sink.write(bytes);
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes <= this.#receiver.maxBytes) return true;
    this.#pipe(this.#receiver.overflow());
    return true;
  }

  #pipe(sink: Sink): void {
    this.#sink = sink;
    for (const chunk of this.#chunks.splice(0)) sink.write(chunk);
    const drain = () => this.emit("drain");
    sink.on("drain", drain);
    // Who waits for the whole of it has gone: nobody needs the rest.
    sink.on("close", () => {
      if (!this.#isSettled) this.destroy();
    });
  }
}

/** The fields of a flat list, or of a list of pairs, with all values of each name. */
function grouped(list: readonly unknown[]): Map<string, string[]> {
  const flat = list.flat() as string[];
  const fields = new Map<string, string[]>();
  for (let at = 0; at < flat.length; at += 2) {
    const name = String(flat[at]).toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), String(flat[at + 1])]);
  }
  return fields;
}

function flatten(headers: OutgoingHttpHeaders): string[] {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) for (const each of value) fields.push(name, each);
    else if (value !== undefined) fields.push(name, String(value));
  }
  return fields;
}
