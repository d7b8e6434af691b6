import { describe, expect, test } from "vitest";
import { type AnswerHeaders, type Asking, cachedSite, origin, type Scripted } from "../support/page-cache";

/** Whether the answer to a first visitor is there for a second one. */
async function isKept(scripted: Scripted, first: Asking = {}): Promise<boolean> {
  const handler = origin(scripted);
  const site = await cachedSite(handler);
  await site.send(first);
  const { outcome } = await site.get();
  expect(outcome).toBe(handler.asked.length === 1 ? "HIT" : "MISS");
  return outcome === "HIT";
}

const fresh = { "cache-control": "max-age=60" };

describe("statuses", () => {
  test.each([200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414, 451, 299])(
    "%d with a lifetime is kept",
    async (status) => {
      expect(await isKept({ status, headers: fresh, body: "" })).toBe(true);
    },
  );

  test.each([206, 401, 407, 408, 412, 413, 416, 417, 421, 425, 426, 428, 429, 431, 500, 502, 503, 504])(
    "%d is never kept",
    async (status) => {
      expect(await isKept({ status, headers: fresh, body: "" })).toBe(false);
    },
  );

  test("404 and 410 are kept without a lifetime, other answers are not", async () => {
    const kept = [];
    for (const status of [404, 410, 200, 301, 405]) kept.push(await isKept({ status, headers: {} }));
    expect(kept).toEqual([true, true, false, false, false]);
  });
});

describe("Cache-Control", () => {
  test.each<[string, boolean]>([
    ["max-age=60", true],
    ["MAX-AGE=60", true],
    ["Max-Age = 60", true],
    ['max-age="60"', true],
    ["public, max-age=60", true],
    ["max-age=60, unknown, other=1", true],
    ['max-age=60, extension="no-store, private"', true],
    ["s-maxage=60", true],
    ["s-maxage=60, max-age=0", true],
    ["max-age=99999999999999999999", true],
    [",, max-age=60 ,,", true],
    ["", false],
    ["public", false],
    ["max-age", false],
    ["max-age=", false],
    ["max-age=0", false],
    ["max-age=-1", false],
    ["max-age=1.5", false],
    ["max-age=60s", false],
    ["max-age=0x3c", false],
    ["max-age=60, max-age=0", false],
    ["max-age=60, max-age=nonsense", false],
    ["s-maxage=0, max-age=60", false],
    ["no-store", false],
    ["max-age=60, no-store", false],
    ["max-age=60,No-Store", false],
    ["no-store=, max-age=60", false],
    ["private", false],
    ["private, max-age=60", false],
    ["PRIVATE;max-age=60", false],
    ['private="set-cookie", max-age=60', false],
    ["public, private, max-age=60", false],
    ['max-age=60, extension="a\\"b", private', false],
    ['max-age=60, extension="never closed, private', false],
    ["no-cache", false],
    ["no-cache, max-age=60", false],
    ['no-cache="set-cookie", max-age=60', false],
  ])("%j: kept %s", async (value, kept) => {
    expect(await isKept({ headers: { "cache-control": value } })).toBe(kept);
  });

  test.each<[string[]]>([
    [["max-age=60", "private"]],
    [["private", "max-age=60"]],
    [['max-age=60, extension="never closed', "private"]],
    [['extension="never closed', 'private, max-age=60, other="closed"']],
  ])("several lines are one: %j is private", async (lines) => {
    expect(await isKept({ headers: { "cache-control": lines } })).toBe(false);
  });

  test("several lines given as one list are all heard", async () => {
    const handler = origin();
    const site = await cachedSite((request, response) => {
      handler.asked.push({ method: "", url: request.url ?? "", headers: {} });
      response.writeHead(200, ["Cache-Control", "private", "Cache-Control", "max-age=60"]).end("mine");
    });
    await site.get();
    await site.get();
    expect(handler.asked).toHaveLength(2);
  });
});

describe("Expires and Pragma", () => {
  const inAMinute = () => new Date(Date.now() + 60_000).toUTCString();
  const aMinuteAgo = () => new Date(Date.now() - 60_000).toUTCString();

  test.each<[string, () => AnswerHeaders, boolean]>([
    ["a date to come", () => ({ expires: inAMinute() }), true],
    ["a date gone by", () => ({ expires: aMinuteAgo() }), false],
    ["0", () => ({ expires: "0" }), false],
    ["seconds, which are no date", () => ({ expires: "3600" }), false],
    ["an ISO date, which HTTP does not have", () => ({ expires: "2999-01-01T00:00:00Z" }), false],
    ["two dates", () => ({ expires: [inAMinute(), inAMinute()] }), false],
    ["later than a Date", () => ({ expires: inAMinute(), date: new Date().toUTCString() }), true],
    ["the same as Date", () => ({ expires: inAMinute(), date: inAMinute() }), false],
    ["max-age=0 beside it", () => ({ expires: inAMinute(), "cache-control": "max-age=0" }), false],
    ["s-maxage=0 beside it", () => ({ expires: inAMinute(), "cache-control": "s-maxage=0" }), false],
    ["max-age beside one gone by", () => ({ expires: aMinuteAgo(), "cache-control": "max-age=60" }), true],
    ["public beside it", () => ({ expires: inAMinute(), "cache-control": "public" }), true],
    ["Pragma: no-cache beside it", () => ({ expires: inAMinute(), pragma: "no-cache" }), false],
    ["Pragma beside Cache-Control", () => ({ "cache-control": "max-age=60", pragma: "no-cache" }), true],
  ])("%s", async (_what, headers, kept) => {
    expect(await isKept({ headers: headers() })).toBe(kept);
  });

  test.each(["Sun, 06 Nov 2994 08:49:37 GMT", "Sunday, 06-Nov-49 08:49:37 GMT", "Sun Nov  6 08:49:37 2994"])(
    "%s is a date of HTTP",
    async (expires) => {
      expect(await isKept({ headers: { expires } })).toBe(true);
    },
  );
});

describe("what belongs to one visitor", () => {
  test.each<[AnswerHeaders, boolean]>([
    [{ ...fresh, "set-cookie": "id=1" }, false],
    [{ "cache-control": "public, s-maxage=60", "set-cookie": ["a=1", "b=2"] }, false],
    [{ ...fresh, vary: "*" }, false],
    [{ ...fresh, vary: "accept, *" }, false],
    [{ ...fresh, vary: ["accept", "*"] }, false],
    [{ ...fresh, vary: "accept" }, true],
  ])("%j: kept %s", async (headers, kept) => {
    expect(await isKept({ headers })).toBe(kept);
  });

  test.each<[string, boolean]>([
    ["max-age=60", false],
    ["max-age=60, proxy-revalidate", false],
    ["public, max-age=60", true],
    ["s-maxage=60", true],
    ["max-age=60, must-revalidate", true],
    ["private, must-revalidate, max-age=60", false],
  ])("asked for with Authorization, answered with %j: kept %s", async (value, kept) => {
    const first = { headers: { authorization: "Bearer secret" } };
    expect(await isKept({ headers: { "cache-control": value } }, first)).toBe(kept);
  });
});

test.each(["GET", "HEAD"])("the body of a %s means nothing: it is answered as any other", async (method) => {
  const site = await cachedSite(origin());
  await site.get("/page");
  const body = "a body";
  const got = await site.send({ method, path: "/page", body, headers: { "content-length": body.length } });
  expect(got.outcome).toBe("HIT");
});
