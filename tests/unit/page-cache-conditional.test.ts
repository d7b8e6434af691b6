import { beforeEach, describe, expect, test } from "vitest";
import { type AnswerHeaders, type CachedSite, cachedSite, FRESH, origin } from "../support/page-cache";

const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const LATER = "Sun, 06 Nov 1994 08:49:38 GMT";
const EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT";
const BODY = "a page ".repeat(1_000);
const ABOUT = {
  ...FRESH,
  "content-type": "text/html",
  "content-language": "vi",
  "last-modified": MODIFIED,
  "content-security-policy": "default-src 'self'",
};

async function siteWith(headers: AnswerHeaders): Promise<CachedSite> {
  const site = await cachedSite(origin({ headers: { ...ABOUT, ...headers }, body: BODY }));
  await site.get();
  return site;
}

let site: CachedSite;

describe.each(["GET", "HEAD"])("%s", (method) => {
  describe.each([
    ["strong", '"one"'],
    ["weak", 'W/"one"'],
  ])("of a page with a %s tag", (_kind, etag) => {
    beforeEach(async () => {
      site = await siteWith({ etag });
    });

    test.each<[Record<string, string>, number]>([
      [{ "if-none-match": '"one"' }, 304],
      [{ "if-none-match": 'W/"one"' }, 304],
      [{ "if-none-match": '"zero", W/"one" , "two"' }, 304],
      [{ "if-none-match": '"a, b","one"' }, 304],
      [{ "if-none-match": "*" }, 304],
      [{ "if-none-match": " * " }, 304],
      [{ "if-none-match": '"two"' }, 200],
      [{ "if-none-match": '"One"' }, 200],
      [{ "if-none-match": "one" }, 200],
      [{ "if-none-match": "" }, 200],
      [{ "if-none-match": '"*"' }, 200],
      [{ "if-modified-since": MODIFIED }, 304],
      [{ "if-modified-since": LATER }, 304],
      [{ "if-modified-since": EARLIER }, 200],
      [{ "if-modified-since": "Sunday, 06-Nov-94 08:49:37 GMT" }, 304],
      [{ "if-modified-since": "Sun Nov  6 08:49:37 1994" }, 304],
      [{ "if-modified-since": "2994" }, 200],
      [{ "if-modified-since": "tomorrow" }, 200],
      [{ "if-none-match": '"two"', "if-modified-since": LATER }, 200],
      [{ "if-none-match": '"one"', "if-modified-since": EARLIER }, 304],
    ])("%j is answered with %d", async (headers, status) => {
      const got = await site.send({ method, headers });
      expect(got.status).toBe(status);
      expect(got.outcome).toBe("HIT");
      expect(got.bytes.length).toBe(status === 304 || method === "HEAD" ? 0 : BODY.length);
    });
  });
});

describe.each(["GET", "HEAD"])("%s of a page that is wanted only as it was", (method) => {
  test.each<[Record<string, string>, number]>([
    [{ "if-match": '"one"' }, 200],
    [{ "if-match": '"zero", "one"' }, 200],
    [{ "if-match": "*" }, 200],
    [{ "if-match": '"two"' }, 412],
    [{ "if-match": 'W/"one"' }, 412],
    [{ "if-match": '"one"', "if-none-match": '"one"' }, 304],
    [{ "if-match": '"two"', "if-none-match": '"one"' }, 412],
    [{ "if-match": '"two"', range: "bytes=0-9" }, 412],
    [{ "if-unmodified-since": MODIFIED }, 200],
    [{ "if-unmodified-since": LATER }, 200],
    [{ "if-unmodified-since": EARLIER }, 412],
    [{ "if-unmodified-since": "tomorrow" }, 200],
    [{ "if-match": '"one"', "if-unmodified-since": EARLIER }, 200],
  ])("%j is answered with %d", async (headers, status) => {
    site = await siteWith({ etag: '"one"' });
    const got = await site.send({ method, headers });
    expect([got.status, got.outcome]).toEqual([status, "HIT"]);
    expect(got.bytes.length).toBe(status === 200 && method === "GET" ? BODY.length : 0);
    if (status === 412) expect([got.headers["content-length"], got.headers.etag]).toEqual(["0", '"one"']);
  });
});

test("a 304 has what a cache needs to know, and nothing about the bytes", async () => {
  site = await siteWith({ etag: '"one"' });
  site.clock.ms = 3_000;
  const whole = await site.get();
  const { headers } = await site.get("/", { "if-none-match": '"one"' });
  for (const name of ["etag", "cache-control", "vary", "age", "x-cache", "content-security-policy"]) {
    expect([name, headers[name]]).toEqual([name, whole.headers[name]]);
    expect(headers[name]).toBeDefined();
  }
  const ofTheBody = ["content-type", "content-length", "content-encoding", "content-language"];
  expect(Object.keys(headers).filter((name) => ofTheBody.includes(name))).toEqual([]);
});

test("a page in one coding is recognised by the tag of any other", async () => {
  site = await siteWith({ etag: '"one"' });
  for (const coding of ["gzip", "br"]) {
    const { headers } = await site.get("/", { "accept-encoding": coding });
    const again = { "accept-encoding": coding, "if-none-match": headers.etag };
    expect((await site.get("/", again)).status).toBe(304);
    expect((await site.get("/", { "if-none-match": headers.etag })).status).toBe(304);
  }
});

test("a page without a tag gets one that changes with its content alone", async () => {
  let body = BODY;
  site = await cachedSite(origin(() => ({ headers: ABOUT, body })));
  const first = (await site.get()).headers.etag;
  expect(first).toMatch(/^"[\w-]+"$/);
  site.clock.ms = 24 * 3_600_000 * 2;
  expect((await site.get()).headers.etag).toBe(first);
  body += "!";
  site.clock.ms *= 2;
  expect((await site.get()).headers.etag).not.toBe(first);
});

test.each([404, 301, 500])("a condition changes nothing about a %d", async (status) => {
  site = await cachedSite(origin({ status, headers: { ...ABOUT, etag: '"one"' } }));
  expect((await site.get("/", { "if-none-match": '"one"' })).status).toBe(status);
  expect((await site.get("/", { "if-none-match": "*" })).status).toBe(status);
  expect((await site.get("/", { "if-match": '"two"' })).status).toBe(status);
});

test("who asks with a condition for what is not cached gets it cached, and a 304", async () => {
  const handler = origin({ headers: { ...ABOUT, etag: '"one"' }, body: BODY });
  site = await cachedSite(handler);
  const got = await site.get("/", { "if-none-match": '"one"', "if-modified-since": LATER });
  expect(got).toMatchObject({ status: 304, outcome: "MISS" });
  expect(handler.asked[0]?.headers).not.toHaveProperty("if-none-match");
  expect(handler.asked[0]?.headers).not.toHaveProperty("if-modified-since");
  expect(await site.get()).toMatchObject({ status: 200, outcome: "HIT", text: BODY });
});
