import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entriesOf } from "../../lib/api/answers";
import { openApiJson } from "../../lib/api/document";
import type { Operation } from "../../lib/api/operation";
import { operations } from "../../lib/api/operations";
import { marketSummary } from "../../lib/api/schemas";
import {
  type Asking,
  type DescribedSite,
  describedSite,
  exampleOf,
  operationOf,
} from "../support/described-site";
import { publish, VALUES } from "../support/market";
import { createPublishedReports, type PublishedReports } from "../support/published-reports";
import { startRedis, type TestRedis } from "../support/redis";
import { type RunningSite, startSite } from "../support/server";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy";

/** A busy machine is slow and not wrong. */
const SEEN = { timeout: 30_000, interval: 50 };
const SECRET = "openapi-admin-secret";
const authorization = `Bearer ${SECRET}`;

let reports: PublishedReports;
let postgres: TcpProxy;
let redis: TestRedis;
let running: RunningSite;
/** Has neither services of its own nor a secret. */
let alone: RunningSite;
let site: DescribedSite;

beforeAll(async () => {
  reports = await createPublishedReports(25);
  postgres = await startTcpProxy(Number(new URL(reports.url).port));
  const url = new URL(reports.url);
  url.host = `127.0.0.1:${postgres.port}`;
  redis = await startRedis();
  await publish(redis.connect());
  running = await startSite({
    databaseUrl: url.href,
    env: { REDIS_URL: redis.url, AUTO_UPDATE_SECRET_KEY: SECRET, TRUSTED_PROXIES: "1" },
  });
  alone = await startSite();
  site = describedSite(running.url);
});

afterAll(async () => {
  await Promise.all([running?.stop(), alone?.stop()]);
  await Promise.all([postgres?.close(), redis?.stop()]);
  await reports?.drop();
});

/** With the secret where it takes one. */
const rightsOf = ({ isAdmin }: Operation): Record<string, string> => (isAdmin ? { authorization } : {});

/** The example of an operation, with more in its query. */
function exampleWith(operation: Operation, query: string): string {
  const example = exampleOf(operation);
  return `${example}${example.includes("?") ? "&" : "?"}${query}`;
}

test("the site answers with the document, at the address that it is asked at, and keeps it", async () => {
  const operation = operationOf("readOpenApi");
  const first = await site.ask(operation);
  expect([first.status, first.headers["content-type"]]).toEqual([200, "application/json"]);
  expect(JSON.parse(first.text)).toEqual(JSON.parse(openApiJson("/")));
  expect(first.headers["cache-control"]).toBe("public, max-age=0, must-revalidate");
  const again = await site.ask(operation, { headers: { "if-none-match": String(first.headers.etag) } });
  expect([again.status, again.headers["x-cache"]]).toEqual([304, "HIT"]);
});

/** What is asked to get each status. */
const PROVOCATIONS: Readonly<Record<number, (operation: Operation) => Asking>> = {
  200: () => ({}),
  206: () => ({ headers: { range: "bytes=0-9" } }),
  // The tag of a page that is made anew each time is known to nobody.
  304: () => ({ headers: { "if-none-match": "*" } }),
  308: (operation) => ({ path: exampleWith(operation, "lang=en") }),
  400: (operation) => ({ path: exampleWith(operation, "x=%zz") }),
  401: () => ({ headers: { authorization: "Bearer wrong" } }),
  404: ({ path }) => ({
    path: path.includes("{") ? path.replace(/\{\w+\}/, "900000") : `${path}?page=900000&id=900000000000`,
  }),
  405: () => ({ method: "DELETE" }),
  411: () => ({ method: "POST", headers: { "transfer-encoding": "chunked" }, body: "x" }),
  412: () => ({ headers: { "if-match": '"another"' } }),
  413: () => ({ method: "POST", headers: { "content-length": "65537" }, body: "x".repeat(65_537) }),
  414: (operation) => ({ path: exampleWith(operation, `x=${"a".repeat(2_048)}`) }),
  416: () => ({ headers: { range: "bytes=99999999-" } }),
  417: () => ({ headers: { expect: "a-miracle" } }),
  431: () => ({ headers: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, "1"])) }),
};
/** What takes more than a request; some of it comes below. */
const BY_CIRCUMSTANCES = [202, 403, 408, 429, 500, 503, 504];

describe.each(operations.map((operation) => [operation.id, operation] as const))("%s", (_id, operation) => {
  const rights = rightsOf(operation);
  const statuses = entriesOf(operation.answers).map(([status]) => status);

  test.each(statuses.filter((status) => !BY_CIRCUMSTANCES.includes(status)))(
    "answers %i as it is described",
    async (status) => {
      const { headers, ...asking } = PROVOCATIONS[status]?.(operation) ?? {};
      const answer = () => site.ask(operation, { ...asking, headers: { ...rights, ...headers } });
      await expect.poll(async () => (await answer()).status, SEEN).toBe(status);
    },
  );

  test("answers the methods that are described, HEAD where there is GET, and no others", async () => {
    const methods = operations.filter(({ path }) => path === operation.path).map(({ method }) => method);
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      if (methods.includes(method as Operation["method"])) continue;
      const { status } = await site.ask(operation, { headers: rights, method: method.toUpperCase() });
      expect(status, method).toBe(405);
    }
    if (!methods.includes("get")) return;
    const head = () => site.ask(operation, { headers: rights, method: "HEAD" });
    await expect.poll(async () => (await head()).status, SEEN).toBe(200);
  });

  test("answers who wants nothing but what is kept as it is described", async () => {
    const headers = { ...rights, "cache-control": "only-if-cached" };
    await site.ask(operation, { headers, path: exampleWith(operation, "x=1") });
  });
});

test.each([
  ["readHistory", "/api/crypto/history", "E_PARAMETER"],
  ["readHistory", "/api/crypto/history?field=btc_price_usd&points=1", "E_PARAMETER"],
  ["readHistory", "/api/crypto/history?field=btc_price_usd&points=2001", "E_PARAMETER"],
  ["readCacheStats", "/cache-stats?key=nothing", "E_CACHE_KEY"],
])("%s refuses %s as it is described", async (id, path, code) => {
  const answer = await site.ask(operationOf(id), { path, headers: { authorization } });
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, code]);
});

test("a parameter may be what its bounds allow", async () => {
  for (const points of [2, 2_000]) {
    const path = `/api/crypto/history?field=fng_value&points=${points}`;
    expect((await site.ask(operationOf("readHistory"), { path })).status).toBe(200);
  }
  const path = "/cache-stats?key=nothing%3Av1%3Ahere";
  expect((await site.ask(operationOf("readCacheStats"), { path, headers: { authorization } })).status).toBe(
    200,
  );
});

test("the stream sends summaries as they are described", async () => {
  const { text } = await site.ask(operationOf("streamMarket"));
  const [, data = ""] = /^data: (.*)$/m.exec(text) ?? [];
  const summary = JSON.parse(data);
  expect(summary).toMatchObject({ btc_price_usd: VALUES.btc_price_usd, source: "stream" });
  expect(marketSummary.parse(summary)).toEqual(summary);
});

test("without services and without a secret the answers are those that are described", async () => {
  const bare = describedSite(alone.url);
  for (const operation of operations) {
    const { status } = await bare.ask(operation, { headers: rightsOf(operation) });
    // The sample reports have other ids.
    if (!operation.path.includes("{id}")) expect(status, operation.id).toBe(operation.isAdmin ? 403 : 200);
  }
});

test("who asks too often is told so as it is described", async () => {
  const refresh = operationOf("refreshMarket");
  const headers = { "x-forwarded-for": "203.0.113.1" };
  const statuses: number[] = [];
  for (let count = 0; count < 31; count++) statuses.push((await site.ask(refresh, { headers })).status);
  expect(statuses.at(-1)).toBe(429);
  for (const id of ["readCacheStats", "clearCache"]) {
    const guess = { "x-forwarded-for": `203.0.113.${id.length}`, authorization: "Bearer guess" };
    for (let count = 0; count < 10; count++) {
      expect((await site.ask(operationOf(id), { headers: guess })).status).toBe(401);
    }
    expect((await site.ask(operationOf(id), { headers: guess })).status).toBe(429);
  }
});

test("without Postgres the answers are those that are described", async () => {
  postgres.cut();
  try {
    await expect.poll(async () => (await site.ask(operationOf("readHealth"))).status, SEEN).toBe(503);
    for (const operation of operations.filter(({ id }) => id !== "clearCache")) {
      const path = exampleOf(operation).replace("/crypto_report/7", "/crypto_report/12");
      await site.ask(operation, { path, headers: rightsOf(operation) });
    }
    const page = { path: "/crypto_report/13" };
    expect((await site.ask(operationOf("readReportInVietnamese"), page)).status).toBe(500);
  } finally {
    postgres.restore();
  }
  await expect.poll(async () => (await site.ask(operationOf("readHealth"))).status, SEEN).toBe(200);
});

test("without Redis the answers are those that are described", async () => {
  await redis.kill();
  try {
    await expect.poll(async () => (await site.ask(operationOf("refreshMarket"))).status, SEEN).toBe(503);
    const clear = { headers: { authorization } };
    await expect.poll(async () => (await site.ask(operationOf("clearCache"), clear)).status, SEEN).toBe(202);
    for (const operation of operations) await site.ask(operation, { headers: rightsOf(operation) });
  } finally {
    await redis.restart();
  }
  await expect.poll(async () => (await site.ask(operationOf("refreshMarket"))).status, SEEN).toBe(200);
});
