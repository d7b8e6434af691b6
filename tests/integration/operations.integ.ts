import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { fixtureReports, insertReports } from "../support/e2e-reports";
import { TEXTS } from "../support/e2e-texts";
import { publish } from "../support/market";
import { parseMetrics } from "../support/prometheus";
import { startRedis, type TestRedis } from "../support/redis";
import { type RunningSite, SiteStartError, startSite } from "../support/server";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy";

const SECRET = "operations-admin-secret";
const DATABASE_PASSWORD = "operations-database-password";
const REDIS_PASSWORD = "operations-redis-password";
const PROBE_INTERVAL_MS = 2_000;
/** How long a change may take to be seen; a busy machine is slow and not wrong. */
const SEEN = { timeout: 30_000, interval: 100 };

let redis: TestRedis;
let database: TestDatabase;
let postgres: TcpProxy;
/** Reaches Postgres through a proxy; its visitors come through another, so that tests have addresses. */
let site: RunningSite;
/** Shares Redis and Postgres with the first, and has no admin secret. */
let other: RunningSite;

beforeAll(async () => {
  redis = await startRedis({ requirepass: REDIS_PASSWORD });
  const publisher = new Redis(redis.port, "127.0.0.1", { password: REDIS_PASSWORD });
  await publish(publisher);
  publisher.disconnect();
  database = await createTestDatabase();
  await insertReports(database.url, await fixtureReports());
  postgres = await startTcpProxy(Number(new URL(database.url).port));
  const url = new URL(database.url);
  url.host = `127.0.0.1:${postgres.port}`;
  url.password = DATABASE_PASSWORD;
  const REDIS_URL = `redis://:${REDIS_PASSWORD}@127.0.0.1:${redis.port}`;
  // Nobody publishes while the tests run.
  const MARKET_STALE_SECONDS = "86400";
  site = await startSite({
    databaseUrl: url.href,
    env: {
      REDIS_URL,
      MARKET_STALE_SECONDS,
      AUTO_UPDATE_SECRET_KEY: SECRET,
      TRUSTED_PROXIES: "1",
      DEBUG: "1",
    },
  });
  other = await startSite({ databaseUrl: database.url, env: { REDIS_URL, MARKET_STALE_SECONDS } });
});

afterAll(async () => {
  await Promise.all([site?.stop(), other?.stop()]);
  await postgres?.close();
  await Promise.all([redis?.stop(), database?.drop()]);
});

interface HealthAnswer {
  status: string;
  dependencies: Record<string, { status: string; latencyMs: number | null; since: string; message?: string }>;
}

async function health(
  at: RunningSite = site,
): Promise<{ code: number; body: HealthAnswer; headers: Headers }> {
  const response = await fetch(`${at.url}/health`);
  return { code: response.status, body: (await response.json()) as HealthAnswer, headers: response.headers };
}

async function metrics(at: RunningSite = site) {
  const response = await fetch(`${at.url}/metrics`);
  const samples = parseMetrics(await response.text());
  return { response, value: (sample: string) => samples.get(sample) ?? 0, samples };
}

/** With the right secret from an address of its own, unless the test says otherwise. */
function admin(
  path: string,
  { method = "GET", token = SECRET as string | null, address = "198.51.100.1", at = site } = {},
): Promise<Response> {
  return fetch(at.url + path, {
    method,
    headers: { "x-forwarded-for": address, ...(token !== null && { authorization: `Bearer ${token}` }) },
  });
}

describe("health", () => {
  test("a whole site is ready, and names each dependency with status, latency and since when", async () => {
    await expect.poll(async () => (await health()).body.status, SEEN).toBe("ok");
    const { code, body, headers } = await health();
    expect(code).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(Object.keys(body.dependencies)).toEqual([
      "postgres",
      "redis",
      "cache",
      "invalidations",
      "migrations",
      "publishing",
      "market",
    ]);
    for (const [name, { status, latencyMs, since }] of Object.entries(body.dependencies)) {
      expect([status, Number.isNaN(Date.parse(since))], name).toEqual(["ok", false]);
      if (["postgres", "redis"].includes(name)) expect(latencyMs, name).toBeGreaterThan(0);
    }
  });

  test("a flood of 1,000 questions asks no dependency", async () => {
    const probes = 'health_probes_total{dependency="postgres",status="ok"}';
    const before = (await metrics()).value(probes);
    const begin = performance.now();
    for (let batch = 0; batch < 20; batch++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => health()));
      expect(answers.filter(({ code }) => code !== 200).map(({ body }) => body)).toEqual([]);
    }
    const rounds = (performance.now() - begin) / PROBE_INTERVAL_MS;
    expect((await metrics()).value(probes) - before).toBeLessThanOrEqual(Math.ceil(rounds) + 1);
  });

  test("without Redis the site is degraded and serves; with it again it is whole", async () => {
    const flushed = 'cache_flushes_total{reason="gap"}';
    const before = (await metrics()).value(flushed);
    await redis.kill();
    try {
      await expect.poll(async () => (await health()).body.dependencies.redis?.status, SEEN).toBe("down");
      const { code, body } = await health();
      expect([code, body.status]).toEqual([200, "degraded"]);
      expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|password/);
      expect((await fetch(site.url)).status).toBe(200);
      await expect.poll(async () => (await metrics()).value("cache_redis_connected"), SEEN).toBe(0);
      const page = await (await fetch(`${site.url}/en/status`)).text();
      expect(page.includes(TEXTS.en.Status.state.down)).toBe(true);
      const secrets = [
        "operations-",
        "ECONN",
        "127.0.0.1",
        String(redis.port),
        String(postgres.port),
        ".sql",
      ];
      expect(secrets.filter((secret) => page.includes(secret))).toEqual([]);
    } finally {
      await redis.restart();
    }
    await expect.poll(async () => (await health()).body.status, SEEN).toBe("ok");
    // The new Redis does not know what was invalidated meanwhile: memory is emptied, once.
    await expect.poll(async () => (await metrics()).value(flushed) - before, SEEN).toBe(1);
  });

  test("without Postgres the site is not ready, lives, and serves what it rendered; then it is ready again", async () => {
    expect((await fetch(`${site.url}/crypto_report`)).status).toBe(200);
    postgres.cut();
    try {
      await expect.poll(async () => (await health()).code, SEEN).toBe(503);
      const { body } = await health();
      expect([body.status, body.dependencies.postgres]).toEqual([
        "down",
        { status: "down", latencyMs: null, since: expect.any(String), message: expect.any(String) },
      ]);
      expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|SELECT|operations-/);
      expect((await fetch(`${site.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${site.url}/crypto_report`)).status).toBe(200);
      expect(
        (await fetch(`${site.url}/crypto_report/4`, { headers: { "x-request-id": "lost-page" } })).status,
      ).toBe(500);
      expect((await health(other)).code).toBe(200);
    } finally {
      postgres.restore();
    }
    await expect.poll(async () => (await health()).code, SEEN).toBe(200);
  });
});

describe("the admin endpoints", () => {
  test.each([
    ["GET", "/cache-stats"],
    ["POST", "/clear-cache"],
  ])("%s %s answers who knows the secret, and nobody else", async (method, path) => {
    const address = "198.51.100.2";
    for (const token of [null, "", "wrong", `${SECRET}x`]) {
      const response = await admin(path, { method, token, address });
      expect([response.status, response.headers.get("content-type")]).toEqual([
        401,
        "application/problem+json",
      ]);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(await response.json()).toMatchObject({
        status: 401,
        title: "Unauthorized",
        code: "E_UNAUTHORIZED",
      });
    }
    expect((await admin(path, { method })).status).toBe(200);
    for (const token of [null, SECRET])
      expect((await admin(path, { method, token, at: other })).status).toBe(403);
  });

  test.each([
    ["POST", "/cache-stats", "GET, HEAD, OPTIONS"],
    ["GET", "/clear-cache", "POST, OPTIONS"],
    ["HEAD", "/clear-cache", "POST, OPTIONS"],
    ["DELETE", "/metrics", "GET, HEAD, OPTIONS"],
    ["POST", "/health", "GET, HEAD, OPTIONS"],
    ["PUT", "/health/live", "GET, HEAD"],
  ])("%s %s is not allowed; %s is", async (method, path, allow) => {
    const response = await admin(path, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  });

  test("who fails too often is told to wait, even with the right secret; others are not", async () => {
    const address = "198.51.100.3";
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      statuses.push((await admin("/cache-stats", { token: `guess-${attempt}`, address })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const blocked = await admin("/clear-cache", { method: "POST", address });
    expect([blocked.status, blocked.headers.get("content-type")]).toEqual([429, "application/problem+json"]);
    const seconds = Number(blocked.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    // What the visitor writes into the header itself counts for nothing.
    expect((await admin("/cache-stats", { address: `203.0.113.9, ${address}` })).status).toBe(429);
    expect((await admin("/cache-stats", { address: "198.51.100.4" })).status).toBe(200);
  });

  test("cache-stats tells what the cache counted, in both tiers", async () => {
    const response = await admin("/cache-stats");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const stats = (await response.json()) as Record<string, Record<string, unknown>>;
    expect(stats).toMatchObject({
      memory: { maxEntries: 2_000, maxBytes: 64 * 1024 * 1024 },
      redis: { connected: true, breaker: "closed", busTrusted: true },
      hitRates: { reads: expect.any(Number) },
      invalidations: { pending: 0 },
    });
    const { memory, redis: shared } = stats;
    const { value } = await metrics();
    expect([memory?.entries, shared?.connected]).toEqual([value("cache_memory_entries"), true]);
  });

  test("cache-stats says why a key is what it is, and refuses what is no key", async () => {
    const answer = await admin(`/cache-stats?key=${encodeURIComponent("nothing:v1:here")}`);
    expect(await answer.json()).toEqual({
      key: "nothing:v1:here",
      memory: { state: "missing" },
      redis: { state: "missing" },
    });
    for (const query of ["key=", "key=nothing", "key=a:v1:b&key=a:v1:c", "key=%00"]) {
      const refused = await admin(`/cache-stats?${query}`);
      expect([refused.status, refused.headers.get("content-type")], query).toEqual([
        400,
        "application/problem+json",
      ]);
    }
  });

  test("clear-cache empties every instance, and leaves what is not the cache's", async () => {
    const client = new Redis(redis.port, "127.0.0.1", { password: REDIS_PASSWORD });
    onTestFinished(() => client.disconnect());
    await client.xadd("market_data_stream", "*", "data", "{}");
    const cleared = 'cache_invalidations_total{direction="received",kind="clear"}';
    const flushed = 'cache_flushes_total{reason="clear"}';
    // What this server has not been asked for yet: a page that it kept would be served without the cache.
    expect((await fetch(`${other.url}/en/crypto_report/2`)).status).toBe(200);
    const before = await metrics(other);
    expect(before.value("cache_memory_entries")).toBeGreaterThan(0);
    const response = await admin("/clear-cache", { method: "POST" });
    expect([response.status, await response.json()]).toEqual([
      200,
      { cleared: true, delivery: "sent", memory: { entries: expect.any(Number), bytes: expect.any(Number) } },
    ]);
    await expect
      .poll(async () => {
        const { value } = await metrics(other);
        return [
          value(cleared) - before.value(cleared),
          value(flushed) - before.value(flushed),
          value("cache_memory_entries"),
        ];
      }, SEEN)
      .toEqual([1, 1, 0]);
    expect(await client.xlen("market_data_stream")).toBe(1);
  });
});

describe("metrics", () => {
  test("are Prometheus text, and move with the traffic", async () => {
    const report = 'http_requests_total{method="GET",route="/crypto_report/{id}",status="200"}';
    const unknown = 'http_requests_total{method="GET",route="other",status="404"}';
    const duration = 'http_request_duration_seconds_count{route="/crypto_report/{id}"}';
    const before = await metrics();
    for (const path of ["/crypto_report/1", "/en/crypto_report/2", "/no-such-page", "/wp-admin"]) {
      await (await fetch(site.url + path)).text();
    }
    // A request is counted when its connection has taken the answer.
    await expect
      .poll(async () => {
        const { value } = await metrics();
        return [report, unknown, duration].map((sample) => value(sample) - before.value(sample));
      }, SEEN)
      .toEqual([2, 2, 2]);
    expect(before.response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(before.samples.has("nodejs_eventloop_lag_p99_seconds")).toBe(true);
    const after = await metrics();
    expect(after.value("postgres_pool_open_connections")).toBeGreaterThan(0);
    expect(after.value("health_ready")).toBe(1);
    expect([...after.samples.keys()].join()).not.toMatch(/127\.0\.0\.1|no-such-page/);
  });
});

describe.each([
  ["vi", "/status"],
  ["en", "/en/status"],
] as const)("the status page in %s", (language, path) => {
  test("is rendered on the server, for now only, and for no search engine", async () => {
    const response = await fetch(site.url + path);
    const html = await response.text();
    expect(response.headers.get("cache-control")).toContain("no-store");
    expect(html).toContain(`<html lang="${language}"`);
    expect(html).toContain(`<h1>${TEXTS[language].Status.title}</h1>`);
    expect(html).toContain('<meta name="robots" content="noindex"');
  });
});

describe("logs", () => {
  const records = (text: string) => text.split("\n").filter((line) => line !== "");

  test("each line is a record, and those of a request carry its id", async () => {
    const answer = await fetch(`${site.url}/en?token=query-secret`, {
      headers: { "x-request-id": "trace-me" },
    });
    expect(answer.headers.get("x-request-id")).toBe("trace-me");
    const lines = () => records(site.output()).map((line) => JSON.parse(line) as Record<string, unknown>);
    await expect
      .poll(
        () =>
          lines()
            .filter(({ requestId }) => requestId === "trace-me")
            .at(-1),
        SEEN,
      )
      .toMatchObject({ level: "debug", route: "/", path: "/en", status: 200, msg: "request" });
    // The page that could not be read while Postgres was away: what Next prints of it, and our own line.
    const lost = lines().filter(({ requestId }) => requestId === "lost-page");
    expect(lost.map(({ level }) => level)).toEqual(expect.arrayContaining(["error", "warn"]));
    expect(site.output()).not.toContain("query-secret");
  });

  test("no secret and no connection string stands in any line, after all that failed", () => {
    expect(site.output()).toContain("a dependency changed");
    for (const output of [site.output(), other.output()]) {
      expect(output).not.toMatch(/operations-(?:admin|database|redis)|(?:postgres|redis):\/\//);
    }
  });

  test("a start that fails says why in one line, without them", async () => {
    const databaseUrl = `postgres://user:${DATABASE_PASSWORD}@127.0.0.1:1/reports`;
    const env = { REDIS_URL: `redis://:${REDIS_PASSWORD}@127.0.0.1:1`, AUTO_UPDATE_SECRET_KEY: SECRET };
    const failure = await startSite({ databaseUrl, env }).then(
      async (started) => started.stop(),
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(SiteStartError);
    const text = String(failure);
    expect(text).toContain("Cannot start: Cannot use the database at 127.0.0.1:1/reports");
    expect(text).not.toMatch(/operations-|(?:postgres|redis):\/\//);
  });
});
