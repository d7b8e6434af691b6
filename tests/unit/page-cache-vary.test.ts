import { describe, expect, test } from "vitest";
import type { PageCacheOptions } from "@/lib/http/page-cache/options";
import { cachedSite, FRESH, origin, type Scripted } from "../support/page-cache";

/** Answers with the value of a request field. */
function echo(field: string, vary: string | string[] = field) {
  return origin(
    ({ headers }): Scripted => ({ headers: { ...FRESH, vary }, body: String(headers[field] ?? "none") }),
  );
}

test("each value of the field has an answer of its own", async () => {
  const handler = echo("accept-language");
  const site = await cachedSite(handler);
  const ask = async (language?: string) =>
    (await site.get("/", language === undefined ? {} : { "accept-language": language })).text;
  for (let round = 1; round <= 2; round++) {
    expect([await ask("vi"), await ask("en"), await ask()]).toEqual(["vi", "en", "none"]);
  }
  expect(handler.asked).toHaveLength(3);
  expect(site.cache.stats().entries).toBe(1);
});

test("an absent field is not an empty one", async () => {
  const handler = echo("accept-language");
  const site = await cachedSite(handler);
  await site.get();
  await site.get("/", { "accept-language": "" });
  expect(handler.asked).toHaveLength(2);
});

test("fields in several lines and in any case are all heard", async () => {
  const handler = echo("x-second", ["X-First ,, ", "X-SECOND"]);
  const site = await cachedSite(handler);
  expect((await site.get("/", { "x-second": "a" })).text).toBe("a");
  expect((await site.get("/", { "x-second": "b" })).text).toBe("b");
  await site.get("/", { "x-first": "1", "x-second": "b" });
  await site.get("/", { "x-first": "1", "x-second": "b" });
  expect(handler.asked).toHaveLength(3);
});

test("names that objects have by birth are fields like any other", async () => {
  const handler = echo("constructor", ["constructor", "__proto__"]);
  const site = await cachedSite(handler);
  await site.get();
  expect((await site.get()).outcome).toBe("HIT");
});

describe("the value is reduced to what makes a difference", () => {
  test("white space makes none", async () => {
    const handler = echo("accept-language");
    const site = await cachedSite(handler);
    await site.get("/", { "accept-language": "vi,  en" });
    expect((await site.get("/", { "accept-language": "vi, en" })).outcome).toBe("HIT");
  });

  test("varyValue decides", async () => {
    const varyValue: PageCacheOptions["varyValue"] = (name, value) =>
      name === "user-agent" ? String(/Mobile/.test(value ?? "")) : value;
    const handler = origin({ headers: { ...FRESH, vary: "user-agent" } });
    const site = await cachedSite(handler, { varyValue });
    const outcomes = [];
    for (const agent of ["A Mobile", "B Mobile", "C", "D"]) {
      outcomes.push((await site.get("/", { "user-agent": agent })).outcome);
    }
    expect(outcomes).toEqual(["MISS", "HIT", "MISS", "HIT"]);
  });
});

test("a field that the handler does not get makes no difference", async () => {
  const handler = echo("cookie");
  const site = await cachedSite(handler, { forwardedFields: ["accept"] });
  expect((await site.get("/", { cookie: "a=1" })).text).toBe("none");
  expect((await site.get("/", { cookie: "a=2" })).outcome).toBe("HIT");
});

test("a URL has a bounded number of variants, and the latest are there", async () => {
  const handler = echo("x-any");
  const site = await cachedSite(handler);
  const ask = (value: number) => site.get("/", { "x-any": String(value) });
  await ask(0);
  const { bytes } = site.cache.stats();
  for (let value = 1; value < 100; value++) await ask(value);
  expect(site.cache.stats().bytes).toBeLessThan(20 * bytes);
  expect((await ask(99)).outcome).toBe("HIT");
  expect((await ask(0)).outcome).toBe("MISS");
});

test("what is kept by fewer fields is not given to those who differ in another", async () => {
  const handler = origin(({ headers }) => ({
    headers: { ...FRESH, vary: headers["x-b"] ? "x-a, x-b" : "x-a" },
    body: `${headers["x-a"]} ${headers["x-b"]}`,
  }));
  const site = await cachedSite(handler);
  expect((await site.get("/", { "x-a": "1" })).text).toBe("1 undefined");
  await site.get("/", { "x-a": "2", "x-b": "2" });
  expect((await site.get("/", { "x-a": "2", "x-b": "3" })).text).toBe("2 3");
});

test("the handler never sees Accept-Encoding, and has no variants by it", async () => {
  const headers = { ...FRESH, vary: "Accept-Encoding", "content-type": "text/html" };
  const handler = origin({ headers, body: "x".repeat(2_000) });
  const site = await cachedSite(handler);
  for (const encoding of ["gzip", "br", "gzip, br", "identity"]) {
    const { headers: sent } = await site.get("/", { "accept-encoding": encoding });
    expect(sent.vary).toBe("accept-encoding");
  }
  expect(handler.asked).toMatchObject([
    { headers: expect.not.objectContaining({ "accept-encoding": "gzip" }) },
  ]);
});

test("pages of Next and their data are two variants under one URL", async () => {
  const handler = origin(({ headers }) => ({
    headers: {
      "cache-control": "s-maxage=300, stale-while-revalidate=31535700",
      vary: "rsc, next-router-state-tree, next-router-prefetch, Accept-Encoding",
      "content-type": headers.rsc ? "text/x-component" : "text/html",
    },
    body: headers.rsc ? "data" : "<!doctype html>",
  }));
  const forwardedFields = ["rsc", "next-router-prefetch", "next-router-state-tree"];
  const varyValue: PageCacheOptions["varyValue"] = (name, value) =>
    name === "next-router-state-tree" ? undefined : value;
  const site = await cachedSite(handler, { forwardedFields, varyValue });
  const html = { accept: "text/html", cookie: "a=1" };
  const data = (tree: string) => ({ rsc: "1", "next-router-state-tree": tree });
  expect((await site.get("/", html)).text).toBe("<!doctype html>");
  expect((await site.get("/", data("a"))).text).toBe("data");
  expect(await site.get("/", data("b"))).toMatchObject({ text: "data", outcome: "HIT" });
  expect(await site.get("/", html)).toMatchObject({ text: "<!doctype html>", outcome: "HIT" });
  expect(handler.asked).toHaveLength(2);
});

test("concurrent visitors who differ in the field get their own answers", async () => {
  const handler = echo("accept-language");
  const site = await cachedSite(handler);
  const languages = Array.from({ length: 60 }, (_, at) => ["vi", "en", "fr"][at % 3] ?? "");
  const got = await Promise.all(languages.map((language) => site.get("/", { "accept-language": language })));
  expect(got.map(({ text }) => text)).toEqual(languages);
});
