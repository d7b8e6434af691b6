import { afterEach, expect, test, vi } from "vitest";
import {
  AdminDisabledError,
  EventStreamsFullError,
  InvalidCacheKeyError,
  InvalidParameterError,
  MarketUnreadableError,
  MethodNotAllowedError,
  MetricsIncompleteError,
  NotFoundError,
  OverloadedError,
  RateLimitedError,
  TooManyAttemptsError,
  TooManyRefreshesError,
  UnauthorizedError,
} from "@/lib/errors";
import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { problemResponse } from "@/lib/http/problem";

afterEach(() => void vi.restoreAllMocks());

test.each([
  [new InvalidCacheKeyError(), 400, {}],
  [new UnauthorizedError(), 401, { "www-authenticate": 'Bearer realm="web-server-report"' }],
  [new AdminDisabledError(), 403, {}],
  [new NotFoundError("There is no such part"), 404, {}],
  [new MethodNotAllowedError(["GET", "HEAD"]), 405, { allow: "GET, HEAD" }],
  [new TooManyAttemptsError(1_500), 429, { "retry-after": "2" }],
  [new MetricsIncompleteError(), 503, { "retry-after": "1" }],
  [new RateLimitedError(1), 429, { "retry-after": "1" }],
  [new OverloadedError("queue", 1_500), 503, { "retry-after": "2" }],
  [new TooManyRefreshesError(30_000), 429, { "retry-after": "30" }],
  [new InvalidParameterError("points", "must be a whole number"), 400, {}],
  [new MarketUnreadableError(new Error("connect 10.0.0.7:6379")), 503, { "retry-after": "2" }],
  [new EventStreamsFullError(), 503, { "retry-after": "30" }],
])("%o is a problem of its status", async (error, status, headers) => {
  const response = problemResponse(error);
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...headers,
  });
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: expect.stringMatching(/^[A-Z][A-Za-z ]+$/),
    status,
    detail: error.message,
    code: error.code,
  });
});

test("the class of the error does not matter: a route has classes of its own", async () => {
  const foreign = Object.assign(new Error("text"), { code: "E_UNAUTHORIZED" });
  expect(problemResponse(foreign).status).toBe(401);
});

test("any other error is a 500 that tells nothing but to the log", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const error = Object.assign(new Error("SELECT * FROM hidden"), { code: "42P01" });
  const response = await apiRoute(() => Promise.reject(error))(new Request("http://site.example/x"));
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ type: "about:blank", title: "Internal Server Error", status: 500 });
  expect(String(logged.mock.calls)).toContain("SELECT * FROM hidden");
});

test("a method that is not there is refused with those that are", () => {
  const response = otherMethods("POST")(new Request("http://site.example/x"));
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
});

test("OPTIONS is answered with the same methods", () => {
  const response = otherMethods("GET", "HEAD")(new Request("http://site.example/x", { method: "OPTIONS" }));
  expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
});
