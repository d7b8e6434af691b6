import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import { RateLimitedError } from "../../errors";
import { ask, type Handler, type Receiver } from "../exchange";
import { parseCacheControl } from "./cache-control";
import type { CachedPage } from "./cached-page";
import { endToEndFields, fieldOf, withoutFields } from "./fields";
import {
  type Flight,
  Flights,
  HandlerStatusError,
  HandlerTimeoutError,
  type Landing,
  onlyOnce,
} from "./flights";
import { type CacheRequest, type PageCacheOptions, settingsOf } from "./options";
import type { Outcome } from "./outcome";
import { type PageKey, PageKeys } from "./page-keys";
import { type Found, PageStore } from "./page-store";
import { sendAnswer, writeFields } from "./send-answer";
import { StoredAnswer } from "./stored-answer";

/** Found without asking anybody. */
export interface Hit {
  readonly answer: StoredAnswer;
  readonly outcome: "HIT" | "STALE";
  readonly ageMs: number;
}

/** The answer to another request, which does for this one. */
export interface Joined {
  readonly answer: StoredAnswer;
  readonly outcome: Outcome;
  readonly ageMs?: number;
  /** How long the handler took for it. */
  readonly handlerMs?: number;
}

export interface PageCacheStats {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Requests that waited for the answer to another one. */
  readonly coalesced: number;
  /** Requests that got an error, or were turned away. */
  readonly failures: number;
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly evictions: number;
  /** How often the handler is being asked now, or waits to be. */
  readonly inFlight: number;
}

/** A request handler: the one behind it, cached. */
export interface PageCache {
  (request: IncomingMessage, response: ServerResponse): void;
  /** What can be answered at once, to a request like one that was handled before. Counted as answered. */
  find(request: CacheRequest): Hit | undefined;
  /**
   * Waits for what another request is having made; undefined where this one would have to ask itself. Resolves to
   * undefined where the answer does not do: then it is to be handled. Counted as answered otherwise.
   */
  join(request: CacheRequest): Promise<Joined | undefined> | undefined;
  /**
   * Asks anew for what visitors read and what was invalidated, before the next of them comes. To be called after an
   * invalidation; while one is under way, further calls make it go on.
   */
  renew(): Promise<void>;
  stats(): PageCacheStats;
}

/** After an invalidation that many are renewed at once; the others when they are asked for. */
const RENEWED = 32;
const RENEWED_AT_ONCE = 4;
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
/** For how long requests to a target whose answer was private are not made to wait for each other. */
const PRIVATE_MS = 10_000;
const MAX_PRIVATE = 1_000;

/**
 * A shared HTTP cache (RFC 9111, RFC 5861) around any request handler of Node. It knows nothing of what the
 * handler serves, asks it once for all who want the same at the same time, and keeps what it answers
 * ready to be sent again.
 */
export function createPageCache(options: PageCacheOptions = {}): (handler: Handler) => PageCache {
  return (handler) => {
    const cache = new CachedHandler(options, handler);
    return Object.assign(cache.handle, {
      find: (request: CacheRequest) => cache.find(request),
      join: (request: CacheRequest) => cache.join(request),
      renew: () => cache.renew(),
      stats: () => cache.stats(),
    });
  };
}

class CachedHandler {
  readonly #settings;
  readonly #handler: Handler;
  readonly #keys: PageKeys;
  readonly #store: PageStore;
  readonly #flights: Flights;
  readonly #private = new LRUCache<string, true>({ max: MAX_PRIVATE, ttl: PRIVATE_MS });
  readonly #outcomes: Record<Outcome, number> = { HIT: 0, STALE: 0, REVALIDATED: 0, MISS: 0 };
  #coalesced = 0;
  #failures = 0;
  /** Calls of `renew` since the one that is under way began. */
  #renewals = 0;

  constructor(options: PageCacheOptions, handler: Handler) {
    this.#settings = settingsOf(options);
    this.#handler = handler;
    this.#keys = new PageKeys(this.#settings);
    this.#store = new PageStore(this.#settings);
    this.#flights = new Flights(this.#settings, handler, this.#keys, this.#store);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    // What comes in the body of a read means nothing (RFC 9110, section 9.3.1), and is not looked at.
    const answered = isRead ? this.#respond(request, response) : this.#forward(request, response);
    answered.catch((error) => {
      if (response.headersSent) response.destroy();
      else this.#refuse(request, response, error);
    });
  };

  find(request: CacheRequest): Hit | undefined {
    const key = this.#keys.known(request);
    if (key === undefined) return undefined;
    const found = this.#store.find(key, this.#keys.reader(request));
    return found && this.#satisfies(found, request.headers) ? this.#hit(request, key, found) : undefined;
  }

  join(request: CacheRequest): Promise<Joined | undefined> | undefined {
    const key = this.#keys.known(request);
    if (key === undefined || this.#isForOne(request) || this.#private.has(key.name)) return undefined;
    if (parseCacheControl(request.headers["cache-control"]).onlyIfCached) return undefined;
    const flight = this.#flights.current(key);
    return flight && this.#join(request, key, flight);
  }

  async #join(request: CacheRequest, key: PageKey, { landed }: Flight): Promise<Joined | undefined> {
    const reader = this.#keys.reader(request);
    const found = this.#store.find(key, reader);
    const spare = found?.standing === "useless" ? undefined : found;
    if (spare && this.#settings.now() < spare.page.retryAt) return undefined;
    this.#coalesced++;
    const landing = await (spare ? this.#withPatience(landed) : landed);
    if (landing?.kind === "answer" && landing.isFor(reader)) {
      const { answer, outcome, handlerMs, ageMs } = landing;
      this.#outcomes[outcome]++;
      return { answer, outcome, handlerMs, ...(ageMs > 0 && { ageMs }) };
    }
    if (spare === undefined || (landing !== undefined && landing.kind !== "failure")) return undefined;
    this.#outcomes.STALE++;
    return { answer: spare.page.answer, outcome: "STALE", ageMs: spare.ageMs };
  }

  async renew(): Promise<void> {
    this.#renewals++;
    if (this.#renewals > 1) return;
    const work = async (pages: CachedPage[]) => {
      for (let page = pages.shift(); page; page = pages.shift()) await this.#renewPage(page);
    };
    // What was invalidated meanwhile has outdated some of it again.
    for (let seen = 0; seen < this.#renewals; ) {
      seen = this.#renewals;
      const pages = [...take(RENEWED, this.#store.outdated())];
      await Promise.all(Array.from({ length: RENEWED_AT_ONCE }, () => work(pages)));
    }
    this.#renewals = 0;
  }

  async #renewPage(old: CachedPage): Promise<void> {
    const { key, headers } = old.question;
    if (this.#settings.now() < old.retryAt) return;
    const request = {
      method: "GET",
      url: key.target,
      headers: { ...headers, "accept-encoding": "br, gzip" },
      socket: { remoteAddress: undefined },
    };
    const joined = this.#flights.current(key);
    const landing = await joined?.landed;
    // One under way may be for another variant.
    if (landing?.kind === "answer" && landing.isFor(this.#keys.reader(request))) return;
    await this.#flights.start({ request, key, old }).landed;
  }

  stats(): PageCacheStats {
    return {
      outcomes: { ...this.#outcomes },
      coalesced: this.#coalesced,
      failures: this.#failures,
      ...this.#store.stats(),
      inFlight: this.#flights.inFlight,
    };
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = this.#keys.keyOf(request);
    const found = this.#store.find(key, this.#keys.reader(request));
    if (found && this.#satisfies(found, request.headers)) {
      const { answer, outcome, ageMs } = this.#hit(request, key, found);
      return this.#send(request, response, answer, outcome, { ageMs });
    }
    const { onlyIfCached } = parseCacheControl(request.headers["cache-control"]);
    if (onlyIfCached) return this.#refuse(request, response, new NotCachedError());
    const spare = found?.standing === "useless" ? undefined : found;
    if (spare && this.#settings.now() < spare.page.retryAt) return this.#sendSpare(request, response, spare);
    await this.#askAndSend(request, response, key, found?.page, spare);
  }

  async #askAndSend(
    request: IncomingMessage,
    response: ServerResponse,
    key: PageKey,
    old: CachedPage | undefined,
    spare: Found | undefined,
  ): Promise<void> {
    const reader = this.#keys.reader(request);
    let isAlone = this.#isForOne(request) || this.#private.has(key.name);
    for (let attempt = 1; ; attempt++) {
      const joined = isAlone ? undefined : this.#flights.current(key);
      const client = { request, response };
      const flight = joined ?? this.#flights.start({ request, key, old, client, isAlone });
      if (joined) this.#coalesced++;
      const landing = await (spare ? this.#withPatience(flight.landed) : flight.landed);
      if (landing === undefined || (landing.kind === "failure" && spare)) {
        return this.#sendSpare(request, response, spare as Found);
      }
      // He asks too often: for the others it is as if he had not.
      if (joined && landing.kind === "failure" && landing.error instanceof RateLimitedError) continue;
      const isOthers = joined && landing.kind === "failure" && isPersonal(landing.error);
      if (landing.kind === "failure" && !isOthers) return this.#refuse(request, response, landing.error);
      if (landing.kind === "answer" && landing.isFor(reader)) {
        const { answer, outcome, handlerMs, ageMs } = landing;
        return this.#send(request, response, answer, outcome, { handlerMs, ...(ageMs > 0 && { ageMs }) });
      }
      if (landing.kind === "private") {
        this.#private.set(key.name, true);
        if (!joined) return void this.#outcomes.MISS++;
      }
      // Another's answer, which is not for this one.
      isAlone = landing.kind !== "answer" || attempt > 1;
    }
  }

  /** Whether the answer is nobody else's, by what the visitor says. */
  #isForOne({ headers }: CacheRequest): boolean {
    if (headers.authorization !== undefined) return true;
    return this.#settings.obeysVisitors && parseCacheControl(headers["cache-control"]).noStore;
  }

  #hit(request: CacheRequest, key: PageKey, { page, standing, ageMs }: Found): Hit {
    this.#store.used(key, page);
    const outcome = standing === "fresh" ? "HIT" : "STALE";
    if (outcome === "STALE") this.#refresh(request, key, page);
    this.#outcomes[outcome]++;
    return { answer: page.answer, outcome, ageMs };
  }

  #refresh(request: CacheRequest, key: PageKey, old: CachedPage): void {
    if (this.#settings.now() < old.retryAt || this.#flights.current(key)) return;
    this.#flights.start({ request, key, old });
  }

  /** Whether what was found may be served at once. */
  #satisfies({ page, standing, ageMs }: Found, headers: IncomingHttpHeaders): boolean {
    if (standing !== "fresh" && standing !== "stale") return false;
    if (!this.#settings.obeysVisitors) return true;
    const field = headers["cache-control"];
    if (field === undefined) return !/\bno-cache\b/i.test(headers.pragma ?? "");
    const { noCache, noStore, maxAge, minFresh } = parseCacheControl(field);
    if (noCache || noStore) return false;
    if (maxAge !== undefined && ageMs > maxAge * 1_000) return false;
    return minFresh === undefined || page.lifetime.freshMs - ageMs >= minFresh * 1_000;
  }

  /** What cannot be cached, and what changes things. */
  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { finish, exchangeFields, admit, handlerLimitMs } = this.#settings;
    const end = new AbortController();
    const receiver: Receiver = {
      maxBytes: 0,
      head: (status, fields) => {
        clearTimeout(limit);
        // Its place is for making an answer, which a visitor who does not read it shall not hold.
        release();
        this.#invalidate(request, status, fields);
        const finished = finish(status, endToEndFields(fields), null);
        writeFields(response, status, [...finished, ...exchangeFields(request)]);
        return response;
      },
      overflow: () => response,
    };
    const release = onlyOnce(await admit(request));
    const limit = setTimeout(() => end.abort(), handlerLimitMs);
    try {
      await ask(this.#handler, request, receiver, end.signal);
    } catch (cause) {
      throw end.signal.aborted ? new HandlerTimeoutError("The handler took too long", { cause }) : cause;
    } finally {
      clearTimeout(limit);
      release();
    }
  }

  /** What a request changed is not served from here any more (RFC 9111, section 4.4). */
  #invalidate(request: IncomingMessage, status: number, fields: readonly string[]): void {
    if (SAFE.has(request.method ?? "") || status < 200 || status >= 400) return;
    const { url = "/", headers } = request;
    const targets = [url];
    const base = `http://${headers.host ?? "localhost"}${url}`;
    for (const place of [fieldOf(fields, "location"), fieldOf(fields, "content-location")]) {
      if (place === undefined || !URL.canParse(place, base)) continue;
      const { host, pathname, search } = new URL(place, base);
      if (host === new URL(base).host) targets.push(pathname + search);
    }
    for (const target of targets) {
      const key = this.#keys.keyOf({ url: target, headers });
      this.#store.delete(key);
      this.#flights.outdate(key);
    }
  }

  async #withPatience(landed: Promise<Landing>): Promise<Landing | undefined> {
    const enough = new AbortController();
    const limit = sleep(this.#settings.patienceMs, undefined, { signal: enough.signal }).catch(
      () => undefined,
    );
    const landing = await Promise.race([landed, limit]);
    enough.abort();
    return landing;
  }

  #sendSpare(request: IncomingMessage, response: ServerResponse, { page, ageMs }: Found): void {
    this.#send(request, response, page.answer, "STALE", { ageMs });
    this.#outcomes.STALE++;
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: StoredAnswer,
    outcome: Outcome,
    times: { readonly ageMs?: number; readonly handlerMs?: number },
  ): void {
    if (outcome === "MISS" || outcome === "REVALIDATED") this.#outcomes[outcome]++;
    sendAnswer(request, response, {
      answer,
      outcome,
      ...times,
      fields: this.#settings.exchangeFields(request),
    });
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    // The process itself asks for error documents, which are errors.
    if (request.socket.remoteAddress !== undefined && !(error instanceof NotCachedError)) this.#failures++;
    const isAnswer = error instanceof HandlerStatusError;
    const { status, fields, body } = isAnswer ? error.answer : this.#settings.refusal(error, request);
    const finished = isAnswer ? fields : this.#settings.finish(status, fields, body);
    const own = isPersonal(error) ? finished : withoutFields(finished, isCookie);
    const answer = new StoredAnswer({ status, fields: own, body });
    sendAnswer(request, response, {
      answer,
      ...(isAnswer && { outcome: "MISS" }),
      fields: this.#settings.exchangeFields(request),
    });
  }
}

/** The visitor wants what is cached or nothing. */
export class NotCachedError extends Error {
  readonly code = "E_NOT_CACHED";

  constructor() {
    super("Nothing is kept to answer with, and Cache-Control: only-if-cached forbids to have it made");
  }
}

function isPersonal(error: unknown): boolean {
  return error instanceof HandlerStatusError && error.isPersonal;
}

/** Of an error that several visitors get, none may have a cookie of another. */
function isCookie(name: string): boolean {
  return name === "set-cookie";
}

function* take<T>(count: number, values: Iterable<T>): Generator<T> {
  let taken = 0;
  for (const value of values) {
    if (taken++ === count) return;
    yield value;
  }
}
