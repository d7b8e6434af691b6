import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { sendEvents } from "../../lib/http/event-stream";
import { MARKET_STREAM, type Market, openMarket } from "../../lib/market/market";
import { openCache, openRedis } from "../support/cache";
import { heapUsed } from "../support/heap";
import { asJson, publish, VALUES } from "../support/market";

/** A busy machine is slow and not wrong. */
const SEEN = { timeout: 30_000, interval: 20 };

beforeEach(() => {
  for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});

async function open(redisUrl: string): Promise<Market> {
  const cache = await openCache({ redis: redisUrl });
  const market = await openMarket({ redisUrl, cache, staleMs: 60_000 });
  onTestFinished(() => market.close());
  return market;
}

const body = (market: Market) => JSON.parse(market.summary().body);

test("what a publisher adds is the summary, and after a refresh at the latest", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  const market = await open(redis.url);
  expect(body(market)).toMatchObject({ btc_price_usd: null, stale: true, source: null, age_seconds: null });
  await publish(client);
  await market.reread();
  expect(body(market)).toMatchObject({ ...VALUES, stale: false, source: "stream" });
  expect(body(market).age_seconds).toBeLessThan(60);
});

test("a refresh that cannot be made says so, and the last snapshot stays", async () => {
  const redis = await openRedis();
  await publish(redis.connect());
  const market = await open(redis.url);
  await redis.kill();
  await expect(market.reread()).rejects.toMatchObject({ code: "E_MARKET_UNREADABLE" });
  expect(body(market)).toMatchObject({ btc_price_usd: VALUES.btc_price_usd, source: "stream" });
});

test("a fresh instance whose stream was deleted shows the last good snapshot of another one, with its age", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  const first = await open(redis.url);
  await publish(client, { ...VALUES, btc_price_usd: 123 });
  await first.reread();
  await first.close();
  await client.del(MARKET_STREAM);
  const second = await open(redis.url);
  expect(body(second)).toMatchObject({ btc_price_usd: 123, source: "cache" });
  expect(second.status().source.state).toBe("absent");
  await publish(client, { ...VALUES, btc_price_usd: 124 });
  await second.reread();
  expect(body(second)).toMatchObject({ btc_price_usd: 124, source: "stream" });
});

test("24 hours of entries at one a second, replayed fast, leave memory flat", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  const market = await open(redis.url);
  const json = asJson(VALUES);
  let added = 0;

  async function replay(seconds: number): Promise<void> {
    for (const end = added + seconds; added < end; added += 400) {
      const batch = client.pipeline();
      for (let index = 0; index < 400; index++) {
        batch.xadd(MARKET_STREAM, "MAXLEN", "~", "1000", "*", ...json);
      }
      await batch.exec();
      await vi.waitFor(() => expect(market.status().snapshot.snapshots).toBe(added + 400), {
        timeout: 30_000,
        interval: 1,
      });
    }
  }

  // Until the history is full, and everything that is compiled lazily is there.
  await replay(7_200);
  const before = await heapUsed();
  await replay(79_200);
  const growth = (await heapUsed()) - before;
  expect(market.status()).toMatchObject({
    snapshot: { snapshots: 86_400, historyEntries: 2_000, rejections: [] },
    source: { counts: { lost: 0, gaps: 0 } },
  });
  // Of 100 MB of entries.
  expect(growth).toBeLessThan(4_000_000);
}, 240_000);

/** @returns what opens a client of events */
async function serveEvents(market: Market) {
  const server = createServer((request, response) => {
    void sendEvents(request, response, market.streams.open);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  return (headers: Record<string, string> = {}) =>
    new Promise<{
      text: () => string;
      pause: () => void;
      resume: () => void;
      ended: Promise<unknown>;
      destroy: () => void;
    }>((resolve, reject) => {
      const request = get({ port, headers }, (response) => {
        let text = "";
        response.on("error", () => {});
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        resolve({
          text: () => text,
          pause: () => response.pause(),
          resume: () => response.resume(),
          ended: new Promise((close) => response.once("close", close)),
          destroy: () => request.destroy(),
        });
      });
      request.once("error", reject);
    });
}

test("over HTTP: every entry once, a slow client dropped to the latest, what was missed made up, a polite end", async () => {
  const redis = await openRedis();
  const client = redis.connect();
  const market = await open(redis.url);
  await publish(client);
  const connect = await serveEvents(market);
  const ids = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id);

  const fast = await connect();
  const slow = await connect();
  await vi.waitFor(() => expect(ids(slow.text())).toHaveLength(1), SEEN);
  slow.pause();
  const added: string[] = [];
  for (let round = 0; round < 40; round++) {
    const batch = client.pipeline();
    for (let index = 0; index < 200; index++) batch.xadd(MARKET_STREAM, "*", ...asJson(VALUES));
    for (const [, id] of (await batch.exec()) ?? []) added.push(String(id));
    await vi.waitFor(() => expect(ids(fast.text()).at(-1)).toBe(added.at(-1)), SEEN);
  }
  // All of them, once and in order.
  expect(ids(fast.text()).slice(1)).toEqual(added);
  const { skipped } = market.status().streams;
  slow.resume();
  await vi.waitFor(() => expect(ids(slow.text()).at(-1)).toBe(added.at(-1)), SEEN);
  // What the history had lost by then was passed over.
  expect(ids(slow.text()).length - 1).toBeLessThan(added.length);
  expect(market.status().streams.skipped).toBeGreaterThan(skipped);

  // Who comes back gets what it missed.
  fast.destroy();
  const missed = [
    await publish(client, VALUES, { maxLength: 100_000 }),
    await publish(client, VALUES, { maxLength: 100_000 }),
  ];
  await market.reread();
  const back = await connect({ "last-event-id": added.at(-1) ?? "" });
  await vi.waitFor(() => expect(ids(back.text())).toEqual(missed), SEEN);

  market.endStreams();
  await Promise.all([back.ended, slow.ended]);
  expect(back.text()).toMatch(/\n\n: [^\n]+\n\n$/);
});

test("while Redis is away clients are told that the stream is interrupted, and told when it is not any more", async () => {
  const redis = await openRedis({ appendonly: "yes", appendfsync: "always" });
  const market = await open(redis.url);
  const connect = await serveEvents(market);
  const events = await connect();
  const told = () =>
    [...events.text().matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => {
      const { btc_price_usd: price, interrupted, stale } = JSON.parse(json);
      return { price, interrupted, stale };
    });
  const nothing = { price: null, interrupted: false, stale: true };
  await vi.waitFor(() => expect(told()).toEqual([nothing]), SEEN);
  await publish(redis.connect(), { ...VALUES, btc_price_usd: 1 });
  const first = { price: 1, interrupted: false, stale: false };
  await vi.waitFor(() => expect(told()).toEqual([nothing, first]), SEEN);

  await redis.kill();
  await vi.waitFor(() => expect(told().slice(2)).toEqual([{ ...first, interrupted: true }]), SEEN);
  expect(body(market)).toMatchObject({ btc_price_usd: 1, interrupted: true, stale: false });

  await redis.restart();
  await vi.waitFor(() => expect(told().slice(3)).toEqual([first]), SEEN);
  expect(body(market)).toMatchObject({ btc_price_usd: 1, interrupted: false });
  await publish(redis.connect(), { ...VALUES, btc_price_usd: 2 });
  await vi.waitFor(() => expect(told().slice(4)).toEqual([{ ...first, price: 2 }]), SEEN);
});
