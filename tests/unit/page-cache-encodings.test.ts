import * as zlib from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { acceptedEncodings, COMPRESSIONS } from "@/lib/http/page-cache/content-encoding";
import { StoredAnswer } from "@/lib/http/page-cache/stored-answer";
import { type AnswerHeaders, cachedSite, FRESH, origin } from "../support/page-cache";

const BODY = "<p>a page of ữ ệ ọ, and more of it</p>".repeat(200);
const HTML = { ...FRESH, "content-type": "text/html; charset=utf-8" };

type Decode = (bytes: Buffer) => Buffer;
const decoders: Record<string, Decode> = {
  identity: (bytes) => bytes,
  gzip: zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  ...("zstdDecompressSync" in zlib && { zstd: zlib.zstdDecompressSync as Decode }),
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is compressed of this body from now on, as others may still be in other tests' caches. */
function compressionsOf(body: string) {
  const spy = vi.spyOn(StoredAnswer.prototype, "prepare");
  const own = () =>
    (spy.mock.contexts as StoredAnswer[]).filter(({ identity }) => identity.body.toString() === body).length;
  return {
    get count() {
      return own();
    },
    /** Waits until that many were made. */
    async made(count: number): Promise<void> {
      await expect.poll(own).toBe(count);
      await Promise.all(spy.mock.results.map(({ value }) => value));
    },
  };
}

test.each(["identity", ...COMPRESSIONS])("%s is what it says, first and later", async (coding) => {
  const site = await cachedSite(origin({ headers: HTML, body: BODY }));
  for (const outcome of ["MISS", "HIT", "HIT"]) {
    const got = await site.get("/", { "accept-encoding": coding });
    expect(got.outcome).toBe(outcome);
    expect(got.headers["content-encoding"]).toBe(coding === "identity" ? undefined : coding);
    expect(got.headers["content-length"]).toBe(String(got.bytes.length));
    expect(got.headers.vary).toBe("accept-encoding");
    expect(decoders[coding]?.(got.bytes).toString()).toBe(BODY);
    if (coding !== "identity") expect(got.bytes.length).toBeLessThan(BODY.length / 4);
  }
});

test("every coding is there soon after the first visitor, whatever that one reads", async () => {
  const site = await cachedSite(origin({ headers: HTML, body: BODY }));
  await site.get("/", { "accept-encoding": "identity" });
  for (const coding of COMPRESSIONS) {
    await expect
      .poll(async () => (await site.get("/", { "accept-encoding": coding })).headers["content-encoding"])
      .toBe(coding);
  }
});

describe("which coding", () => {
  test.each([
    [undefined, "identity"],
    ["", "identity"],
    ["identity", "identity"],
    ["gzip", "gzip"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, br", "br"],
    ["gzip;q=1, br;q=0.5", "gzip"],
    ["gzip ; q=0.5 , br ; q=0.6", "br"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.000, gzip;q=0.001", "gzip"],
    ["*", COMPRESSIONS[0]],
    ["*;q=0", "identity"],
    ["gzip, *;q=0", "gzip"],
    ["br;q=0, zstd;q=0, *", "gzip"],
    ["identity;q=0", "identity"],
    ["identity;q=0, gzip", "gzip"],
    ["identity, gzip;q=0.5", "identity"],
    ["deflate, compress", "identity"],
    ["gzip;q=nonsense", "identity"],
    ["gzip;q=-1", "identity"],
    [";;,,;q=1", "identity"],
    [`gzip, ${"x, ".repeat(1_000)}`, "identity"],
  ])("%j: %s", (field, coding) => {
    const list = acceptedEncodings(field);
    expect(list[0]).toBe(coding);
    // An answer is better than none.
    expect(list.at(-1)).toBe("identity");
  });
});

describe("what is not compressed", () => {
  test.each<[string, AnswerHeaders, string]>([
    ["what must not be changed", { ...HTML, "cache-control": "max-age=60, no-transform" }, `1 ${BODY}`],
    ["pictures", { ...FRESH, "content-type": "image/png" }, `2 ${BODY}`],
    ["what has no type", FRESH, `3 ${BODY}`],
    ["small bodies", HTML, "<p>small</p>"],
  ])("%s", async (_what, headers, body) => {
    const compressions = compressionsOf(body);
    const site = await cachedSite(origin({ headers, body }));
    for (let visit = 0; visit < 3; visit++) {
      const got = await site.get("/", { "accept-encoding": "gzip, br" });
      expect(got.text).toBe(body);
      expect(got.headers).not.toHaveProperty("content-encoding");
      expect(got.headers).not.toHaveProperty("vary");
    }
    expect(compressions.count).toBe(0);
  });

  test("what the handler has encoded reaches all as it is", async () => {
    const body = zlib.gzipSync(BODY);
    const site = await cachedSite(
      origin({ headers: { ...HTML, "content-encoding": "gzip", vary: "Accept-Encoding" }, body }),
    );
    for (const coding of ["br", "gzip"]) {
      const got = await site.get("/", { "accept-encoding": coding });
      expect(got.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
      expect(got.bytes).toEqual(body);
    }
  });

  test("what would not become smaller", async () => {
    const noise = Array.from({ length: 2_000 }, (_, at) => (at * at * 7_919 + at * 104_729) % 251);
    const body = Buffer.from(noise.map((value) => value ^ ((value * 31) % 241)));
    const answer = new StoredAnswer({
      status: 200,
      fields: ["content-type", "text/plain"],
      body: zlib.gzipSync(body, { level: 9 }),
    });
    for (const coding of COMPRESSIONS) await answer.prepare(coding, "thorough");
    expect(answer.choose("gzip, br").encoding).toBe("identity");
  });
});

test("hits compress nothing", async () => {
  const body = `hits ${BODY}`;
  const compressions = compressionsOf(body);
  const site = await cachedSite(origin({ headers: HTML, body }));
  await site.get();
  // Each coding quickly, then, for a page that is asked for again, thoroughly.
  for (let visit = 0; visit < 2; visit++) await site.get();
  await compressions.made(2 * COMPRESSIONS.length);
  for (const coding of [...COMPRESSIONS, "identity", "gzip, br", "*"]) {
    for (let visit = 0; visit < 5; visit++) await site.get("/", { "accept-encoding": coding });
  }
  expect(compressions.count).toBe(2 * COMPRESSIONS.length);
});

test("coded bytes have weak tags, those that are as they came a strong one", async () => {
  const site = await cachedSite(origin({ headers: { ...HTML, etag: '"one"' }, body: BODY }));
  expect((await site.get()).headers.etag).toBe('"one"');
  for (const coding of COMPRESSIONS) {
    await expect
      .poll(async () => (await site.get("/", { "accept-encoding": coding })).headers.etag)
      .toBe('W/"one"');
  }
});

test("better compressed is the same answer, and smaller", async () => {
  const body = Buffer.from(
    Array.from({ length: 2_000 }, (_, at) => `<td>${at * at}</td><td>${at}</td>`).join(""),
  );
  const answer = new StoredAnswer({
    status: 200,
    fields: ["content-type", "text/html", "etag", '"one"'],
    body,
  });
  for (const coding of COMPRESSIONS) {
    await answer.prepare(coding, "quick");
    const quick = answer.choose(coding);
    await answer.prepare(coding, "thorough");
    const thorough = answer.choose(coding);
    expect(thorough.body.length).toBeLessThan(quick.body.length);
    expect(thorough.etag).toBe(quick.etag);
    expect(decoders[coding]?.(thorough.body)).toEqual(body);
  }
  expect(answer.missing("thorough")).toEqual([]);
});

test("more effort that gains nothing leaves what is there, and is not made again", async () => {
  const letters = BODY.split("").map((letter, at) => (at % 7 === 0 ? String(at * 7_919) : letter));
  const fields = ["content-type", "text/html"];
  const answer = new StoredAnswer({ status: 200, fields, body: Buffer.from(letters.join("")) });
  for (const coding of COMPRESSIONS) {
    await answer.prepare(coding, "quick");
    const quick = answer.choose(coding).body.length;
    await answer.prepare(coding, "thorough");
    expect(answer.choose(coding).body.length).toBeLessThanOrEqual(quick);
  }
  expect(answer.missing("thorough")).toEqual([]);
});

test("a page that has not changed is not compressed again", async () => {
  const body = `unchanged ${BODY}`;
  const compressions = compressionsOf(body);
  const headers = { ...HTML, "cache-control": "max-age=60, stale-if-error=60" };
  const site = await cachedSite(origin({ headers, body }));
  for (let visit = 0; visit < 3; visit++) await site.get();
  await compressions.made(2 * COMPRESSIONS.length);
  site.clock.ms = 60_000;
  const got = await site.get("/", { "accept-encoding": "br" });
  expect(got).toMatchObject({ outcome: "MISS" });
  expect(zlib.brotliDecompressSync(got.bytes).toString()).toBe(body);
  for (let visit = 0; visit < 3; visit++) await site.get();
  expect(compressions.count).toBe(2 * COMPRESSIONS.length);
});

test("a page that has changed is not sent as the old one in any coding", async () => {
  const handler = origin((_asked, call) => ({ headers: HTML, body: `${call} ${BODY}` }));
  const site = await cachedSite(handler, { staleIfErrorMs: 0 });
  for (let visit = 0; visit < 3; visit++) await site.get();
  site.clock.ms = 60_000;
  for (const coding of ["identity", ...COMPRESSIONS]) {
    const got = await site.get("/", { "accept-encoding": coding });
    const decode = decoders[got.headers["content-encoding"] ?? "identity"];
    expect(decode?.(got.bytes).toString()).toBe(`2 ${BODY}`);
  }
});
