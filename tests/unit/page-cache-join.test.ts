import { expect, test } from "vitest";
import type { PageCacheOptions } from "@/lib/http/page-cache/options";
import { type CachedSite, cachedSite, type Gate, gate, origin, type Scripted } from "../support/page-cache";

/** A site whose origin answers when the gate of the call is opened. */
async function heldSite(script: (call: number) => Scripted = () => ({}), options: PageCacheOptions = {}) {
  const gates: Gate[] = [];
  const handler = origin(async (_asked, call) => {
    const own = gate();
    gates.push(own);
    await own.opened;
    return { body: `answer ${call}`, ...script(call) };
  });
  const site = await cachedSite(handler, options);
  const asked = (count: number) => expect.poll(() => gates.length).toBe(count);
  /** Asks once and has it answered. */
  const fill = async () => {
    const first = site.get();
    await asked(gates.length + 1);
    gates.at(-1)?.open();
    await first;
  };
  return { site, handler, gates, asked, fill };
}

const request = (site: CachedSite, headers: Record<string, string> = {}, url = "/") => ({
  method: "GET",
  url,
  headers: { host: `127.0.0.1:${site.port}`, ...headers },
  socket: { remoteAddress: "::1" },
});

test("is the answer to the request that asks already, and is counted like one that waits for it", async () => {
  const { site, handler, gates, asked } = await heldSite();
  expect(site.cache.join(request(site))).toBeUndefined();
  const first = site.get();
  await asked(1);
  const joined = site.cache.join(request(site));
  gates[0]?.open();
  expect((await joined)?.answer.identity.body.toString()).toBe("answer 1");
  expect(await joined).toMatchObject({ outcome: "MISS", handlerMs: 0 });
  await first;
  expect(handler.asked).toHaveLength(1);
  expect(site.cache.stats()).toMatchObject({ coalesced: 1, outcomes: { MISS: 2, HIT: 0 } });
});

test("is nothing where nobody asks: not for what is kept, nor for what never was", async () => {
  const { site, fill } = await heldSite();
  await fill();
  expect(site.cache.join(request(site))).toBeUndefined();
  expect(site.cache.join(request(site, {}, "/other"))).toBeUndefined();
});

test.each([
  ["has a secret", { authorization: "Bearer x" }],
  ["wants nothing kept", { "cache-control": "no-store" }],
  ["wants only what is kept", { "cache-control": "only-if-cached" }],
])("is nothing for a request that %s", async (_name, headers) => {
  const { site, gates, asked } = await heldSite();
  const first = site.get();
  await asked(1);
  expect(site.cache.join(request(site, headers))).toBeUndefined();
  gates[0]?.open();
  await first;
});

test("resolves to nothing where the answer is another visitor's, and is nothing from then on", async () => {
  const { site, gates, asked } = await heldSite(() => ({ headers: { "cache-control": "private" } }));
  const first = site.get();
  await asked(1);
  const joined = site.cache.join(request(site));
  gates[0]?.open();
  expect(await joined).toBeUndefined();
  await first;
  const second = site.get();
  await asked(2);
  expect(site.cache.join(request(site))).toBeUndefined();
  gates[1]?.open();
  await second;
});

test("resolves to nothing where the answer is for other request fields", async () => {
  const { site, gates, asked } = await heldSite(() => ({
    headers: { "cache-control": "max-age=60", vary: "x-kind" },
  }));
  const first = site.get("/", { "x-kind": "a" });
  await asked(1);
  const [same, other] = ["a", "b"].map((kind) => site.cache.join(request(site, { "x-kind": kind })));
  gates[0]?.open();
  expect([(await same)?.outcome, await other]).toEqual(["MISS", undefined]);
  await first;
});

test("resolves to nothing where the handler fails and nothing is kept", async () => {
  const { site, gates, asked } = await heldSite(() => ({ status: 500 }));
  const first = site.get();
  await asked(1);
  const joined = site.cache.join(request(site));
  gates[0]?.open();
  expect(await joined).toBeUndefined();
  await first;
});

const REVALIDATED: Scripted = { headers: { "cache-control": "max-age=60, stale-if-error=600", etag: '"x"' } };

test("is what was kept, where the handler fails", async () => {
  const { site, gates, asked, fill } = await heldSite((call) => (call === 1 ? REVALIDATED : { status: 500 }));
  await fill();
  site.clock.ms = 61_000;
  const second = site.get();
  await asked(2);
  const joined = site.cache.join(request(site));
  gates[1]?.open();
  expect(await joined).toMatchObject({ outcome: "STALE", ageMs: 61_000 });
  expect((await joined)?.answer.identity.body.toString()).toBe("answer 1");
  await second;
  // Left alone for a moment after that: who comes gets what is kept in the usual way.
  expect(site.cache.join(request(site))).toBeUndefined();
});

test("is what was kept, where the handler takes longer than anybody waits", async () => {
  const { site, gates, asked, fill } = await heldSite(() => REVALIDATED, { patienceMs: 5 });
  await fill();
  site.clock.ms = 61_000;
  const second = site.get();
  await asked(2);
  const joined = site.cache.join(request(site));
  expect(await joined).toMatchObject({ outcome: "STALE", ageMs: 61_000 });
  expect(await second).toMatchObject({ outcome: "STALE" });
  gates[1]?.open();
  await site.settled();
});

test("is what the handler confirmed", async () => {
  const { site, gates, asked, fill } = await heldSite((call) =>
    call === 1 ? REVALIDATED : { status: 304, body: "" },
  );
  await fill();
  site.clock.ms = 61_000;
  const second = site.get();
  await asked(2);
  const joined = site.cache.join(request(site));
  gates[1]?.open();
  expect(await joined).toMatchObject({ outcome: "REVALIDATED" });
  expect((await joined)?.answer.identity.body.toString()).toBe("answer 1");
  await second;
});
