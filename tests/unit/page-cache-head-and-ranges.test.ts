import { beforeEach, describe, expect, test } from "vitest";
import { type CachedSite, cachedSite, FRESH, type Origin, origin } from "../support/page-cache";

const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const BODY = Array.from({ length: 1_000 }, (_, at) => String(at).padStart(4, "0")).join("");
const LAST = BODY.length - 1;

let handler: Origin;
let site: CachedSite;

beforeEach(async () => {
  const headers = { ...FRESH, etag: '"one"', "last-modified": MODIFIED, "content-type": "text/html" };
  handler = origin({ headers, body: BODY });
  site = await cachedSite(handler);
});

describe("HEAD", () => {
  test("of what is kept has all the fields of GET, and no body", async () => {
    const whole = await site.get("/", { "accept-encoding": "gzip" });
    const head = await site.send({ method: "HEAD", headers: { "accept-encoding": "gzip" } });
    const { date: _, "x-cache": __, "server-timing": ___, age: ____, ...fields } = head.headers;
    expect(whole.headers).toMatchObject(fields);
    expect(fields["content-length"]).toBe(String(whole.bytes.length));
    expect(head).toMatchObject({ status: 200, outcome: "HIT", text: "" });
  });

  test("of what is not kept asks for the whole once, for those who GET it too", async () => {
    const head = await site.send({ method: "HEAD" });
    expect(head.headers["content-length"]).toBe(String(BODY.length));
    expect(handler.asked).toMatchObject([{ method: "GET" }]);
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: BODY });
  });

  test("takes no part", async () => {
    const head = await site.send({ method: "HEAD", headers: { range: "bytes=0-3" } });
    expect(head.status).toBe(200);
  });

  test("of what is one visitor's own", async () => {
    site = await cachedSite(
      origin({ headers: { "cache-control": "private", "content-length": "4" }, body: "mine" }),
    );
    const head = await site.send({ method: "HEAD" });
    expect(head).toMatchObject({ status: 200, text: "" });
    expect(head.headers["content-length"]).toBe("4");
  });
});

describe("one range", () => {
  test.each([
    ["bytes=0-3", "0000", `bytes 0-3/${BODY.length}`],
    ["bytes=4-7", "0001", `bytes 4-7/${BODY.length}`],
    ["bytes= 4-7 ", "0001", `bytes 4-7/${BODY.length}`],
    ["BYTES=4-7", "0001", `bytes 4-7/${BODY.length}`],
    ["bytes=0-0", "0", `bytes 0-0/${BODY.length}`],
    [`bytes=${LAST - 3}-`, "0999", `bytes ${LAST - 3}-${LAST}/${BODY.length}`],
    ["bytes=-4", "0999", `bytes ${LAST - 3}-${LAST}/${BODY.length}`],
    [`bytes=${LAST}-999999`, "9", `bytes ${LAST}-${LAST}/${BODY.length}`],
    ["bytes=-999999", BODY, `bytes 0-${LAST}/${BODY.length}`],
    ["bytes=0-", BODY, `bytes 0-${LAST}/${BODY.length}`],
  ])("%s", async (range, text, contentRange) => {
    const got = await site.get("/", { range });
    expect(got).toMatchObject({ status: 206, text });
    expect(got.headers).toMatchObject({
      "content-range": contentRange,
      "content-length": String(text.length),
      "content-type": "text/html",
      etag: '"one"',
      "cache-control": "max-age=60",
    });
  });

  test.each([`bytes=${LAST + 1}-`, "bytes=-0", `bytes=${"9".repeat(400)}-`])(
    "%s is beyond the end",
    async (range) => {
      const got = await site.get("/", { range });
      expect(got).toMatchObject({ status: 416, text: "" });
      expect(got.headers["content-range"]).toBe(`bytes */${BODY.length}`);
      expect(got.headers).not.toHaveProperty("content-type");
    },
  );
});

test.each(["bytes=0-3,8-11", "bytes=7-4", "bytes=-", "bytes=a-b", "lines=0-3", "bytes=0-3-5", "", "bytes"])(
  "%j is answered with the whole",
  async (range) => {
    expect(await site.get("/", { range })).toMatchObject({ status: 200, text: BODY });
  },
);

test("ranges are of the bytes as they are, whatever codings the visitor reads", async () => {
  await site.get("/", { "accept-encoding": "gzip" });
  for (const range of ["bytes=4-7", "bytes=0-1,3-4"]) {
    const got = await site.get("/", { range, "accept-encoding": "gzip, br" });
    expect(got.headers).not.toHaveProperty("content-encoding");
    expect(BODY).toContain(got.text);
  }
});

describe("If-Range", () => {
  test.each([
    ['"one"', 206],
    [MODIFIED, 206],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 206],
    ['"two"', 200],
    ['W/"one"', 200],
    ['"zero", "one"', 200],
    ["*", 200],
    ["Sun, 06 Nov 1994 08:49:38 GMT", 200],
    ["Sun, 06 Nov 1994 08:49:36 GMT", 200],
    ["nonsense", 200],
    ["", 200],
  ])("%j: %d", async (value, status) => {
    const got = await site.get("/", { range: "bytes=4-7", "if-range": value });
    expect(got).toMatchObject({ status, text: status === 206 ? "0001" : BODY });
  });

  test("a part beyond the end of another version is no error", async () => {
    const headers = { range: "bytes=999999-", "if-range": '"two"' };
    expect(await site.get("/", headers)).toMatchObject({ status: 200, text: BODY });
  });

  test("a weak tag never joins parts", async () => {
    site = await cachedSite(origin({ headers: { ...FRESH, etag: 'W/"one"' }, body: BODY }));
    for (const value of ['W/"one"', '"one"']) {
      expect((await site.get("/", { range: "bytes=4-7", "if-range": value })).status).toBe(200);
    }
  });
});

test("who has the page already gets no part of it", async () => {
  const headers = { range: "bytes=0-3", "if-none-match": '"one"' };
  expect((await site.get("/", headers)).status).toBe(304);
});

test("there are no parts of an error", async () => {
  site = await cachedSite(origin({ status: 404, headers: FRESH, body: BODY }));
  expect(await site.get("/", { range: "bytes=0-3" })).toMatchObject({ status: 404, text: BODY });
});

test("the handler is asked for the whole, and a part that it sends all the same is not kept", async () => {
  const headers = { ...FRESH, "content-range": "bytes 0-3/8" };
  handler = origin({ status: 206, headers, body: "part" });
  site = await cachedSite(handler);
  for (let visit = 0; visit < 2; visit++) await site.get("/", { range: "bytes=0-3", "if-range": '"x"' });
  expect(handler.asked).toHaveLength(2);
  expect(handler.asked[0]?.headers).not.toHaveProperty("range");
  expect(handler.asked[0]?.headers).not.toHaveProperty("if-range");
});
