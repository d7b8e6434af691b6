import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnswerHeaders, cachedSite, gate, origin, type Scripted } from "../support/page-cache";

/** Each makes an answer one visitor's own, whatever stands beside it. */
const PRIVATE: readonly AnswerHeaders[] = [
  { "cache-control": "private" },
  { "cache-control": "private, max-age=60" },
  { "cache-control": 'max-age=60, private="x-user"' },
  { "cache-control": ["public, max-age=60", "private"] },
  { "cache-control": "no-store" },
  { "cache-control": "max-age=60, no-store" },
  { "cache-control": "public, s-maxage=60", "set-cookie": "id=1" },
  { "cache-control": "public, max-age=60", vary: "*" },
  { "cache-control": "public, max-age=60", vary: "cookie" },
  { "cache-control": "max-age=60, no-cache", "set-cookie": ["a=1", "b=2"] },
];
const FLAVOURS: readonly AnswerHeaders[] = [
  {},
  { "content-type": "text/html" },
  { "content-type": "text/plain" },
  { etag: '"same"' },
  { expires: new Date(Date.now() + 60_000).toUTCString(), "last-modified": new Date(0).toUTCString() },
  { "content-type": "text/html; charset=utf-8", etag: 'W/"same"' },
];
const mine = (user: unknown) => `of ${user} ${"x".repeat(2_000)}`;

test("whoever comes when, each gets the answer that was made for them", async () => {
  const scripts = new Map<string, (user: unknown) => Promise<Scripted>>();
  const handler = origin(async ({ url = "", headers }) => (await scripts.get(url)?.(headers.cookie)) ?? {});
  const sites = [
    await cachedSite(handler),
    await cachedSite(handler, { forwardedFields: ["cookie"] }),
  ] as const;
  const visits = fc.array(
    fc.record({
      user: fc.integer({ min: 1, max: 4 }),
      credentials: fc.boolean(),
      method: fc.constantFrom("GET", "HEAD"),
    }),
    { minLength: 2, maxLength: 5 },
  );
  const answers = fc.record({
    about: fc.constantFrom(...PRIVATE),
    flavour: fc.constantFrom(...FLAVOURS),
    status: fc.constantFrom(200, 404, 302, 500),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      visits,
      answers,
      fc.scheduler(),
      fc.boolean(),
      async (visitors, answer, scheduler, lists) => {
        const { about, flavour, status } = answer;
        // Who lists what the handler gets for all says that its errors are for all.
        fc.pre(!(lists && status >= 500));
        const path = `/${++run}`;
        scripts.set(path, async (user) => {
          await scheduler.schedule(Promise.resolve());
          return { status, headers: { ...flavour, ...about, "x-user": String(user) }, body: mine(user) };
        });
        const all = visitors.map(async ({ user, credentials, method }) => {
          const headers = { cookie: `${user}`, ...(credentials && { authorization: `Bearer ${user}` }) };
          const got = await sites[lists ? 1 : 0].send({ method, path, headers });
          return [got.status, got.headers["x-user"], got.text];
        });
        const own = visitors.map(({ user, method }) => [
          status,
          `${user}`,
          method === "HEAD" ? "" : mine(user),
        ]);
        expect(await scheduler.waitFor(Promise.all(all))).toEqual(own);
      },
    ),
    { numRuns: 50 },
  );
});

describe("credentials", () => {
  const who = ({ headers }: IncomingMessage) => headers.authorization ?? "nobody";

  test("get what was made with them, and nobody else does", async () => {
    const site = await cachedSite(
      origin((asked) => ({ headers: { "cache-control": "max-age=60" }, body: who(asked) })),
    );
    const headers = (name: string) => ({ authorization: name });
    const got = await Promise.all([
      site.get("/", headers("Basic one")),
      site.get("/", headers("Basic two")),
      site.get(),
      site.get(),
    ]);
    expect(got.map(({ text }) => text)).toEqual(["Basic one", "Basic two", "nobody", "nobody"]);
  });

  test("bring nothing into the cache that differs by what others are not asked for", async () => {
    const handler = origin(({ headers }) => ({
      headers: { "cache-control": "public, max-age=60", vary: "cookie" },
      body: String(headers.cookie),
    }));
    const site = await cachedSite(handler, { forwardedFields: ["accept"] });
    const mine = await site.get("/", { authorization: "Basic one", cookie: "mine" });
    expect(mine.text).toBe("mine");
    expect(await site.get("/", { cookie: "yours" })).toMatchObject({ outcome: "MISS", text: "yours" });
  });

  test("bring nothing into the cache that differs by what others are asked in other words", async () => {
    const handler = origin(({ headers }) => ({
      headers: { "cache-control": "public, max-age=60", vary: "x-from" },
      body: String(headers["x-from"]),
    }));
    const site = await cachedSite(handler, {
      varyValue: (name, value) => (name === "x-from" ? undefined : value),
    });
    await site.get("/", { authorization: "Basic one", "x-from": "inside" });
    expect((await site.get()).text).toBe("undefined");
  });
});

describe("cookies of others", () => {
  test("are on no answer that several get", async () => {
    const slow = gate();
    const handler = origin(async (_asked, call) => {
      if (call === 1) await slow.opened;
      return { headers: { "cache-control": "max-age=60", "set-cookie": `id=${call}` } };
    });
    const site = await cachedSite(handler);
    const visits = Array.from({ length: 20 }, () => site.get());
    await expect.poll(() => site.cache.stats().coalesced).toBe(19);
    slow.open();
    const cookies = (await Promise.all(visits)).map(({ headers }) => headers["set-cookie"]?.join());
    expect(new Set(cookies).size).toBe(20);
  });

  test("are on no error that several get", async () => {
    const slow = gate();
    const handler = origin(async ({ headers }) => {
      await slow.opened;
      return { status: 500, headers: { "set-cookie": `id=${headers.cookie}` }, body: headers.cookie ?? "" };
    });
    const site = await cachedSite(handler, { forwardedFields: [] });
    const visits = ["a", "b", "c"].map((cookie) => site.get("/", { cookie }));
    await expect.poll(() => site.cache.stats().coalesced).toBe(2);
    slow.open();
    for (const { headers, text } of await Promise.all(visits)) {
      expect([headers["set-cookie"], text]).toEqual([undefined, ""]);
    }
    expect(handler.asked).toHaveLength(1);
  });
});

test("an error that names its visitor is asked for by each", async () => {
  const slow = gate();
  const handler = origin(async ({ headers }) => {
    await slow.opened;
    return { status: 500, headers: { "cache-control": "private" }, body: `sorry, ${headers.cookie}` };
  });
  const site = await cachedSite(handler);
  const visits = ["a", "b", "c"].map((cookie) => site.get("/", { cookie }));
  await expect.poll(() => site.cache.stats().coalesced).toBe(2);
  slow.open();
  expect((await Promise.all(visits)).map(({ text }) => text)).toEqual(["sorry, a", "sorry, b", "sorry, c"]);
});

test("what became private while a page was kept is not shared any more, not even stale", async () => {
  let headers: AnswerHeaders = { "cache-control": "max-age=60, stale-while-revalidate=600" };
  const handler = origin((_asked, call) => ({ headers, body: `answer ${call}` }));
  const site = await cachedSite(handler);
  await site.get();
  headers = { "cache-control": "private" };
  site.clock.ms = 60_000;
  expect(await site.get()).toMatchObject({ outcome: "STALE", text: "answer 1" });
  await site.settled();
  expect((await site.get()).text).toBe("answer 3");
});

test("what others know does not tell whether a visitor's own page is theirs", async () => {
  const handler = origin(({ headers }) => ({
    headers: { "cache-control": "private", "content-type": "text/html" },
    body: mine(headers.cookie),
  }));
  const site = await cachedSite(handler);
  const first = await site.get("/", { cookie: "a" });
  const got = await site.get("/", { cookie: "b", "if-none-match": first.headers.etag ?? '"none"' });
  expect(got).toMatchObject({ status: 200, text: mine("b") });
});
