import { beforeEach, expect, test } from "vitest";
import type { CacheRequest, PageCacheOptions } from "@/lib/http/page-cache/options";
import { type CachedSite, cachedSite, gate, type Origin, origin, type Scripted } from "../support/page-cache";

let moment = 0;
const validity = {
  stamp: () => moment,
  judge: (stamp: unknown) => (stamp === moment ? ("valid" as const) : ("invalid" as const)),
};

beforeEach(() => {
  moment = 0;
});

/** A site whose pages at these paths are read again and again, and have just been invalidated. */
async function invalidated(
  paths: readonly string[],
  script: (call: number) => Scripted | Promise<Scripted> = (call) => ({ body: `answer ${call}` }),
  options: PageCacheOptions = {},
): Promise<{ site: CachedSite; handler: Origin }> {
  const headers = { "cache-control": "max-age=60", vary: "x-part", etag: '"one"' };
  const handler = origin(async (_asked, call) => ({ headers, ...(await script(call)) }));
  const site = await cachedSite(handler, { validity, ...options });
  for (const path of [...paths, ...paths]) await site.get(path);
  moment++;
  return { site, handler };
}

test("what visitors read is there anew before the next of them comes", async () => {
  const { site, handler } = await invalidated(["/a", "/b"]);
  await site.cache.renew();
  expect(handler.asked.map(({ url }) => url)).toEqual(["/a", "/b", "/b", "/a"]);
  expect(await site.get("/a")).toMatchObject({ outcome: "HIT", text: "answer 4" });
  expect(await site.get("/b")).toMatchObject({ outcome: "HIT", text: "answer 3" });
});

test("what was read once waits for a visitor", async () => {
  const { site, handler } = await invalidated(["/a"]);
  await site.get("/once");
  moment++;
  await site.cache.renew();
  expect(handler.asked.map(({ url }) => url)).toEqual(["/a", "/once", "/a"]);
});

test("nothing is asked for where nothing was invalidated", async () => {
  const { site, handler } = await invalidated(["/a"]);
  moment--;
  await site.cache.renew();
  expect(handler.asked).toHaveLength(1);
});

test("each variant is asked for as it was, with its validators", async () => {
  const { site, handler } = await invalidated(["/a"]);
  for (let visit = 0; visit < 2; visit++) await site.get("/a", { "x-part": "1" });
  await site.get("/a");
  moment++;
  const before = handler.asked.length;
  await site.cache.renew();
  const asked = handler.asked
    .slice(before)
    .map(({ headers }) => [headers["x-part"] ?? "none", headers["if-none-match"]]);
  expect(asked.sort()).toEqual([
    ["1", '"one"'],
    ["none", '"one"'],
  ]);
});

test("a few at a time, and not all of very many", async () => {
  let asking = 0;
  let most = 0;
  const paths = Array.from({ length: 60 }, (_, at) => `/${at}`);
  const { site, handler } = await invalidated(paths, async (call) => {
    most = call > paths.length ? Math.max(most, ++asking) : 0;
    await new Promise((resolve) => setImmediate(resolve));
    asking--;
    return {};
  });
  asking = 0;
  await site.cache.renew();
  expect(handler.asked).toHaveLength(60 + 32);
  expect(handler.asked[60]?.url).toBe("/59");
  expect(most).toBe(4);
});

test("while it is under way, another does nothing, and visitors wait for the same answer", async () => {
  const slow = gate();
  const { site, handler } = await invalidated(["/a"], async (call) => {
    if (call === 2) await slow.opened;
    return { body: `answer ${call}` };
  });
  const renewed = site.cache.renew();
  await expect.poll(() => handler.asked.length).toBe(2);
  await site.cache.renew();
  const visit = site.get("/a");
  await expect.poll(() => site.cache.stats().coalesced).toBe(1);
  slow.open();
  await renewed;
  expect(await visit).toMatchObject({ outcome: "MISS", text: "answer 2" });
  expect(handler.asked).toHaveLength(2);
});

test("what is invalidated while it is under way is asked for once more", async () => {
  const slow = gate();
  const { site, handler } = await invalidated(["/a"], async (call) => {
    if (call === 2) await slow.opened;
    return { body: `answer ${call}` };
  });
  const renewed = site.cache.renew();
  await expect.poll(() => handler.asked.length).toBe(2);
  moment++;
  await site.cache.renew();
  slow.open();
  await renewed;
  expect(await site.get("/a")).toMatchObject({ outcome: "HIT", text: "answer 3" });
});

test("it is the process itself that asks, and no visitor", async () => {
  const asking: unknown[] = [];
  const admit = async ({ socket }: CacheRequest) => {
    asking.push(socket.remoteAddress);
    return () => {};
  };
  const { site } = await invalidated(["/a"], undefined, { admit });
  await site.cache.renew();
  expect(asking).toEqual(["127.0.0.1", undefined]);
});

test("a handler that fails has a second's rest, and the old page stays for want of a better one", async () => {
  const { site, handler } = await invalidated(["/a"], (call) => ({ status: call === 1 ? 200 : 500 }));
  await site.cache.renew();
  await site.cache.renew();
  expect(handler.asked).toHaveLength(2);
  expect(await site.get("/a")).toMatchObject({ status: 200, outcome: "STALE" });
  site.clock.ms = 1_000;
  await site.cache.renew();
  expect(handler.asked).toHaveLength(3);
});
