import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, ask, type Handler, type Sink } from "../exchange";
import { type CachedPage, varyNames } from "./cached-page";
import { endToEndFields, type Fields, fieldOf, replaceFields, withoutFields } from "./fields";
import { lifetimeOf } from "./lifetime";
import type { CacheRequest, Settings } from "./options";
import type { FieldReader, PageKey, PageKeys } from "./page-keys";
import type { PageStore } from "./page-store";
import { cacheFields, sendAnswer, writeFields } from "./send-answer";
import { StoredAnswer } from "./stored-answer";

/** How asking the handler ended, for all who waited. */
export type Landing =
  | {
      readonly kind: "answer";
      readonly answer: StoredAnswer;
      readonly outcome: "MISS" | "REVALIDATED";
      readonly handlerMs: number;
      /** Whether it is the answer to a request with these fields too. */
      readonly isFor: (reader: FieldReader) => boolean;
    }
  /** It was for the one who asked, and has been sent. */
  | { readonly kind: "private" }
  | { readonly kind: "failure"; readonly error: unknown };

export interface Flight {
  readonly landed: Promise<Landing>;
}

export interface Client {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Departure {
  readonly request: CacheRequest;
  readonly key: PageKey;
  /** What is to be replaced. */
  readonly old?: CachedPage | undefined;
  /** Gets the answer if it is for nobody else. Absent: only an answer for all is wanted. */
  readonly client?: Client | undefined;
  /** Nobody joins, and the handler gets all fields of the request. */
  readonly isAlone?: boolean;
}

/** The handler answered with an error of its own. */
export class HandlerStatusError extends Error {
  readonly code = "E_HANDLER_STATUS";
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`The handler answered ${answer.status}`);
    this.answer = answer;
  }
}

/** The handler took longer than it may. */
export class HandlerTimeoutError extends Error {
  readonly code = "E_HANDLER_TIMEOUT";
}

/** After a failed revalidation the handler is left alone for that long. */
const RETRY_MS = 1_000;
const OF_THE_BODY = /^content-(?:length|encoding|type|range)$/;

interface OpenFlight extends Flight {
  /** Present once the handler was asked. */
  stamp?: { readonly value: unknown };
}

/** Asks the handler: once for all who want the same at the same time. */
export class Flights {
  readonly #settings: Settings;
  readonly #handler: Handler;
  readonly #keys: PageKeys;
  readonly #store: PageStore;
  readonly #open = new Map<string, OpenFlight>();
  #inFlight = 0;

  constructor(settings: Settings, handler: Handler, keys: PageKeys, store: PageStore) {
    this.#settings = settings;
    this.#handler = handler;
    this.#keys = keys;
    this.#store = store;
  }

  /** How often the handler is being asked now, or waits to be. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** One under way that nothing has outdated since it began. */
  current({ name, tags }: PageKey): Flight | undefined {
    const flight = this.#open.get(name);
    if (flight?.stamp === undefined) return flight;
    return this.#settings.validity.judge(flight.stamp.value, tags) === "invalid" ? undefined : flight;
  }

  start(departure: Departure): Flight {
    const flight = {} as { landed: Promise<Landing> } & OpenFlight;
    flight.landed = this.#fly(departure, flight);
    if (departure.isAlone) return flight;
    const { name } = departure.key;
    this.#open.set(name, flight);
    void flight.landed.then(() => {
      if (this.#open.get(name) === flight) this.#open.delete(name);
    });
    return flight;
  }

  async #fly(departure: Departure, flight: OpenFlight): Promise<Landing> {
    const { admit, now, validity } = this.#settings;
    this.#inFlight++;
    let release = () => {};
    try {
      release = await admit(departure.request);
      // Taken before the handler sees the request: what changes from now on outdates its answer.
      flight.stamp = { value: validity.stamp() };
      return await this.#ask(departure, flight.stamp.value, release);
    } catch (error) {
      if (departure.old) departure.old.retryAt = now() + RETRY_MS;
      return { kind: "failure", error };
    } finally {
      release();
      this.#inFlight--;
    }
  }

  async #ask(departure: Departure, stamp: unknown, release: () => void): Promise<Landing> {
    const { now, handlerLimitMs, maxAnswerBytes } = this.#settings;
    const askedAt = now();
    const end = new AbortController();
    const limit = setTimeout(() => end.abort(), handlerLimitMs);
    let head = { status: 0, fields: [] as Fields, delayMs: 0 };
    let isUnwanted = false;
    const divert = (): Sink => {
      clearTimeout(limit);
      release();
      const sink = this.#stream(departure, head, end);
      isUnwanted = sink === NOWHERE;
      return sink;
    };
    try {
      const answer = await ask(
        this.#handler,
        this.#question(departure),
        {
          maxBytes: maxAnswerBytes,
          head: (status, fields) => {
            head = { status, fields: endToEndFields(fields), delayMs: now() - askedAt };
            const isWhole = status === 304 || status >= 500 || isHtml(fields);
            return isWhole || this.#lifetime(departure, head) !== null ? "collect" : divert();
          },
          overflow: divert,
        },
        end.signal,
      );
      if (answer === null) return { kind: "private" };
      return await this.#land(departure, { ...head, body: answer.body, stamp, askedAt });
    } catch (error) {
      if (isUnwanted) return { kind: "private" };
      throw end.signal.aborted
        ? new HandlerTimeoutError("The handler took too long", { cause: error })
        : error;
    } finally {
      clearTimeout(limit);
    }
  }

  #question({ request, key, old, client, isAlone = false }: Departure) {
    const headers = this.#keys.forwarded(request, isAlone);
    const etag = old && fieldOf(old.handlerFields, "etag");
    const modified = old && fieldOf(old.handlerFields, "last-modified");
    if (etag !== undefined) headers["if-none-match"] = etag;
    if (modified !== undefined) headers["if-modified-since"] = modified;
    return { target: key.target, headers, remoteAddress: client?.request.socket.remoteAddress };
  }

  #lifetime({ request }: Departure, { status, fields, delayMs }: Head) {
    const hasAuthorization = request.headers.authorization !== undefined;
    return lifetimeOf(status, fields, { hasAuthorization, delayMs, at: Date.now() }, this.#settings);
  }

  async #land(departure: Departure, arrived: Arrived): Promise<Landing> {
    const { old } = departure;
    if (arrived.status >= 500) throw new HandlerStatusError(this.#finished(arrived));
    if (arrived.status === 304) {
      if (old === undefined) throw new HandlerStatusError({ status: 502, fields: [], body: Buffer.alloc(0) });
      const newer = withoutFields(arrived.fields, (name) => OF_THE_BODY.test(name));
      const fields = replaceFields(old.handlerFields, newer);
      const { status, identity } = old.answer;
      return this.#keep(departure, { ...arrived, status, fields, body: identity.body }, "REVALIDATED");
    }
    return this.#keep(departure, arrived, "MISS");
  }

  async #keep(departure: Departure, arrived: Arrived, outcome: "MISS" | "REVALIDATED"): Promise<Landing> {
    const { request, key, old, client } = departure;
    const { status, fields, askedAt, stamp, delayMs } = arrived;
    const lifetime = this.#lifetime(departure, arrived);
    const answer = new StoredAnswer(this.#finished(arrived));
    if (old) answer.inherit(old.answer);
    await this.#store.maker.makeFirst(answer, request.headers["accept-encoding"]);
    if (lifetime === null) {
      // What was kept before is no longer what the handler says.
      if (old) this.#store.delete(key);
      if (client) this.#send(client, answer, delayMs);
      return { kind: "private" };
    }
    const reader = this.#keys.reader(request);
    const names = varyNames(fields);
    const page: CachedPage = {
      answer,
      handlerFields: fields,
      lifetime,
      isNegative: status === 404 || status === 410,
      askedAt,
      stamp,
      tags: key.tags,
      retryAt: 0,
    };
    this.#store.put(key, page, names, reader);
    const own = names.map(reader);
    const isFor = (other: FieldReader) => names.every((name, at) => other(name) === own[at]);
    return { kind: "answer", answer, outcome, handlerMs: delayMs, isFor };
  }

  #finished({ status, fields, body }: Answer): Answer {
    return { status, fields: this.#settings.finish(status, fields, body), body };
  }

  #send({ request, response }: Client, answer: StoredAnswer, handlerMs: number): void {
    const fields = this.#settings.exchangeFields(request);
    sendAnswer(request, response, { answer, outcome: "MISS", handlerMs, fields });
  }

  /** Lets the rest of the answer go straight to the client. */
  #stream({ client }: Departure, { status, fields, delayMs }: Head, end: AbortController): Sink {
    if (client === undefined || client.response.destroyed || client.response.headersSent) {
      setImmediate(() => end.abort());
      return NOWHERE;
    }
    const { request, response } = client;
    writeFields(response, status, [
      ...this.#settings.finish(status, fields, null),
      ...cacheFields({ outcome: "MISS", handlerMs: delayMs }),
      ...this.#settings.exchangeFields(request),
    ]);
    if (request.method !== "HEAD") return response;
    response.end();
    setImmediate(() => end.abort());
    return NOWHERE;
  }
}

interface Head {
  readonly status: number;
  readonly fields: Fields;
  readonly delayMs: number;
}

interface Arrived extends Head {
  readonly body: Buffer;
  readonly stamp: unknown;
  readonly askedAt: number;
}

/** For what nobody wants. */
const NOWHERE: Sink = {
  write: () => true,
  end: () => {},
  destroy: () => {},
  on: () => {},
};

function isHtml(fields: Fields): boolean {
  return /^text\/html\b/i.test(fieldOf(fields, "content-type") ?? "");
}
