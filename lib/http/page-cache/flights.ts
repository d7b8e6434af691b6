import type { IncomingMessage, ServerResponse } from "node:http";
import { RateLimitedError } from "../../errors";
import { type Answer, ask, BrokenAnswerError, type Handler, type Sink } from "../exchange";
import { parseCacheControl } from "./cache-control";
import { type CachedPage, varyNames } from "./cached-page";
import { endToEndFields, type Fields, fieldOf, replaceFields, withoutFields } from "./fields";
import { isForOne, type Lifetime, lifetimeOf } from "./lifetime";
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
      /** Its age when it came. */
      readonly ageMs: number;
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

  /** Whether it is for the one alone who asked. */
  readonly isPersonal: boolean;

  constructor(answer: Answer, isPersonal: boolean) {
    super(`The handler answered ${answer.status}`);
    this.answer = answer;
    this.isPersonal = isPersonal;
  }
}

/** The handler took longer than it may. */
export class HandlerTimeoutError extends Error {
  readonly code = "E_HANDLER_TIMEOUT";
}

/** After a failed revalidation the handler is left alone for that long. */
const RETRY_MS = 1_000;
const OF_THE_BODY = /^content-(?:length|encoding|type|range)$/;
/** Not taken over from the answer before: a 304 without them came just now. */
const OF_ONE_ANSWER = new Set(["age", "date"]);

interface OpenFlight extends Flight {
  readonly name: string;
  readonly isAlone: boolean;
  /** Present once the handler was asked. */
  stamp?: { readonly value: unknown };
  /** A request has changed what is being asked for: the answer is for those alone who wait already. */
  isOutdated: boolean;
}

/** Asks the handler: once for all who want the same at the same time. */
export class Flights {
  readonly #settings: Settings;
  readonly #handler: Handler;
  readonly #keys: PageKeys;
  readonly #store: PageStore;
  /** Those that others may join. */
  readonly #open = new Map<string, OpenFlight>();
  readonly #underWay = new Set<OpenFlight>();

  constructor(settings: Settings, handler: Handler, keys: PageKeys, store: PageStore) {
    this.#settings = settings;
    this.#handler = handler;
    this.#keys = keys;
    this.#store = store;
  }

  /** How often the handler is being asked now, or waits to be. */
  get inFlight(): number {
    return this.#underWay.size;
  }

  /** One under way that nothing has outdated since it began. */
  current({ name, tags }: PageKey): Flight | undefined {
    const flight = this.#open.get(name);
    if (flight?.stamp === undefined) return flight;
    return this.#settings.validity.judge(flight.stamp.value, tags) === "invalid" ? undefined : flight;
  }

  start(departure: Departure): Flight {
    const { name } = departure.key;
    let land = (_landing: Landing) => {};
    const landed = new Promise<Landing>((resolve) => {
      land = resolve;
    });
    const flight: OpenFlight = { name, landed, isAlone: departure.isAlone ?? false, isOutdated: false };
    const earlier = this.#settings.handlerCoalesces ? this.#lastOf(flight) : undefined;
    this.#underWay.add(flight);
    void this.#fly(departure, flight, land, earlier?.landed).then((landing) => {
      this.#underWay.delete(flight);
      land(landing);
    });
    if (departure.isAlone) return flight;
    this.#open.set(name, flight);
    void landed.then(() => {
      if (this.#open.get(name) === flight) this.#open.delete(name);
    });
    return flight;
  }

  /** The one that the handler itself could join another to. */
  #lastOf({ name, isAlone }: OpenFlight): OpenFlight | undefined {
    if (isAlone) return undefined;
    return [...this.#underWay].findLast((other) => other.name === name && !other.isAlone);
  }

  /** After what is kept under a key was changed: no answer that was asked for before is kept or shared from now on. */
  outdate({ name }: PageKey): void {
    this.#open.delete(name);
    for (const flight of this.#underWay) if (flight.name === name) flight.isOutdated = true;
  }

  async #fly(
    departure: Departure,
    flight: OpenFlight,
    land: (landing: Landing) => void,
    earlier: Promise<unknown> | undefined,
  ): Promise<Landing> {
    const { admit, now, validity } = this.#settings;
    let release = () => {};
    try {
      // Before it takes a place, which would be held in vain, and might be refused because of the earlier one.
      await earlier;
      release = onlyOnce(await admit(departure.request));
      // Taken before the handler sees the request: what changes from now on outdates its answer.
      flight.stamp = { value: validity.stamp() };
      return await this.#ask(departure, flight, () => {
        release();
        // Nobody else can have an answer that goes straight to one visitor, nor shall wait for its end.
        land({ kind: "private" });
      });
    } catch (error) {
      // That one visitor asks too often says nothing about the handler.
      if (departure.old && !(error instanceof RateLimitedError)) departure.old.retryAt = now() + RETRY_MS;
      return { kind: "failure", error };
    } finally {
      release();
    }
  }

  async #ask(departure: Departure, flight: OpenFlight, onDiverted: () => void): Promise<Landing> {
    const { now, handlerLimitMs, maxAnswerBytes } = this.#settings;
    const askedAt = now();
    const end = new AbortController();
    const limit = setTimeout(() => end.abort(), handlerLimitMs);
    let head = { status: 0, fields: [] as Fields, delayMs: 0 };
    let isDiverted = false;
    const divert = (): Sink => {
      isDiverted = true;
      clearTimeout(limit);
      this.#forget(departure);
      const sink = this.#stream(departure, head, end);
      onDiverted();
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
      return await this.#land(departure, flight, { ...head, body: answer.body, askedAt });
    } catch (error) {
      // How the rest fared is between the handler and the one who reads it.
      if (isDiverted) return { kind: "private" };
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

  /** @returns null when nobody else may have the answer */
  #lifetime({ request, isAlone = false }: Departure, { status, fields, delayMs }: Head): Lifetime | null {
    // It may differ by what others are not even asked for.
    if (isAlone && varyNames(fields).some((name) => !this.#keys.isSameForAll(name))) return null;
    if (this.#settings.obeysVisitors && parseCacheControl(request.headers["cache-control"]).noStore)
      return null;
    const hasAuthorization = request.headers.authorization !== undefined;
    return lifetimeOf(status, fields, { hasAuthorization, delayMs, at: Date.now() }, this.#settings);
  }

  /** What was kept is no longer what the handler says; what it says to one alone means nothing for the others. */
  #forget({ old, key, isAlone = false }: Departure): void {
    if (old && !isAlone) this.#store.delete(key);
  }

  async #land(departure: Departure, flight: OpenFlight, arrived: Arrived): Promise<Landing> {
    const { old, request } = departure;
    const { status, fields } = arrived;
    if (status >= 500)
      throw new HandlerStatusError(this.#finished(arrived), this.#isPersonal(request, fields));
    if (status !== 304) return this.#keep(departure, flight, arrived, "MISS");
    if (old === undefined) throw new BrokenAnswerError("The handler answered 304 to no condition");
    const newer = withoutFields(fields, (name) => OF_THE_BODY.test(name));
    const before = withoutFields(old.handlerFields, (name) => OF_ONE_ANSWER.has(name));
    const completed = {
      status: old.answer.status,
      fields: replaceFields(before, newer),
      body: old.answer.identity.body,
    };
    return this.#keep(departure, flight, { ...arrived, ...completed }, "REVALIDATED");
  }

  /** Whether an error may be about the one who asked: all fields reach the handler, and it says so. */
  #isPersonal({ headers }: CacheRequest, fields: Fields): boolean {
    if (headers.authorization !== undefined) return true;
    return this.#settings.forwardedFields === undefined && isForOne(fields);
  }

  async #keep(
    departure: Departure,
    flight: OpenFlight,
    arrived: Arrived,
    outcome: "MISS" | "REVALIDATED",
  ): Promise<Landing> {
    const { request, key, old, client } = departure;
    const { status, fields, askedAt, delayMs } = arrived;
    const lifetime = this.#lifetime(departure, arrived);
    const answer = new StoredAnswer(this.#finished(arrived));
    if (old) answer.inherit(old.answer);
    await this.#store.maker.makeFirst(answer, request.headers["accept-encoding"]);
    if (lifetime === null) {
      this.#forget(departure);
      if (client) this.#send(client, answer, delayMs);
      return { kind: "private" };
    }
    const reader = this.#keys.reader(request);
    const names = varyNames(fields);
    const page: CachedPage = {
      question: { key, headers: this.#keys.forwarded(request, false) },
      answer,
      handlerFields: fields,
      lifetime,
      isNegative: status === 404 || status === 410,
      askedAt,
      stamp: flight.stamp?.value,
      tags: key.tags,
      retryAt: 0,
    };
    if (!flight.isOutdated) this.#store.put(key, page, names, reader);
    const own = names.map(reader);
    const isFor = (other: FieldReader) => names.every((name, at) => other(name) === own[at]);
    return { kind: "answer", answer, outcome, handlerMs: delayMs, ageMs: lifetime.initialAgeMs, isFor };
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
  readonly askedAt: number;
}

/** For what nobody wants. */
const NOWHERE: Sink = {
  write: () => true,
  end: () => {},
  destroy: () => {},
  on: () => {},
};

export function onlyOnce(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

function isHtml(fields: Fields): boolean {
  return /^text\/html\b/i.test(fieldOf(fields, "content-type") ?? "");
}
