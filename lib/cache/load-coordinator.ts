import { setTimeout as sleep } from "node:timers/promises";
import type { Loader, LoadOptions, Lookup } from "./cache";
import { type Found, isServable, lookupOf } from "./freshness";
import type { CacheKey } from "./keys";
import type { LoadTicket } from "./load-ticket";
import type { Meter } from "./meter";
import { FIRST_POLL_MS, nextPollMs, REFRESHED_ELSEWHERE_MS } from "./polling";
import type { RefreshBackoff } from "./refresh-backoff";
import { type Flight, SingleFlight } from "./single-flight";
import { lifeOf, type Strategy } from "./strategies";
import type { ReadResult, TwoTierStore } from "./two-tier-store";

export interface CoordinatorOptions {
  readonly store: TwoTierStore;
  readonly meter: Meter;
  readonly backoff: RefreshBackoff;
  /** How long to wait for another process's value, ms. */
  readonly waitMs: number;
  readonly now: () => number;
}

/** What a caller asked for. */
export interface Job {
  readonly key: CacheKey;
  readonly strategy: Strategy;
  readonly loader: Loader<unknown>;
  readonly options: LoadOptions<unknown>;
}

/** Changes when Redis gives a better ticket than the first, local one. */
interface Progress {
  ticket: LoadTicket;
}

/** `undefined`: another process is refreshing the value, there was nothing to do. */
type Landing = Lookup<unknown> | undefined;

interface LoadFlight extends Flight<Landing> {
  readonly progress: Progress;
  readonly tags: readonly string[];
}

/** Brings a missing value and refreshes one that is due: one load a key, whoever asks and however often. */
export class LoadCoordinator {
  readonly #options: CoordinatorOptions;
  readonly #flights = new SingleFlight<LoadFlight>();
  #closed = false;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
  }

  /** Refreshing ends; what callers wait for goes on. */
  close(): void {
    this.#closed = true;
  }

  /** For a value that is due, unless that is under way or failed a moment ago. The caller is served already. */
  refresh(job: Job): void {
    const { backoff, now } = this.#options;
    if (this.#closed || this.#flights.get(job.key) || !backoff.mayRefresh(job.key, now())) return;
    this.#depart(job, (progress) => this.#refresh(job, progress));
  }

  /**
   * For a value that memory does not have.
   *
   * @param fallback an outdated value, served only when the load fails
   */
  async bring(job: Job, fallback: Found | undefined): Promise<Lookup<unknown>> {
    try {
      for (;;) {
        const running = this.#joinable(job.key);
        if (running) this.#options.meter.join(job.key);
        const flight = running ?? this.#depart(job, (progress) => this.#bring(job, progress, fallback));
        const landing = await flight.result;
        if (landing !== undefined) return landing;
      }
    } catch (error) {
      const stale = this.#staleOf(job.key, fallback);
      if (stale === undefined) throw error;
      return stale;
    }
  }

  /** A value whose load began before an invalidation is not for those who come after it. */
  #joinable(key: CacheKey): LoadFlight | undefined {
    const flight = this.#flights.get(key);
    return flight && this.#options.store.isCurrent(flight.progress.ticket, flight.tags) ? flight : undefined;
  }

  #depart(job: Job, run: (progress: Progress) => Promise<Landing>): LoadFlight {
    const progress = { ticket: this.#options.store.localTicket(job.key) };
    const flight = { progress, tags: job.options.tags ?? [], result: run(progress) };
    this.#flights.set(job.key, flight);
    return flight;
  }

  async #bring(job: Job, progress: Progress, fallback: Found | undefined): Promise<Lookup<unknown>> {
    const { meter, backoff, store, waitMs, now } = this.#options;
    const deadline = now() + waitMs;
    let outdated = fallback;
    for (let pauseMs = FIRST_POLL_MS; ; pauseMs = nextPollMs(pauseMs)) {
      const read = await this.#claim(job, progress);
      if (read.found && isServable(read.found.verdict)) return this.#serve(job, read, read.found);
      outdated = read.found ?? outdated;
      const stale = backoff.hasFailed(job.key, now()) ? this.#staleOf(job.key, outdated) : undefined;
      if (stale) {
        store.abandon(read.ticket);
        return stale;
      }
      const left = deadline - now();
      if (read.mayLoad || left <= 0) {
        meter.miss(job.key);
        return this.#loadOrServe(job, read.ticket, outdated);
      }
      await sleep(Math.min(pauseMs, left));
    }
  }

  async #refresh(job: Job, progress: Progress): Promise<Landing> {
    const { backoff, now } = this.#options;
    const { found, mayLoad, ticket } = await this.#claim(job, progress);
    if (mayLoad) return this.#loadInBackground(job, ticket);
    if (found?.verdict !== "fresh") backoff.holdOff(job.key, now(), REFRESHED_ELSEWHERE_MS);
    return found && isServable(found.verdict) ? lookupOf(found, now()) : undefined;
  }

  async #claim(job: Job, progress: Progress): Promise<ReadResult> {
    const { key, strategy, options } = job;
    const life = strategy.ttlMs + strategy.graceMs;
    const read = await this.#options.store.readOrClaim(key, options.tags ?? [], life, options.validate);
    progress.ticket = read.ticket;
    return read;
  }

  /** A value from Redis. When it is due and the lease is ours, it is refreshed after. */
  #serve(job: Job, { mayLoad, ticket }: ReadResult, found: Found): Lookup<unknown> {
    const { meter, backoff, store, now } = this.#options;
    meter.hit(job.key, "redis", found.verdict === "stale");
    if (mayLoad && !this.#closed && backoff.mayRefresh(job.key, now())) {
      this.#depart(job, (progress) => {
        progress.ticket = ticket;
        return this.#loadInBackground(job, ticket);
      });
    } else store.abandon(ticket);
    return lookupOf(found, now());
  }

  async #loadInBackground(job: Job, ticket: LoadTicket): Promise<Lookup<unknown>> {
    try {
      return await this.#load(job, ticket, true);
    } catch (error) {
      this.#backOff(job, ticket);
      throw error;
    }
  }

  async #loadOrServe(job: Job, ticket: LoadTicket, outdated: Found | undefined): Promise<Lookup<unknown>> {
    try {
      return await this.#load(job, ticket, false);
    } catch (error) {
      const stale = this.#staleOf(job.key, outdated);
      if (stale === undefined) throw error;
      this.#backOff(job, ticket);
      return stale;
    }
  }

  #backOff({ key, options }: Job, ticket: LoadTicket): void {
    const { backoff, store, now } = this.#options;
    backoff.fail(key, now(), () => store.isCurrent(ticket, options.tags ?? []));
  }

  async #load(job: Job, ticket: LoadTicket, background: boolean): Promise<Lookup<unknown>> {
    const { store, meter, backoff, now } = this.#options;
    const { key, loader, options, strategy } = job;
    const startedAt = now();
    let value: unknown;
    meter.loads++;
    try {
      value = await loader();
      if (options.validate && value !== null) value = options.validate(value);
    } catch (error) {
      store.abandon(ticket);
      meter.load(key, { durationMs: now() - startedAt, outcome: "failed", background, error });
      throw error;
    }
    const outcome = value === null ? "absent" : "value";
    meter.load(key, { durationMs: now() - startedAt, outcome, background });
    backoff.clear(key);
    const tags = options.tags ?? [];
    // Redis is told behind the callers' back.
    void store.store(ticket, value, lifeOf(value, strategy), tags);
    const state = store.isCurrent(ticket, tags) ? "fresh" : "stale";
    return { value, state, source: "loader", ageMs: now() - ticket.startedAt };
  }

  #staleOf(key: CacheKey, outdated: Found | undefined): Lookup<unknown> | undefined {
    const { store, meter, now } = this.#options;
    if (outdated === undefined || store.judge(outdated.entry, now()) === "expired") return undefined;
    meter.stale(key);
    return { ...lookupOf(outdated, now()), state: "stale" };
  }
}
