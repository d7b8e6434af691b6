import type { Redis } from "ioredis";
import { CircuitBreaker, type Permit } from "./circuit-breaker";
import { withDeadline } from "./deadline";
import type { BreakerState, RedisFailure } from "./events";
import { dropConnection, isRefused } from "./redis-client";

/** Redis did not do what it was asked, in time or at all. Costs a caller at most the deadline. */
export class RedisCommandError extends Error {
  readonly code = "E_CACHE_REDIS";
  readonly reason: RedisFailure;

  constructor(command: string, reason: RedisFailure, options?: ErrorOptions) {
    const detail = options?.cause instanceof Error ? `: ${options.cause.message}` : "";
    super(`Redis ${command}: ${reason}${detail}`, options);
    this.name = "RedisCommandError";
    this.reason = reason;
  }
}

export interface GateOptions {
  readonly client: Redis;
  readonly deadlineMs: number;
  readonly maxInFlight: number;
  readonly breakerThreshold: number;
  readonly probeIntervalMs: number;
  readonly now: () => number;
  readonly onBreaker: (state: BreakerState) => void;
  readonly onFailure: (command: string, error: RedisCommandError) => void;
}

/** Every command of the cache passes here: bounded in time and number, and refused while Redis is failing. */
export class CommandGate {
  readonly #options: GateOptions;
  readonly #breaker: CircuitBreaker;
  #inFlight = 0;
  failures = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker({
      threshold: options.breakerThreshold,
      probeIntervalMs: options.probeIntervalMs,
      now: options.now,
      onChange: options.onBreaker,
    });
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  /** Commands that were sent and neither answered nor dropped. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get connected(): boolean {
    const { client } = this.#options;
    return client.status === "ready" && !isRefused(client);
  }

  /** @throws RedisCommandError at the latest when the deadline is over */
  async run<T>(command: string, send: (client: Redis) => Promise<T>): Promise<T> {
    if (this.#inFlight >= this.#options.maxInFlight) throw this.#refuse(command, "busy");
    const permit = this.#breaker.acquire();
    if (permit === undefined) throw this.#refuse(command, this.#absence("breaker-open"));
    if (!this.connected) {
      this.#breaker.fail(permit);
      throw this.#refuse(command, this.#absence("disconnected"));
    }
    try {
      const reply = await this.#send(command, send);
      this.#breaker.succeed(permit);
      return reply;
    } catch (error) {
      throw this.#report(command, permit, error);
    }
  }

  /** A wrong password does not mend itself: whoever asks is told of it, and not of what follows from it. */
  #absence(otherwise: RedisFailure): RedisFailure {
    return isRefused(this.#options.client) ? "refused" : otherwise;
  }

  #send<T>(command: string, send: (client: Redis) => Promise<T>): Promise<T> {
    this.#inFlight++;
    const sent = send(this.#options.client);
    const settled = () => void this.#inFlight--;
    sent.then(settled, settled);
    return withDeadline(sent, this.#options.deadlineMs, () => new RedisCommandError(command, "deadline"));
  }

  #report(command: string, permit: Permit, error: unknown): RedisCommandError {
    const failure =
      error instanceof RedisCommandError
        ? error
        : new RedisCommandError(command, isReply(error) ? "reply" : "disconnected", { cause: error });
    // An error reply (out of memory, …) came in time: Redis is there.
    if (failure.reason === "reply" && !isDemoted(error)) this.#breaker.succeed(permit);
    // Nothing may pile up behind a server that went silent, and who leaves one that was demoted may be led to its successor.
    else if (this.#breaker.fail(permit)) dropConnection(this.#options.client);
    this.failures++;
    this.#options.onFailure(command, failure);
    return failure;
  }

  #refuse(command: string, reason: RedisFailure): RedisCommandError {
    const failure = new RedisCommandError(command, reason);
    this.failures++;
    this.#options.onFailure(command, failure);
    return failure;
  }
}

/** A replica takes no writes. */
function isDemoted(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("READONLY");
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}
