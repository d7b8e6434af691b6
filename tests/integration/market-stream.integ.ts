import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createHub } from "../../lib/market/hub";
import { MARKET_STREAM } from "../../lib/market/market";
import type { EntryListener, MarketSource } from "../../lib/market/source";
import { createStreamReader, type ReaderTiming } from "../../lib/market/stream-reader";
import { openRedis } from "../support/cache";
import { asJson, flattened, publish, recorder, VALUES } from "../support/market";
import type { TestRedis } from "../support/redis";
import { startTcpProxy } from "../support/tcp-proxy";

/** A busy machine is slow and not wrong. */
const SEEN = { timeout: 30_000, interval: 20 };
const DURABLE = { appendonly: "yes", appendfsync: "always" };

beforeEach(() => {
  for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});

async function follow(
  url: string,
  listener: EntryListener,
  { historyEntries = 2_000, ...timing }: Partial<ReaderTiming> & { historyEntries?: number } = {},
): Promise<MarketSource> {
  const reader = createStreamReader({
    url,
    key: MARKET_STREAM,
    historyEntries,
    timing: { start: 30_000, ...timing },
  });
  onTestFinished(() => reader.close());
  await reader.start(listener);
  return reader;
}

/** A reader that hears nothing for a while, and then that it hears again. */
async function openWithEntries(count: number, settings?: Record<string, string>) {
  const redis = await openRedis(settings);
  const client = redis.connect();
  const before: string[] = [];
  for (let index = 0; index < count; index++) before.push(await publish(client));
  return { redis, client, before };
}

const counts = (reader: MarketSource) => reader.status().counts;
const state = (reader: MarketSource) => reader.status().state;

test("both encodings are read, from the stream's newest entries to those that are added", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  const hub = createHub({
    origin: "stream",
    staleMs: 60_000,
    historyEntries: 2_000,
    now: Date.now,
    elapsed: () => performance.now(),
  });
  for (const price of [1, 2, 3]) await publish(client, { ...VALUES, btc_price_usd: price });
  const reader = await follow(redis.url, hub, { historyEntries: 2 });
  expect(hub.series("btc_price_usd", 10).map(([, value]) => value)).toEqual([2, 3]);
  const last: string[] = [];
  for (const [price, encode] of [
    [4, flattened],
    [5, asJson],
  ] as const) {
    last.push(await publish(client, { ...VALUES, btc_price_usd: price }, { encode }));
    await vi.waitFor(() => expect(hub.history.latest?.id).toBe(last.at(-1)), SEEN);
    expect(hub.history.latest?.snapshot).toEqual({ ...VALUES, btc_price_usd: price });
  }
  expect(hub.status()).toMatchObject({ stale: false, rejections: [], snapshots: 4 });
  expect(state(reader)).toBe("reading");
  expect(counts(reader)).toMatchObject({ entries: 4, lost: 0, disconnects: 0, errors: 0 });
});

test("an entry that is read at the start has the age that it has on Redis' clock", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  const [seconds] = (await client.time()) as unknown as [string];
  await publish(client, VALUES, { id: `${(Number(seconds) - 3_600) * 1_000}-1` });
  let ageMs = 0;
  await follow(redis.url, {
    restarted: ([found]) => {
      ageMs = found?.ageMs ?? 0;
    },
    added() {},
    interrupted() {},
  });
  expect(ageMs).toBeGreaterThanOrEqual(3_600_000 - 1_000);
  expect(ageMs).toBeLessThan(3_700_000);
});

describe("after a restart of Redis", () => {
  test("that kept the stream, no entry is lost and none is repeated", async () => {
    const { redis, client, before } = await openWithEntries(3, DURABLE);
    const heard = recorder();
    const reader = await follow(redis.url, heard);
    const live = [await publish(client), await publish(client)];
    await vi.waitFor(() => expect(heard.ids).toEqual(live), SEEN);

    await redis.kill();
    await vi.waitFor(() => expect(state(reader)).toBe("connecting"), SEEN);
    expect(heard.interruptions).toEqual([true]);
    await redis.restart();
    const again = redis.connect();
    for (let index = 0; index < 600; index++) live.push(await publish(again));

    await vi.waitFor(() => expect(heard.ids).toHaveLength(602), SEEN);
    expect(heard.ids).toEqual(live);
    expect(heard.restarts).toEqual([before]);
    expect(heard.interruptions).toEqual([true, false]);
    expect(counts(reader)).toMatchObject({ lost: 0, gaps: 0, replaced: 0 });
    expect(counts(reader).disconnects).toBeGreaterThan(0);
    expect(state(reader)).toBe("reading");
  });

  test("that lost the stream, the new one is read from its first entry, and counted", async () => {
    const { redis } = await openWithEntries(5);
    const heard = recorder();
    const reader = await follow(redis.url, heard);
    await redis.kill();
    await redis.restart();
    const again = redis.connect();
    const ids = [await publish(again), await publish(again)];
    await vi.waitFor(() => expect(heard.ids).toEqual(ids), SEEN);
    await reader.reread();
    const { lost, gaps, replaced, deleted } = counts(reader);
    // Whether the key was seen to be away depends on who was first.
    expect([lost, gaps, replaced + deleted]).toEqual([0, 0, 1]);
  });

  test("before which it was never reached, the stream is read when it is there", async () => {
    const redis = await openRedis();
    await redis.kill();
    const heard = recorder();
    const reader = await follow(redis.url, heard);
    expect([state(reader), heard.interruptions]).toEqual(["connecting", [true]]);
    await expect(reader.reread()).rejects.toMatchObject({ code: "E_MARKET_UNREADABLE" });
    await redis.restart();
    const id = await publish(redis.connect());
    await vi.waitFor(() => expect([...heard.restarts.flat(), ...heard.ids]).toEqual([id]), SEEN);
    expect(heard.interruptions).toEqual([true, false]);
  });
});

test("a connection that fell silent without a word is given up, and the stream resumed", async () => {
  const { redis, client, before } = await openWithEntries(1);
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(() => proxy.close());
  const heard = recorder();
  const reader = await follow(`redis://127.0.0.1:${proxy.port}`, heard, { block: 100, patience: 300 });
  proxy.swallow();
  await vi.waitFor(() => expect(state(reader)).toBe("connecting"), SEEN);
  const ids = [await publish(client), await publish(client)];
  proxy.restore();
  await vi.waitFor(() => expect(heard.ids).toEqual(ids), SEEN);
  expect(heard.restarts).toEqual([before]);
  expect(counts(reader)).toMatchObject({ lost: 0, replaced: 0 });
});

test("entries that were trimmed while nobody read are a gap, counted to the number", async () => {
  const { redis, client } = await openWithEntries(3);
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(() => proxy.close());
  const heard = recorder();
  const reader = await follow(`redis://127.0.0.1:${proxy.port}`, heard);
  proxy.cut();
  await vi.waitFor(() => expect(state(reader)).toBe("connecting"), SEEN);
  const ids: string[] = [];
  for (let index = 0; index < 40; index++) ids.push(await publish(client));
  await client.xtrim(MARKET_STREAM, "MAXLEN", 15);
  proxy.restore();
  await vi.waitFor(() => expect(heard.ids).toEqual(ids.slice(-15)), SEEN);
  await vi.waitFor(() => expect(counts(reader)).toMatchObject({ lost: 25, gaps: 1, replaced: 0 }), SEEN);
});

describe("a stream that is deleted", () => {
  test("is absent, and what a new one holds is read from its first entry", async () => {
    const { redis, client } = await openWithEntries(3);
    const heard = recorder();
    const reader = await follow(redis.url, heard);
    await client.del(MARKET_STREAM);
    await vi.waitFor(() => expect(state(reader)).toBe("absent"), SEEN);
    const ids = [await publish(client), await publish(client)];
    await vi.waitFor(() => expect(heard.ids).toEqual(ids), SEEN);
    await vi.waitFor(() => expect(state(reader)).toBe("reading"), SEEN);
    expect(counts(reader)).toMatchObject({ deleted: 1, lost: 0, gaps: 0 });
    expect(heard.interruptions).toEqual([]);
  });

  test("and replaced by one with older ids is read anew", async () => {
    const { redis, client, before } = await openWithEntries(2);
    const heard = recorder();
    const reader = await follow(redis.url, heard);
    await client
      .multi()
      .del(MARKET_STREAM)
      .xadd(MARKET_STREAM, "1000-1", ...asJson(VALUES))
      .exec();
    await vi.waitFor(() => expect(heard.restarts).toEqual([before, ["1000-1"]]), SEEN);
    const id = await publish(client, VALUES, { id: "1000-2" });
    await vi.waitFor(() => expect(heard.ids).toEqual([id]), SEEN);
    expect(counts(reader)).toMatchObject({ replaced: 1, lost: 0 });
  });

  test("and that never was there, is read from the first entry on", async () => {
    const redis = await openRedis();
    const heard = recorder();
    const reader = await follow(redis.url, heard);
    expect([state(reader), heard.restarts]).toEqual(["absent", [[]]]);
    const id = await publish(redis.connect());
    await vi.waitFor(() => expect(heard.ids).toEqual([id]), SEEN);
    expect(counts(reader)).toMatchObject({ lost: 0, replaced: 0, deleted: 0 });
  });
});

test("a key of another type is said and counted, and the stream is read when it is one", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  await client.set(MARKET_STREAM, "a string");
  const heard = recorder();
  const reader = await follow(redis.url, heard);
  expect(state(reader)).toBe("wrong-type");
  await client.del(MARKET_STREAM);
  const id = await publish(client);
  await vi.waitFor(() => expect([...heard.restarts.flat(), ...heard.ids]).toEqual([id]), SEEN);
  // And once more, while it is being read.
  await client.set(MARKET_STREAM, "a string");
  await vi.waitFor(() => expect(state(reader)).toBe("wrong-type"), SEEN);
  await client.del(MARKET_STREAM);
  const next = await publish(client);
  await vi.waitFor(() => expect(heard.ids.at(-1)).toBe(next), SEEN);
  expect(heard.interruptions).toEqual([true, false, true, false]);
  expect(counts(reader).errors).toBeGreaterThan(1);
  expect(counts(reader).disconnects).toBe(0);
});

test("a Redis that refuses is told from one that is away", async () => {
  const redis = await openRedis({ requirepass: "a password" });
  const heard = recorder();
  const reader = await follow(redis.url, heard);
  await vi.waitFor(() => expect(state(reader)).toBe("refused"), SEEN);
  expect(heard.interruptions).toEqual([true]);
});

test("a consumer slower than the producer skips what is trimmed, counts it, and reaches the latest", async () => {
  const { redis, client } = await openWithEntries(1);
  const heard = recorder();
  let isBusy = true;
  const reader = await follow(redis.url, {
    ...heard,
    added(entries) {
      heard.added(entries);
      // Keeps the process from reading while the producer goes on.
      const until = performance.now() + (isBusy ? 5 : 0);
      while (performance.now() < until);
    },
  });
  const added: string[] = [];
  for (let round = 0; round < 30; round++) {
    const batch = client.pipeline();
    for (let index = 0; index < 300; index++) {
      batch.xadd(MARKET_STREAM, "MAXLEN", "100", "*", ...asJson(VALUES));
    }
    for (const [, id] of (await batch.exec()) ?? []) added.push(String(id));
  }
  isBusy = false;
  await vi.waitFor(() => expect(heard.ids.at(-1)).toBe(added.at(-1)), SEEN);
  const known = new Set(added);
  expect(heard.ids.every((id) => known.has(id))).toBe(true);
  expect(heard.ids).toEqual([...new Set(heard.ids)]);
  await reader.reread();
  const { lost, gaps, replaced } = counts(reader);
  expect(lost).toBe(added.length - heard.ids.length);
  expect(lost).toBeGreaterThan(0);
  expect([gaps > 0, replaced]).toEqual([true, 0]);
});

test("ids ahead of Redis' clock, as after it was set back, are read in order, without an age, and counted", async () => {
  const { redis, client } = await openWithEntries(1);
  const heard: { id: string; ageMs: number }[] = [];
  const reader = await follow(redis.url, {
    restarted() {},
    added: (entries) => void heard.push(...entries),
    interrupted() {},
  });
  const ahead = await publish(client, VALUES, { id: `${Date.now() + 3_600_000}-0` });
  const ids = [ahead, await publish(client), await publish(client)];
  await vi.waitFor(() => expect(heard.map(({ id }) => id)).toEqual(ids), SEEN);
  expect(heard.map(({ ageMs }) => ageMs)).toEqual([0, 0, 0]);
  expect(counts(reader).clockJumps).toBe(1);
});

test("rereading returns when everything that was added before has been handed over", async () => {
  const { redis, client } = await openWithEntries(1);
  const heard = recorder();
  // Without a wake-up this would take as long as a read is held back.
  const reader = await follow(redis.url, heard, { block: 20_000 });
  for (let round = 0; round < 20; round++) {
    const id = await publish(client);
    await reader.reread();
    expect(heard.ids.at(-1)).toBe(id);
  }
});

test("a reader that is closed leaves no connection behind", async () => {
  const redis: TestRedis = await openRedis();
  const client = redis.connect();
  const connections = async () =>
    String(await client.client("LIST"))
      .trim()
      .split("\n").length;
  await client.ping();
  const before = await connections();
  const reader = await follow(redis.url, recorder());
  await reader.reread();
  expect(await connections()).toBeGreaterThan(before);
  await reader.close();
  await vi.waitFor(async () => expect(await connections()).toBe(before), SEEN);
});

test("a database that Redis does not have is not replaced by database 0, whose market is another's", async () => {
  const { redis } = await openWithEntries(1);
  const reader = await follow(`${redis.url}/99`, recorder(), { start: 500 });
  expect(state(reader)).toBe("connecting");
  expect(counts(reader).entries).toBe(0);
});
