import { once } from "node:events";
import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Exchange, observed, requestIdOf } from "@/lib/http/observed";
import { routePattern } from "@/lib/http/route-pattern";
import { configureLog, log } from "@/lib/log";
import { currentRequest } from "@/lib/request-context";
import type { TrustedProxies } from "@/lib/trusted-proxies";

const stops: (() => void)[] = [];
let lines: Record<string, unknown>[];

beforeEach(() => {
  lines = [];
  const keep = (line: string) => void lines.push(JSON.parse(line));
  vi.spyOn(console, "log").mockImplementation(keep);
  vi.spyOn(console, "error").mockImplementation(keep);
  configureLog({ readable: false, debug: true });
});

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  vi.restoreAllMocks();
  configureLog({ readable: process.stdout.isTTY === true, debug: false });
});

const NO_PROXIES: TrustedProxies = { hops: 0, networks: null };

async function serve(handler: RequestListener, trustedProxies = NO_PROXIES) {
  const exchanges: Exchange[] = [];
  const ended = vi.fn((exchange: Exchange) => void exchanges.push(exchange));
  const listener = observed(handler, {
    trustedProxies,
    onBegin: () => {},
    onEnd: ended,
  });
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => server.close().closeAllConnections());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    exchanges,
    oneEnded: () => vi.waitFor(() => expect(ended).toHaveBeenCalled()),
  };
}

describe("the id of a request", () => {
  test.each(["abc-123", "Root=1-67891233-abcdef012345678912345678", "a".repeat(128)])(
    "%s is taken over, and stands in each line",
    async (id) => {
      const { origin, oneEnded } = await serve((incoming, response) => {
        setTimeout(() => {
          log.info("deep inside");
          response.end(requestIdOf(incoming));
        });
      });
      const response = await fetch(`${origin}/?token=hidden`, { headers: { "x-request-id": id } });
      expect(await response.text()).toBe(id);
      await oneEnded();
      expect(lines.map(({ msg, requestId }) => [msg, requestId])).toEqual([
        ["deep inside", id],
        ["request", id],
      ]);
      expect(JSON.stringify(lines)).not.toContain("hidden");
    },
  );

  test.each(["", "a b", "x".repeat(129), 'a"b', "á"])("%j is replaced by a new one", async (id) => {
    let seen: unknown[] = [];
    const { origin } = await serve((incoming, response) => {
      seen = [incoming.headers["x-request-id"], currentRequest()?.id, requestIdOf(incoming)];
      response.end();
    });
    const sent = request(origin, { headers: { "x-request-id": Buffer.from(id).toString("latin1") } }).end();
    const [response] = await once(sent, "response");
    response.resume();
    expect(seen[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(seen).size).toBe(1);
  });
});

describe("how a request ended", () => {
  test("route, method, status and duration are told", async () => {
    const { origin, exchanges, oneEnded } = await serve((_request, response) =>
      response.writeHead(404).end("none"),
    );
    await fetch(`${origin}/en/crypto_report/7?x=1`, { method: "POST" });
    await oneEnded();
    const durationMs = expect.any(Number);
    expect(exchanges).toEqual([{ method: "POST", route: "/crypto_report/{id}", status: 404, durationMs }]);
  });

  test("a visitor who went before the end is no status", async () => {
    const { origin, exchanges, oneEnded } = await serve((_request, response) =>
      response.write("the beginning"),
    );
    const sent = request(origin).end();
    await once(sent, "response");
    sent.destroy();
    await oneEnded();
    expect(exchanges).toMatchObject([{ status: "aborted" }]);
  });

  test("nor is one who went before all that the handler had ended with was sent", async () => {
    const { origin, exchanges, oneEnded } = await serve((_request, response) =>
      response.end(Buffer.alloc(64 * 1_024 * 1_024)),
    );
    const sent = request(origin).end();
    await once(sent, "response");
    sent.destroy();
    await oneEnded();
    expect(exchanges).toMatchObject([{ status: "aborted" }]);
  });

  test("an answer after which the connection ends is complete", async () => {
    const { origin, exchanges, oneEnded } = await serve((_request, response) =>
      response.setHeader("connection", "close").end("all of it"),
    );
    await (await fetch(origin)).text();
    await oneEnded();
    expect(exchanges).toMatchObject([{ status: 200 }]);
  });

  test("errors of the server are warnings, except that it is not ready", async () => {
    const { origin, exchanges } = await serve((_request, response) => response.writeHead(503).end());
    await fetch(`${origin}/`);
    await fetch(`${origin}/health`);
    await vi.waitFor(() => expect(exchanges.length).toBe(2));
    expect(lines.map(({ level, route }) => [level, route])).toEqual([
      ["warn", "/"],
      ["debug", "/health"],
    ]);
  });

  test("that nothing is kept for who wants what is kept or nothing is no error of the server", async () => {
    const { origin, exchanges } = await serve((_request, response) => response.writeHead(504).end());
    await fetch(origin, { headers: { "cache-control": "max-age=0, Only-If-Cached" } });
    await fetch(origin, { headers: { "cache-control": "no-cache" } });
    await vi.waitFor(() => expect(exchanges.length).toBe(2));
    expect(exchanges.map(({ status }) => status)).toEqual(["not_cached", 504]);
    expect(lines.map(({ level, status }) => [level, status])).toEqual([
      ["debug", "not_cached"],
      ["warn", 504],
    ]);
  });
});

test("the address is that of the socket, or what a trusted proxy saw", async () => {
  const answer: RequestListener = (_request, response) => response.end(currentRequest()?.address);
  const headers = { "x-forwarded-for": "203.0.113.7" };
  expect(await (await fetch((await serve(answer)).origin, { headers })).text()).toBe("127.0.0.1");
  expect(
    await (await fetch((await serve(answer, { hops: 1, networks: null })).origin, { headers })).text(),
  ).toBe("203.0.113.7");
});

test.each([
  ["/", "/"],
  ["/en", "/"],
  ["/en/crypto_report/12?lang=vi", "/crypto_report/{id}"],
  ["/crypto_report/1/card.png", "/crypto_report/{id}/card.png"],
  ["/crypto_reports_list?page=2", "/crypto_reports_list"],
  ["/health", "/health"],
  ["/health/live", "/health/live"],
  ["/en/health", "other"],
  ["/api/crypto/dashboard-summary/stream", "/api/crypto/dashboard-summary/stream"],
  ["/api/crypto/history?field=fng_value", "/api/crypto/history"],
  ["/api/openapi.json", "/api/openapi.json"],
  ["/api/other", "other"],
  ["/_next/static/chunks/a.js", "/_next/static/*"],
  ["/_next/image?url=x", "/_next/*"],
  ["/sitemaps/3", "/sitemaps/{part}"],
  ["/static/icon.svg", "/static/*"],
  ["/english", "other"],
  ["/wp-login.php", "other"],
  ["//evil", "other"],
])("%s belongs to the route %s", (url, route) => {
  expect(routePattern(url)).toBe(route);
});
