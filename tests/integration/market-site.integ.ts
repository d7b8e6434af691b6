import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { publish, VALUES } from "../support/market";
import { parseMetrics } from "../support/prometheus";
import { startRedis, type TestRedis } from "../support/redis";
import { type RunningSite, startSite } from "../support/server";

/** A busy machine is slow and not wrong. */
const SEEN = { timeout: 30_000, interval: 50 };
const SUMMARY = "/api/crypto/dashboard-summary";

let redis: TestRedis;
let client: Redis;
/** Reads a stream. */
let site: RunningSite;
/** Has no Redis. */
let alone: RunningSite;

beforeAll(async () => {
  redis = await startRedis();
  client = redis.connect();
  site = await startSite({ env: { REDIS_URL: redis.url, TRUSTED_PROXIES: "1" } });
  alone = await startSite();
});

afterAll(async () => {
  await Promise.all([site?.stop(), alone?.stop()]);
  await redis?.stop();
});

/** Each from an address of its own, unless the test says otherwise. */
let addresses = 0;
const ask = (path: string, init: RequestInit & { address?: string; at?: RunningSite } = {}) =>
  fetch((init.at ?? site).url + path, {
    ...init,
    headers: { "x-forwarded-for": init.address ?? `198.51.100.${++addresses}`, ...init.headers },
  });

/** An open stream of events. */
async function listen(headers: Record<string, string> = {}, at = site) {
  const closing = new AbortController();
  const response = await ask(`${SUMMARY}/stream`, { headers, signal: closing.signal, at });
  const heard = { response, text: "", isOver: false, close: () => closing.abort() };
  onTestFinished(() => closing.abort());
  void (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) heard.text += decoder.decode(bytes, { stream: true });
    heard.isOver = true;
  })().catch(() => {});
  return Object.assign(heard, {
    ids: () => [...heard.text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id),
    data: () => [...heard.text.matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => JSON.parse(json)),
  });
}

describe("before anything was received", () => {
  test("the summary is nulls under the names of the publisher, marked as stale", async () => {
    const response = await ask(SUMMARY);
    expect(response.status).toBe(200);
    const body = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      ...Object.keys(VALUES),
      "age_seconds",
      "stale",
      "interrupted",
      "source",
      "observed_at",
    ]);
    expect(body).toMatchObject({ btc_price_usd: null, age_seconds: null, stale: true, source: null });
  });

  test("health names the market as restricted, and the site is ready", async () => {
    await vi.waitFor(async () => {
      const response = await ask("/health");
      const { dependencies } = (await response.json()) as {
        dependencies: { market: { status: string; details: object } };
      };
      expect([response.status, dependencies.market.status]).toEqual([200, "degraded"]);
      expect(dependencies.market.details).toMatchObject({ state: "absent", ageSeconds: null });
    }, SEEN);
  });
});

test("a refresh, by GET or POST, has what was published before it, and is kept by nobody", async () => {
  for (const [method, price] of [
    ["GET", 101],
    ["POST", 102],
  ] as const) {
    await publish(client, { ...VALUES, btc_price_usd: price });
    await vi.waitFor(async () => {
      const response = await ask(`${SUMMARY}/refresh`, { method });
      expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect(await response.json()).toMatchObject({ btc_price_usd: price, stale: false, source: "stream" });
    }, SEEN);
  }
});

test("the summary has a tag an entry, which saves sending it again, and may be shared for a second", async () => {
  const first = await ask(`${SUMMARY}/refresh`);
  expect(first.status).toBe(200);
  // What was kept before may be served for a moment.
  const response = await vi.waitFor(async () => {
    const answer = await ask(SUMMARY);
    expect(answer.headers.get("etag")).toMatch(/^W\/"\d+-\d+-stream"$/);
    return answer;
  }, SEEN);
  const tag = response.headers.get("etag") ?? "";
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe(
    "public, max-age=0, s-maxage=1, stale-while-revalidate=2",
  );
  const again = await ask(SUMMARY, { headers: { "if-none-match": tag } });
  expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, tag, ""]);
  const head = await ask(SUMMARY, { method: "HEAD" });
  expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, tag, ""]);
  await publish(client, { ...VALUES, btc_price_usd: 103 });
  await vi.waitFor(async () => {
    const next = await ask(SUMMARY, { headers: { "if-none-match": tag } });
    expect(next.status).toBe(200);
    expect(await next.json()).toMatchObject({ btc_price_usd: 103 });
  }, SEEN);
});

test("the stream sends the current snapshot first, then each as it comes, and resumes behind the last one seen", async () => {
  const events = await listen();
  expect(events.response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(events.response.headers.get("content-encoding")).toBeNull();
  await vi.waitFor(() => expect(events.ids()).toHaveLength(1), SEEN);
  const added: string[] = [];
  for (const price of [201, 202, 203]) {
    added.push(await publish(client, { ...VALUES, btc_price_usd: price }));
    await vi.waitFor(() => expect(events.ids().at(-1)).toBe(added.at(-1)), SEEN);
  }
  expect(events.ids().slice(1)).toEqual(added);
  expect(events.data().slice(1)).toMatchObject([
    { btc_price_usd: 201 },
    { btc_price_usd: 202 },
    { btc_price_usd: 203 },
  ]);
  events.close();
  const again = await listen({ "last-event-id": added[0] ?? "" });
  await vi.waitFor(() => expect(again.ids()).toEqual(added.slice(1)), SEEN);
});

test("clients of the stream are counted, and forgotten when they went", async () => {
  const clients = async () => parseMetrics(await (await ask("/metrics")).text()).get("market_event_clients");
  const events = [await listen(), await listen()];
  await vi.waitFor(async () => expect(await clients()).toBe(2), SEEN);
  for (const { close } of events) close();
  await vi.waitFor(async () => expect(await clients()).toBe(0), SEEN);
  const head = await ask(`${SUMMARY}/stream`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(await clients()).toBe(0);
});

test("the history has the values of a field in order, and as few points as are asked for", async () => {
  const response = await ask("/api/crypto/history?field=btc_price_usd&points=3");
  const { field, source, points } = (await response.json()) as {
    field: string;
    source: string;
    points: [number, number][];
  };
  expect([response.status, field, source]).toEqual([200, "btc_price_usd", "stream"]);
  expect(points).toHaveLength(3);
  expect(points.at(-1)?.[1]).toBe(203);
  const times = points.map(([at]) => at);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  const whole = (await (await ask("/api/crypto/history?field=btc_price_usd")).json()) as {
    points: unknown[];
  };
  expect(whole.points.length).toBeGreaterThan(3);
});

test.each([
  ["", /^field must be one of btc_price_usd, /],
  ["?field=partial_failure", /^field /],
  ["?field=__proto__", /^field /],
  ["?field=btc_price_usd&field=eth_price_usd", /^field /],
  ["?field=btc_price_usd&points=1", /^points must be a whole number from 2 to 2000/],
  ["?field=btc_price_usd&points=2001", /^points /],
  ["?field=btc_price_usd&points=1e2", /^points /],
  ["?field=btc_price_usd&points=", /^points /],
])("the history of %j is a problem that names the parameter", async (query, detail) => {
  const response = await ask(`/api/crypto/history${query}`);
  expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  expect(await response.json()).toMatchObject({
    status: 400,
    code: "E_PARAMETER",
    detail: expect.stringMatching(detail),
  });
});

test.each([
  ["POST", SUMMARY, "GET, HEAD, OPTIONS"],
  ["DELETE", `${SUMMARY}/refresh`, "GET, HEAD, POST, OPTIONS"],
  ["PUT", `${SUMMARY}/stream`, "GET, HEAD, OPTIONS"],
  ["PATCH", "/api/crypto/history", "GET, HEAD, OPTIONS"],
])("%s %s is not allowed; %s is", async (method, path, allow) => {
  const response = await ask(path, { method });
  expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  const options = await ask(path, { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, allow]);
});

test("who refreshes too often is told to wait; others are not", async () => {
  const address = "203.0.113.9";
  const refresh = () => ask(`${SUMMARY}/refresh`, { address });
  for (let count = 0; count < 30; count++) expect((await refresh()).status).toBe(200);
  // A slow machine gives time for some more.
  const refused = await vi.waitUntil(async () => {
    const response = await refresh();
    return response.status === 200 ? null : response;
  }, SEEN);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([
    429,
    expect.stringMatching(/^[12]$/),
  ]);
  expect(await refused.json()).toMatchObject({ code: "E_TOO_MANY_REFRESHES" });
  expect((await ask(`${SUMMARY}/refresh`)).status).toBe(200);
});

test("without Redis the market is simulated, says so everywhere, and moves", async () => {
  const summary = (await (await ask(SUMMARY, { at: alone })).json()) as Record<string, unknown>;
  expect(summary).toMatchObject({ source: "simulated", stale: false, partial_failure: false });
  const history = await (
    await ask("/api/crypto/history?field=eth_price_usd&points=100", { at: alone })
  ).json();
  expect(history).toMatchObject({ source: "simulated", points: { length: 100 } });
  const health = (await (await ask("/health", { at: alone })).json()) as {
    dependencies: { market: { status: string; message: string } };
  };
  expect(health.dependencies.market).toMatchObject({
    status: "off",
    message: "REDIS_URL is not set: the market is simulated",
  });
  expect((await ask(`${SUMMARY}/refresh`, { at: alone })).status).toBe(200);
  const events = await listen({}, alone);
  await vi.waitFor(() => expect(events.ids().length).toBeGreaterThan(1), SEEN);
  expect(new Set(events.data().map(({ source }) => source))).toEqual(new Set(["simulated"]));
});

test("while Redis is away the last snapshot is shown with its age, a refresh says so, and the stream goes on after", async () => {
  const events = await listen();
  await vi.waitFor(() => expect(events.ids()).toHaveLength(1), SEEN);
  await redis.kill();
  try {
    await vi.waitFor(async () => {
      const health = (await (await ask("/health")).json()) as {
        dependencies: { market: { status: string } };
      };
      expect(health.dependencies.market.status).toBe("down");
    }, SEEN);
    // Long before the snapshot is stale, and the same snapshot.
    const standing = { btc_price_usd: 203, source: "stream", stale: false, interrupted: true };
    await vi.waitFor(() => expect(events.data().at(-1)).toMatchObject(standing), SEEN);
    expect(new Set(events.ids()).size).toBe(1);
    await vi.waitFor(async () => expect(await (await ask(SUMMARY)).json()).toMatchObject(standing), SEEN);
    const refused = await ask(`${SUMMARY}/refresh`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await refused.json()).toMatchObject({ code: "E_MARKET_UNREADABLE" });
  } finally {
    await redis.restart();
  }
  await vi.waitFor(() => expect(events.data().at(-1)).toMatchObject({ interrupted: false }), SEEN);
  const id = await publish(redis.connect(), { ...VALUES, btc_price_usd: 301 });
  await vi.waitFor(() => expect(events.ids().at(-1)).toBe(id), SEEN);
  expect(events.data().at(-1)).toMatchObject({ btc_price_usd: 301, interrupted: false });
  expect(events.isOver).toBe(false);
});
