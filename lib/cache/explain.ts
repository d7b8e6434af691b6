import type { Explanation, TierExplanation } from "./cache";
import { RedisCommandError } from "./command-gate";
import { CorruptValueError, decodeEnvelope } from "./envelope";
import { type Entry, judge, type Trust } from "./freshness";
import type { CacheKey } from "./keys";
import type { MemoryTier } from "./memory-tier";
import type { RedisTier } from "./redis-tier";
import type { TagView } from "./tag-view";

export interface ExplainParts {
  readonly memory: MemoryTier;
  /** Absent also when it was not started. */
  readonly redis: RedisTier | undefined;
  readonly tags: TagView;
  readonly trust: Trust;
  readonly maxValueBytes: number;
  readonly now: () => number;
}

/** Why a key is fresh, stale or missing, tier by tier. Changes nothing: no claim, no promotion, no use counted. */
export async function explain(key: CacheKey, parts: ExplainParts): Promise<Explanation> {
  const memory = explainMemory(parts.memory.peek(key), parts);
  if (parts.redis === undefined) return { key, memory };
  try {
    return { key, memory, redis: await explainRedis(key, parts.redis, parts.maxValueBytes) };
  } catch (error) {
    if (!(error instanceof RedisCommandError)) throw error;
    return { key, memory, redis: { state: "unavailable", reason: error.reason } };
  }
}

function explainMemory(entry: Entry | undefined, { tags, trust, now }: ExplainParts): TierExplanation {
  if (entry === undefined) return { state: "missing" };
  const at = now();
  const verdict = judge(entry, at, tags, trust);
  return {
    state: verdict === "early" ? "fresh" : verdict,
    ...agesOf(at - entry.bornAt, entry.ttlMs, entry.graceMs),
    version: entry.fence,
    tags: entry.tags.map((tag) => ({
      tag,
      hard: tags.versions(tag)?.hard,
      soft: tags.versions(tag)?.soft,
      verdict: tags.verdict({ ...entry, tags: [tag] }, at),
    })),
  };
}

async function explainRedis(key: CacheKey, redis: RedisTier, maxBytes: number): Promise<TierExplanation> {
  const read = await redis.read({ key });
  if (read.bytes === undefined) return { state: read.state === "corrupt" ? "corrupt" : "missing" };
  try {
    const { header } = await decodeEnvelope(read.bytes, maxBytes);
    const versions = await redis.tagVersions(header.tags);
    const age = header.ttlMs + header.graceMs - read.remainingMs;
    return {
      state: read.state,
      ...agesOf(age, header.ttlMs, header.graceMs),
      version: header.fence,
      tags: versions.map(({ tag, hard, soft }) => ({
        tag,
        hard,
        soft,
        verdict: verdictOf(header.fence, hard, soft),
      })),
    };
  } catch (error) {
    if (error instanceof CorruptValueError) return { state: "corrupt" };
    throw error;
  }
}

function agesOf(ageMs: number, ttlMs: number, graceMs: number) {
  return { ageMs, freshForMs: ttlMs - ageMs, remainingMs: ttlMs + graceMs - ageMs };
}

function verdictOf(fence: number, hard: number | undefined, soft: number | undefined) {
  // A record that is gone may have held an invalidation.
  if (hard === undefined) return "unknown";
  if (hard > fence) return "invalid";
  return soft !== undefined && soft > fence ? "stale" : "valid";
}
