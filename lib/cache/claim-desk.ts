import { setTimeout as sleep } from "node:timers/promises";
import type { Claim, ClaimOptions, ClaimResult, FulfilOptions, StoreOutcome } from "./cache";
import { type Entry, type Found, isServable, lookupOf } from "./freshness";
import type { CacheKey } from "./keys";
import type { LoadTicket } from "./load-ticket";
import type { Meter } from "./meter";
import { FIRST_POLL_MS, nextPollMs, REFRESHED_ELSEWHERE_MS } from "./polling";
import type { RefreshBackoff } from "./refresh-backoff";
import type { TwoTierStore } from "./two-tier-store";

export interface ClaimDeskOptions {
  readonly store: TwoTierStore;
  readonly meter: Meter;
  readonly backoff: RefreshBackoff;
  readonly waitMs: number;
  /** How long a claim may stay open, ms. */
  readonly claimMs: number;
  readonly now: () => number;
}

/** One claimer of this process is at it; the others wait for `ended`. */
interface Turn {
  readonly ticket: LoadTicket;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

interface OpenClaim {
  readonly ticket: LoadTicket;
  readonly turn: Turn | undefined;
  readonly expiry: NodeJS.Timeout;
  /** What is served meanwhile. */
  readonly stale: Entry | undefined;
}

/** Records of tags that are known before the life of the value is. */
const UNKNOWN_LIFE_MS = 0;

/**
 * Single flight for a caller that cannot pass a loader: it asks with `claim`, produces, and brings the
 * value with `fulfil`. Whoever never comes back loses the claim after `claimMs`.
 */
export class ClaimDesk {
  readonly #options: ClaimDeskOptions;
  readonly #turns = new Map<string, Turn>();
  readonly #open = new Map<Claim, OpenClaim>();

  constructor(options: ClaimDeskOptions) {
    this.#options = options;
  }

  /** Gives all claims back. */
  close(): void {
    for (const claim of [...this.#open.keys()]) this.release(claim);
  }

  async claim<V>(key: CacheKey, { tags = [] }: ClaimOptions): Promise<ClaimResult<V>> {
    const { store, meter, waitMs, now } = this.#options;
    const deadline = now() + waitMs;
    let waited = false;
    for (;;) {
      const found = store.fromMemory(key, now());
      const servable = found && isServable(found.verdict) ? found : undefined;
      if (servable && !this.#mayRefresh(key, servable)) return this.#hit(key, servable);
      const other = this.#turns.get(key);
      // Who produces since before an invalidation or removal brings nothing for those who come after it.
      const worthWaiting = other && store.isCurrent(other.ticket, tags);
      const left = deadline - now();
      if (!worthWaiting || left <= 0) {
        const turn = worthWaiting ? undefined : this.#takeTurn(key);
        return this.#ask(key, tags, servable, turn, deadline);
      }
      if (!waited) meter.join(key);
      waited = true;
      await endOrTimeout(other, left);
    }
  }

  /** Asks Redis, and waits while another process produces. Ends the turn, or hands it to the claim. */
  async #ask<V>(
    key: CacheKey,
    tags: readonly string[],
    servable: Found | undefined,
    turn: Turn | undefined,
    deadline: number,
  ): Promise<ClaimResult<V>> {
    const { store, meter, now } = this.#options;
    for (let pauseMs = FIRST_POLL_MS; ; pauseMs = nextPollMs(pauseMs)) {
      const { found, ticket, mayLoad } = await store.readOrClaim(key, tags, UNKNOWN_LIFE_MS, undefined);
      const usable = found && isServable(found.verdict) ? found : servable;
      if (usable) return this.#hit(key, usable, this.#refreshClaim(key, usable, mayLoad, ticket, turn));
      const left = deadline - now();
      if (mayLoad || left <= 0) {
        meter.miss(key);
        return { kind: "miss", claim: this.#openClaim(ticket, turn, undefined) };
      }
      await sleep(Math.min(pauseMs, left));
    }
  }

  async fulfil(claim: Claim, value: unknown, options: FulfilOptions): Promise<StoreOutcome> {
    const { store, backoff } = this.#options;
    const open = this.#take(claim);
    // Given back, or too late: what it brings may be older than what came since.
    if (open === undefined) return "expired";
    const { ttlMs, graceMs, tags = [] } = options;
    backoff.clear(claim.key);
    const stored = store.store(open.ticket, value, { ttlMs, graceMs }, tags);
    // In memory it is there already.
    open.turn?.end();
    return stored;
  }

  release(claim: Claim): void {
    const { store, backoff, now } = this.#options;
    const open = this.#take(claim);
    if (open === undefined) return;
    if (open.stale) {
      const { tags } = open.stale;
      backoff.fail(claim.key, now(), () => store.isCurrent(open.ticket, tags));
    }
    store.abandon(open.ticket);
    open.turn?.end();
  }

  #hit<V>(key: CacheKey, found: Found, refresh?: Claim): ClaimResult<V> {
    const { meter, now } = this.#options;
    meter.hit(key, found.source, found.verdict === "stale");
    return { kind: "hit", hit: lookupOf<V>(found, now()), ...(refresh && { refresh }) };
  }

  /** Whether it is worth asking for the right to refresh. */
  #mayRefresh(key: CacheKey, found: Found): boolean {
    const { backoff, now } = this.#options;
    return found.verdict === "stale" && !this.#turns.has(key) && backoff.mayRefresh(key, now());
  }

  #refreshClaim(
    key: CacheKey,
    found: Found,
    mayLoad: boolean,
    ticket: LoadTicket,
    turn: Turn | undefined,
  ): Claim | undefined {
    const { store, backoff, now } = this.#options;
    if (found.verdict === "stale" && mayLoad && turn) return this.#openClaim(ticket, turn, found.entry);
    if (found.verdict === "stale" && !mayLoad) backoff.holdOff(key, now(), REFRESHED_ELSEWHERE_MS);
    // Not stale, merely old: refreshing early is left to callers with a loader.
    store.abandon(ticket);
    turn?.end();
    return undefined;
  }

  #takeTurn(key: CacheKey): Turn {
    let resolve = () => {};
    const ended = new Promise<void>((done) => {
      resolve = done;
    });
    const turn: Turn = {
      ticket: this.#options.store.localTicket(key),
      ended,
      end: () => {
        if (this.#turns.get(key) === turn) this.#turns.delete(key);
        resolve();
      },
    };
    this.#turns.set(key, turn);
    return turn;
  }

  #openClaim(ticket: LoadTicket, turn: Turn | undefined, stale: Entry | undefined): Claim {
    const claim: Claim = { key: ticket.key, fence: ticket.fence };
    const expiry = setTimeout(() => this.release(claim), this.#options.claimMs).unref();
    this.#open.set(claim, { ticket, turn, expiry, stale });
    return claim;
  }

  #take(claim: Claim): OpenClaim | undefined {
    const open = this.#open.get(claim);
    if (open === undefined) return undefined;
    this.#open.delete(claim);
    clearTimeout(open.expiry);
    return open;
  }
}

async function endOrTimeout(turn: Turn, limitMs: number): Promise<void> {
  const timeout = new AbortController();
  const late = sleep(limitMs, undefined, { signal: timeout.signal }).catch(() => {});
  await Promise.race([turn.ended, late]);
  timeout.abort();
}
