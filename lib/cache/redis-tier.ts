import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { StoreOutcome } from "./cache";
import { CommandGate, type GateOptions } from "./command-gate";
import type { Script } from "./lua";
import { runScript } from "./redis-client";
import { SCRIPTS } from "./scripts";

export interface RedisRead {
  /** What Redis makes of the value. `invalid`: a tag was invalidated, or its record is gone. */
  readonly state: "fresh" | "stale" | "invalid" | "missing" | "corrupt";
  /** Why it is corrupt. */
  readonly reason: string;
  /** A number from the sequence: the fence of a load that starts now. */
  readonly fence: number;
  readonly leased: boolean;
  readonly remainingMs: number;
  /** Redis' clock. */
  readonly redisNow: number;
  /** The local clock when the command was sent. */
  readonly sentAt: number;
  readonly bytes: Buffer | undefined;
  /** Tags of the value that were invalidated after its load began. */
  readonly bumped: readonly TagVersions[];
}

export interface TagVersions {
  readonly tag: string;
  readonly hard: number;
  readonly soft: number;
  /** Until softly invalidated values are gone, ms. */
  readonly hardInMs: number;
}

export interface ReadRequest {
  readonly key: string;
  /** Absent: only look. Present: take a number, and the lease if it is free, unless the value is fresh. */
  readonly claim?: { readonly tags: readonly string[]; readonly recordLifeMs: number };
  /** As if there were no value: it was found to be corrupt. */
  readonly ignoreValue?: boolean;
}

export interface StoreRequest {
  readonly key: string;
  readonly fence: number;
  /** Redis' clock when the load began. */
  readonly claimedAt: number;
  readonly lifeMs: number;
  readonly tags: readonly string[];
  readonly bytes: Buffer;
}

export type InvalidationMessage = { readonly mode: "hard" | "soft"; readonly tags: readonly string[] } & {
  readonly hardAfterMs: number | undefined;
};

export interface RedisTierOptions extends Omit<GateOptions, "client"> {
  readonly client: Redis;
  readonly prefix: string;
  readonly leaseMs: number;
}

/** Messages kept for those who were away. A reader that missed more empties its memory tier. */
const BUS_LENGTH = 10_000;
/** Longer than a load may take: one that outlives it could bring a deleted value back. */
const TOMBSTONE_MS = 10 * 60_000;
/** Of a tag that nothing stored carries yet. */
const SHORTEST_RECORD_LIFE_MS = 60 * 60_000;
/** By how much the record of a tag outlives the values that carry it. */
const RECORD_MARGIN_MS = 60_000;
const SCAN_COUNT = 500;

/** What the cache asks of Redis, one command each. Everything rejects with RedisCommandError. */
export class RedisTier {
  /** Marks leases and messages of this cache. */
  readonly owner = randomUUID();
  readonly gate: CommandGate;
  readonly #options: RedisTierOptions;
  readonly #meta: string;
  readonly #bus: string;

  constructor(options: RedisTierOptions) {
    this.#options = options;
    this.gate = new CommandGate(options);
    this.#meta = `${options.prefix}meta`;
    this.#bus = `${options.prefix}bus`;
  }

  async read({ key, claim, ignoreValue = false }: ReadRequest): Promise<RedisRead> {
    const sentAt = this.#options.now();
    const reply = await this.#run(
      SCRIPTS.read,
      [this.#key("v", key), this.#key("l", key), this.#meta],
      [
        this.#key("t", ""),
        claim ? this.owner : "",
        this.#options.leaseMs,
        recordLife(claim?.recordLifeMs ?? 0),
        ignoreValue ? 1 : 0,
        ...(claim?.tags ?? []),
      ],
    );
    const [state, reason, fence, leased, remainingMs, redisNow, bytes, ...bumped] = asList(reply);
    return {
      state: text(state) as RedisRead["state"],
      reason: text(reason),
      fence: Number(text(fence)),
      leased: leased === 1,
      remainingMs: Number(remainingMs),
      redisNow: Number(text(redisNow)),
      sentAt,
      bytes: Buffer.isBuffer(bytes) ? bytes : undefined,
      bumped: parseVersions(bumped),
    };
  }

  async store(request: StoreRequest): Promise<{ outcome: StoreOutcome; bumped: readonly TagVersions[] }> {
    const { key, tags } = request;
    const reply = await this.#run(
      SCRIPTS.store,
      [this.#key("v", key), this.#key("l", key), this.#meta, this.#key("d", key)],
      [
        this.#key("t", ""),
        this.owner,
        request.fence,
        request.claimedAt,
        request.lifeMs,
        recordLife(request.lifeMs),
        request.bytes,
        ...tags,
      ],
    );
    const [outcome, ...bumped] = asList(reply);
    return { outcome: text(outcome) as StoreOutcome, bumped: parseVersions(bumped) };
  }

  /** Prolongs the lease if it is still ours. */
  async renew(key: string, fence: number): Promise<void> {
    await this.#run(SCRIPTS.renew, [this.#key("l", key)], [`${this.owner}:${fence}`, this.#options.leaseMs]);
  }

  async release(key: string, fence: number): Promise<void> {
    await this.#run(SCRIPTS.release, [this.#key("l", key)], [`${this.owner}:${fence}`]);
  }

  /** @returns the number of the invalidation */
  async invalidate(message: InvalidationMessage): Promise<number> {
    const { mode, tags, hardAfterMs } = message;
    const payload = JSON.stringify({ mode, tags, hardAfterMs });
    const limit = hardAfterMs === undefined ? "" : Math.round(hardAfterMs);
    const life = SHORTEST_RECORD_LIFE_MS;
    return this.#send(
      SCRIPTS.invalidate,
      [],
      [this.#key("t", ""), this.owner, BUS_LENGTH, life, mode, limit, payload, ...tags],
    );
  }

  async delete(key: string): Promise<number> {
    const keys = [this.#key("v", key), this.#key("l", key), this.#key("d", key)];
    return this.#send(SCRIPTS.delete, keys, [this.owner, BUS_LENGTH, TOMBSTONE_MS, key]);
  }

  /** Values are gone when this resolves; `sweep` frees their memory. */
  async clear(): Promise<number> {
    return this.#send(SCRIPTS.clear, [], [this.owner, BUS_LENGTH]);
  }

  /** Frees the values of before a `clear`, in small steps. Those stored meanwhile may go with them. */
  async sweep(): Promise<void> {
    const pattern = `${this.#options.prefix.replace(/[\\*?[\]]/g, "\\$&")}v:*`;
    let cursor = "0";
    do {
      const [next, keys] = await this.gate.run("scan", (client) =>
        client.scan(cursor, "MATCH", pattern, "COUNT", SCAN_COUNT),
      );
      if (keys.length > 0) await this.gate.run("unlink", (client) => client.unlink(...keys));
      cursor = next;
      await sleep(1);
    } while (cursor !== "0");
  }

  /** The numbers that Redis has for tags, for `explain`. */
  async tagVersions(
    tags: readonly string[],
  ): Promise<{ tag: string; hard: number | undefined; soft: number | undefined }[]> {
    const reply = asList(await this.#run(SCRIPTS.tags, [this.#meta], [this.#key("t", ""), ...tags])).map(
      text,
    );
    return tags.map((tag, index) => ({
      tag,
      hard: optionalNumber(reply[3 * index + 1]),
      soft: optionalNumber(reply[3 * index + 2]),
    }));
  }

  async #send(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<number> {
    return Number(text(await this.#run(script, [this.#meta, this.#bus, ...keys], args)));
  }

  #run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown> {
    return this.gate.run(script.name, (client) => runScript(client, script, keys, args));
  }

  #key(kind: "v" | "l" | "d" | "t", name: string): string {
    return `${this.#options.prefix}${kind}:${name}`;
  }
}

function recordLife(valueLifeMs: number): number {
  return Math.max(valueLifeMs + RECORD_MARGIN_MS, SHORTEST_RECORD_LIFE_MS);
}

function parseVersions(parts: readonly unknown[]): TagVersions[] {
  const versions: TagVersions[] = [];
  for (let index = 0; index + 3 < parts.length; index += 4) {
    const [tag = "", hard, soft, hardIn] = parts.slice(index, index + 4).map(text);
    versions.push({
      tag,
      hard: Number(hard),
      soft: Number(soft),
      hardInMs: optionalNumber(hardIn) ?? Number.POSITIVE_INFINITY,
    });
  }
  return versions;
}

function optionalNumber(part: string | undefined): number | undefined {
  return part === undefined || part === "" ? undefined : Number(part);
}

function asList(reply: unknown): unknown[] {
  return Array.isArray(reply) ? reply : [reply];
}

function text(part: unknown): string {
  return Buffer.isBuffer(part) ? part.toString("utf8") : String(part ?? "");
}
