import { expect, test } from "vitest";
import { type AnswerHeaders, cachedSite, origin } from "../support/page-cache";

const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
/** To be asked for anew as soon as it is old. */
const STRICT = "max-age=60, must-revalidate";

/** An origin that answers what is asked with its tag with a 304 that has these fields. */
function unchanged(first: AnswerHeaders, later: AnswerHeaders = {}) {
  return origin(({ headers }) =>
    headers["if-none-match"] || headers["if-modified-since"]
      ? { status: 304, headers: later, body: "" }
      : { headers: { "cache-control": STRICT, ...first }, body: "the page" },
  );
}

test("the handler is asked with the validators it gave, as it gave them", async () => {
  const handler = unchanged({ etag: 'W/"one"', "last-modified": MODIFIED });
  const site = await cachedSite(handler);
  await site.get("/", { "if-none-match": '"of a visitor"' });
  site.clock.ms = 60_000;
  const got = await site.get("/", { "if-none-match": '"of a visitor"' });
  expect(handler.asked[0]?.headers).not.toHaveProperty("if-none-match");
  expect(handler.asked[1]?.headers).toMatchObject({
    "if-none-match": 'W/"one"',
    "if-modified-since": MODIFIED,
  });
  expect(got).toMatchObject({ status: 200, text: "the page", outcome: "REVALIDATED" });
});

test("a 304 makes the answer new: body kept, fields updated, age from the start", async () => {
  const first = { etag: '"one"', "x-build": "1", "x-kept": "yes", "content-type": "text/plain" };
  const handler = unchanged(first, { etag: '"one"', "x-build": "2", "content-type": "text/html" });
  const site = await cachedSite(handler);
  await site.get();
  site.clock.ms = 60_000;
  const got = await site.get();
  expect(got).toMatchObject({ outcome: "REVALIDATED", text: "the page" });
  expect(got.headers).toMatchObject({ "x-build": "2", "x-kept": "yes", "content-type": "text/plain" });
  site.clock.ms = 119_999;
  const later = await site.get();
  expect(later).toMatchObject({ outcome: "HIT", text: "the page" });
  expect(later.headers).toMatchObject({ age: "59", "x-build": "2" });
});

test("a 304 may give another lifetime", async () => {
  const handler = unchanged({ etag: '"one"' }, { "cache-control": "max-age=600" });
  const site = await cachedSite(handler);
  await site.get();
  site.clock.ms = 60_000;
  await site.get();
  site.clock.ms = 659_999;
  expect((await site.get()).outcome).toBe("HIT");
});

test("age and date of the answer before are not those of a 304 without them", async () => {
  const date = new Date(Date.now() - 10_000).toUTCString();
  const handler = unchanged({ etag: '"one"', date, age: "30" });
  const site = await cachedSite(handler);
  await site.get();
  site.clock.ms = 30_000;
  await site.get();
  expect((await site.get()).headers.age).toBe("0");
});

test("a 304 that says private ends the sharing, and reaches who asked", async () => {
  const handler = unchanged({ etag: '"one"' }, { "cache-control": "private" });
  const site = await cachedSite(handler);
  await site.get();
  site.clock.ms = 60_000;
  expect(await site.get()).toMatchObject({ status: 200, text: "the page" });
  expect(site.cache.stats().entries).toBe(0);
});

test("a new answer replaces the old one", async () => {
  const handler = origin((_asked, call) => ({
    headers: { "cache-control": STRICT, etag: `"${call}"` },
    body: `page ${call}`,
  }));
  const site = await cachedSite(handler);
  await site.get();
  site.clock.ms = 60_000;
  expect(await site.get()).toMatchObject({ outcome: "MISS", text: "page 2" });
  expect(await site.get()).toMatchObject({ outcome: "HIT", text: "page 2" });
});

test("without validators the handler is asked for the whole", async () => {
  const handler = origin({ headers: { "cache-control": STRICT }, body: "the page" });
  const site = await cachedSite(handler);
  const { headers } = await site.get();
  expect(headers.etag).toBeDefined();
  site.clock.ms = 60_000;
  expect(await site.get()).toMatchObject({ outcome: "MISS", text: "the page" });
  expect(handler.asked[1]?.headers).not.toHaveProperty("if-none-match");
});

test("no-cache with a validator is kept, and asked for each time", async () => {
  const handler = unchanged({ "cache-control": "no-cache", etag: '"one"' });
  const site = await cachedSite(handler);
  const outcomes = [];
  for (let visit = 0; visit < 3; visit++) {
    const { outcome, text } = await site.get();
    outcomes.push([outcome, text]);
  }
  expect(outcomes).toEqual([
    ["MISS", "the page"],
    ["REVALIDATED", "the page"],
    ["REVALIDATED", "the page"],
  ]);
});

test("a 304 that nobody asked for is an error, not an empty page", async () => {
  const site = await cachedSite(origin({ status: 304, headers: {}, body: "" }));
  expect((await site.get()).status).toBe(502);
});

test("what a handler says to one with credentials leaves the page of the others alone", async () => {
  const handler = origin(({ headers }) =>
    headers.authorization
      ? { headers: { "cache-control": "private" }, body: "mine" }
      : { headers: { "cache-control": "max-age=60, stale-if-error=60" }, body: "everybody's" },
  );
  const site = await cachedSite(handler);
  await site.get();
  site.clock.ms = 60_000;
  const headers = { authorization: "Bearer secret" };
  expect((await site.get("/", headers)).text).toBe("mine");
  expect(site.cache.stats().entries).toBe(1);
});
