import { deflateSync } from "node:zlib";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type CacheKey, createTieredCache, mediumTerm, type TieredCache } from "../../lib/cache";
import { encodeValue } from "../../lib/cache/codec";
import { encodeEnvelope } from "../../lib/cache/envelope";
import { reportKey, reportTag } from "../support/cache";
import { startRedis, type TestRedis } from "../support/redis";

const PREFIX = "web-server-report:";
const LIFE_MS = mediumTerm.ttlMs + mediumTerm.graceMs;
const MAX_VALUE_BYTES = 1_000_000;

let redis: TestRedis;
let asker: Redis;
let cache: TieredCache;
let nextId = 0;

beforeAll(async () => {
  redis = await startRedis();
  asker = redis.connect();
  cache = createTieredCache({ redis: redis.url, deadlineMs: 2_000, maxValueBytes: MAX_VALUE_BYTES });
  await cache.start();
});

afterAll(async () => {
  await cache.close();
  await redis.stop();
});

async function validBytes(tags: string[] = []): Promise<Buffer> {
  // A number that Redis has given, so that the value could be one of ours.
  await cache.set(reportKey("number"), 1, mediumTerm);
  const { version = 0 } = (await cache.explain(reportKey("number"))).memory;
  const { ttlMs, graceMs } = mediumTerm;
  return encodeEnvelope({ fence: version, ttlMs, graceMs, tags }, encodeValue({ from: "redis" }));
}

/** What a reader makes of these bytes, and whether the cache works for that key afterwards. */
async function read(bytes: Buffer | string, life = LIFE_MS) {
  const key = reportKey("hostile", nextId++);
  await asker.set(`${PREFIX}v:${key}`, bytes, "PX", life);
  return readKey(key);
}

async function readKey(key: CacheKey) {
  const corrupt = cache.stats().corrupt;
  const validate = (value: unknown) => {
    const valid = typeof value === "object" && value !== null && "from" in value;
    if (!valid || typeof value.from !== "string") throw new TypeError("no report");
    return { from: value.from };
  };
  const lookup = await cache.lookup(key, mediumTerm, () => ({ from: "loader" }), {
    validate,
    tags: [reportTag(1)],
  });
  return { key, value: lookup.value, counted: cache.stats().corrupt - corrupt };
}

const MISS = { value: { from: "loader" }, counted: 1 };

test("valid bytes are a hit", async () => {
  expect(await read(await validBytes())).toMatchObject({ value: { from: "redis" }, counted: 0 });
});

test("corrupt, truncated, foreign and future-version bytes are counted misses, never an error", async () => {
  const valid = await validBytes();
  // With another number it would be a value of before the last clear: a miss, and nothing to count.
  const number = /"f":\d+/.exec(valid.toString("latin1"));
  const ofTheNumber = (index: number) =>
    number !== null && index >= number.index && index < number.index + number[0].length;
  const flipped = fc
    .tuple(
      fc.nat(valid.length - 1).filter((index) => !ofTheNumber(index)),
      fc.integer({ min: 1, max: 255 }),
    )
    .map(([index, mask]) => {
      const bytes = Buffer.from(valid);
      bytes[index] = (bytes[index] ?? 0) ^ mask;
      return bytes;
    });
  const truncated = fc.nat(valid.length - 1).map((length) => valid.subarray(0, length));
  const extended = fc.uint8Array({ minLength: 1 }).map((more) => Buffer.concat([valid, more]));
  const foreign = fc.uint8Array().map((bytes) => Buffer.from(bytes));
  const foreignText = fc.string().map((text) => Buffer.from(text));
  const future = fc.integer({ min: 2, max: 255 }).map((version) => {
    const bytes = Buffer.from(valid);
    bytes.writeUInt8(version, 4);
    return bytes;
  });
  const hostile = fc.oneof(flipped, truncated, extended, foreign, foreignText, future);

  await fc.assert(
    fc.asyncProperty(hostile, async (bytes) => {
      expect(await read(bytes)).toMatchObject(MISS);
    }),
    { numRuns: 400 },
  );
});

test("a value with another number is a miss", async () => {
  const valid = await validBytes();
  const at = valid.indexOf('"f":') + 4;
  for (let digit = 0; digit < 16; digit++) {
    for (const other of "0179x") {
      const bytes = Buffer.from(valid);
      bytes.write(other, at + digit);
      if (!bytes.equals(valid)) expect((await read(bytes)).value).toEqual({ from: "loader" });
    }
  }
});

test("a well-made envelope with a hostile header is a counted miss, and does not stand in the way of the next value", async () => {
  const body = encodeValue({ from: "redis" });
  const header = { fence: 1e15, ttlMs: mediumTerm.ttlMs, graceMs: mediumTerm.graceMs, tags: [] as string[] };
  const far = Number.MAX_SAFE_INTEGER;
  const headers = [
    { ...header, fence: far },
    { ...header, fence: -1 },
    { ...header, fence: 1.5 },
    { ...header, ttlMs: -1 },
    { ...header, ttlMs: far },
    { ...header, ttlMs: null as unknown as number },
    { ...header, graceMs: "1" as unknown as number },
    { ...header, tags: [1] as unknown as string[] },
    { ...header, tags: { a: "b" } as unknown as string[] },
  ];
  for (const each of headers) {
    const bytes = await encodeEnvelope(each, body);
    const { key, value } = await read(bytes);
    expect(value).toEqual({ from: "loader" });
    await vi.waitFor(async () => {
      expect((await cache.explain(key)).redis).toMatchObject({ state: "fresh", tags: [{ tag: "report:1" }] });
    });
  }
});

test("a value that would outgrow the limit when decompressed is a counted miss", async () => {
  const bomb = encodeValue({ from: "redis", padding: " ".repeat(20 * MAX_VALUE_BYTES) });
  const { ttlMs, graceMs } = mediumTerm;
  await cache.set(reportKey("number"), 1, mediumTerm);
  const { version = 0 } = (await cache.explain(reportKey("number"))).memory;
  const honest = await encodeEnvelope({ fence: version, ttlMs, graceMs, tags: [] }, bomb);
  expect(honest.length).toBeLessThan(MAX_VALUE_BYTES);
  expect(await read(honest)).toMatchObject(MISS);
  // One that lies about its size is refused by its checksum, and decompression stops at what it said.
  const packed = deflateSync(bomb);
  expect(await read(Buffer.concat([honest.subarray(0, 100), packed]))).toMatchObject(MISS);
});

test("a value of another shape is a counted miss", async () => {
  const { ttlMs, graceMs } = mediumTerm;
  await cache.set(reportKey("number"), 1, mediumTerm);
  const { version = 0 } = (await cache.explain(reportKey("number"))).memory;
  const bodies = [...[{ to: "redis" }, [], 7].map(encodeValue), Buffer.from("not ours")];
  for (const body of bodies) {
    const bytes = await encodeEnvelope({ fence: version, ttlMs, graceMs, tags: [] }, body);
    expect(await read(bytes)).toMatchObject(MISS);
  }
});

test("a value without an end, or with more life than it says, is a counted miss", async () => {
  const bytes = await validBytes();
  expect(await read(bytes, LIFE_MS + 60_000)).toMatchObject(MISS);
  const key = reportKey("eternal");
  await asker.set(`${PREFIX}v:${key}`, bytes);
  expect(await readKey(key)).toMatchObject(MISS);
});

test("keys of another type under our names are misses, never an error", async () => {
  const value = reportKey("list");
  await asker.rpush(`${PREFIX}v:${value}`, "a", "b");
  expect(await readKey(value)).toMatchObject(MISS);
  await vi.waitFor(async () => expect((await cache.explain(value)).redis?.state).toBe("fresh"));

  const leased = reportKey("lease");
  await asker.hset(`${PREFIX}l:${leased}`, "a", "b");
  expect(await readKey(leased)).toMatchObject({ value: { from: "loader" } });

  const tombstone = reportKey("tombstone");
  await asker.sadd(`${PREFIX}d:${tombstone}`, "a");
  expect(await readKey(tombstone)).toMatchObject({ value: { from: "loader" } });

  const tagged = reportKey("tagged");
  await asker.set(`${PREFIX}t:report:7`, "no record");
  const load = () => ({ from: "loader" });
  expect(await cache.getOrLoad(tagged, mediumTerm, load, { tags: [reportTag(7)] })).toEqual({
    from: "loader",
  });
  await vi.waitFor(async () => expect((await cache.explain(tagged)).redis?.state).toBe("fresh"));
});

test("foreign messages on the bus empty the memory tier, and the bus goes on", async () => {
  const key = reportKey("bus");
  await cache.set(key, { from: "memory" }, mediumTerm, { tags: [reportTag(9)] });
  const flushes = cache.stats().flushes;
  await asker.xadd(`${PREFIX}bus`, "*", "no", "message of ours");
  await vi.waitFor(() => expect(cache.stats().flushes).toBeGreaterThan(flushes), 5_000);
  const other = createTieredCache({ redis: redis.url, deadlineMs: 2_000 });
  await other.start();
  await cache.get(key);
  await other.invalidateTags([reportTag(9)]);
  await vi.waitFor(async () => expect(await cache.get(key)).toBeUndefined(), 5_000);
  await other.close();
});
