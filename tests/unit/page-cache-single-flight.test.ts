import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { RateLimitedError } from "@/lib/errors";
import { askWhole, type Handler } from "@/lib/http/exchange";
import type { Validity } from "@/lib/http/page-cache/cached-page";
import { fieldOf } from "@/lib/http/page-cache/fields";
import type { CacheRequest } from "@/lib/http/page-cache/options";
import { type CachedSite, cachedSite, type Gate, gate, origin, type Scripted } from "../support/page-cache";

/** An origin that answers when the gate of the call is opened. */
function held(answer: (call: number) => Scripted = () => ({})) {
  const gates: Gate[] = [];
  const handler = origin(async (_asked, call) => {
    const own = gate();
    gates.push(own);
    await own.opened;
    return { body: `answer ${call}`, ...answer(call) };
  });
  return { handler, gates };
}

/** Very many visitors, without a connection each. */
async function crowd(site: CachedSite): Promise<string[]> {
  const question = { target: "/", headers: { host: `127.0.0.1:${site.port}` } };
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => askWhole(site.cache, question)));
  return [...new Set(answers.map(({ fields, body }) => `${fieldOf(fields, "x-cache")} ${body}`))];
}

/** A visitor who goes away. */
async function leavingVisitor(site: CachedSite, path = "/") {
  const sent = request({ port: site.port, host: "127.0.0.1", path }).end();
  sent.on("error", () => {});
  await once(sent, "finish");
  return async () => {
    const gone = new Promise((resolve) => sent.once("close", resolve));
    sent.destroy();
    await gone;
  };
}

const coalesced = (site: CachedSite, count: number) =>
  expect.poll(() => site.cache.stats().coalesced, { timeout: 30_000 }).toBe(count);
const asked = (handler: { asked: unknown[] }, count: number) =>
  expect.poll(() => handler.asked.length).toBe(count);

describe("1,000 who ask at once", () => {
  test("for a page that is not kept are one call", async () => {
    const { handler, gates } = held();
    const site = await cachedSite(handler);
    const visits = crowd(site);
    await coalesced(site, 999);
    gates[0]?.open();
    expect(await visits).toEqual(["MISS answer 1"]);
    expect(handler.asked).toHaveLength(1);
  });

  test("for a page that must be asked for anew are one call", async () => {
    const { handler, gates } = held((call) =>
      call === 1
        ? { headers: { "cache-control": "max-age=60, must-revalidate", etag: '"one"' } }
        : { status: 304, body: "" },
    );
    const site = await cachedSite(handler);
    const first = site.get();
    await asked(handler, 1);
    gates[0]?.open();
    await first;
    site.clock.ms = 60_000;
    const visits = crowd(site);
    await coalesced(site, 999);
    gates[1]?.open();
    expect(await visits).toEqual(["REVALIDATED answer 1"]);
    expect(handler.asked).toHaveLength(2);
  });

  test("for a page that is old get it at once, and one call is made behind it", async () => {
    const { handler, gates } = held(() => ({
      headers: { "cache-control": "max-age=60, stale-while-revalidate=60" },
    }));
    const site = await cachedSite(handler);
    const first = site.get();
    await asked(handler, 1);
    gates[0]?.open();
    await first;
    site.clock.ms = 60_000;
    expect(await crowd(site)).toEqual(["STALE answer 1"]);
    expect(handler.asked).toHaveLength(2);
    gates[1]?.open();
    await site.settled();
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
  });
});

test("100 who ask over connections of their own are one call", async () => {
  const { handler, gates } = held();
  const site = await cachedSite(handler);
  const visits = Array.from({ length: 100 }, () => site.get());
  await coalesced(site, 99);
  gates[0]?.open();
  expect(new Set((await Promise.all(visits)).map(({ text }) => text))).toEqual(new Set(["answer 1"]));
  expect(handler.asked).toHaveLength(1);
});

test("GET and HEAD wait for the same answer", async () => {
  const { handler, gates } = held();
  const site = await cachedSite(handler);
  const head = site.send({ method: "HEAD" });
  await asked(handler, 1);
  const whole = site.get();
  await coalesced(site, 1);
  gates[0]?.open();
  expect((await head).headers["content-length"]).toBe("8");
  expect((await whole).text).toBe("answer 1");
});

test("hosts and targets are asked for apart", async () => {
  const { handler, gates } = held();
  const site = await cachedSite(handler);
  const visits = [site.get("/a"), site.get("/b"), site.get("/a", { host: "other" })];
  await asked(handler, 3);
  for (const each of gates) each.open();
  await Promise.all(visits);
  expect(site.cache.stats()).toMatchObject({ coalesced: 0, entries: 3 });
});

describe("visitors who go", () => {
  test("do not take the answer from the others", async () => {
    const { handler, gates } = held();
    const site = await cachedSite(handler);
    const leave = await leavingVisitor(site);
    await asked(handler, 1);
    const other = site.get();
    await coalesced(site, 1);
    await leave();
    gates[0]?.open();
    expect((await other).text).toBe("answer 1");
    expect(handler.asked).toHaveLength(1);
  });

  test("even all of them, do not stop the page from being kept", async () => {
    const { handler, gates } = held();
    const site = await cachedSite(handler);
    const leave = await leavingVisitor(site);
    await asked(handler, 1);
    await leave();
    gates[0]?.open();
    await site.settled();
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 1" });
  });
});

describe("a change during a call", () => {
  /** Everything that was asked for before the last change is invalid. */
  function changeable() {
    let moment = 0;
    const validity = {
      stamp: () => moment,
      judge: (stamp: unknown) => (stamp === moment ? ("valid" as const) : ("invalid" as const)),
    };
    return { validity, change: () => moment++ };
  }

  test("who asks after it gets an answer that was begun after it", async () => {
    const { handler, gates } = held();
    const { validity, change } = changeable();
    const site = await cachedSite(handler, { validity });
    const before = site.get();
    await asked(handler, 1);
    change();
    const after = site.get();
    await asked(handler, 2);
    gates[0]?.open();
    expect((await before).text).toBe("answer 1");
    gates[1]?.open();
    expect((await after).text).toBe("answer 2");
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
  });

  test("an answer from before does not take the place of one from after", async () => {
    const { handler, gates } = held();
    const { validity, change } = changeable();
    const site = await cachedSite(handler, { validity });
    const before = site.get();
    await asked(handler, 1);
    change();
    site.clock.ms = 1;
    const after = site.get();
    await asked(handler, 2);
    gates[1]?.open();
    await after;
    gates[0]?.open();
    await before;
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
  });

  test("one that came before the handler was asked changes nothing", async () => {
    const turn = gate();
    const handler = origin();
    const { validity, change } = changeable();
    const admit = async () => {
      await turn.opened;
      return () => {};
    };
    const site = await cachedSite(handler, { validity, admit });
    const first = site.get();
    await expect.poll(() => site.cache.stats().inFlight).toBe(1);
    change();
    const second = site.get();
    await coalesced(site, 1);
    turn.open();
    expect([(await first).text, (await second).text]).toEqual(["answer 1", "answer 1"]);
    expect((await site.get()).outcome).toBe("HIT");
  });
});

describe("a handler that joins requests by itself", () => {
  /** As Next: whoever comes while one is being answered gets the same answer. */
  function joining() {
    const held = gate();
    const content = { text: "old", isInvalid: false };
    const validity: Validity = {
      stamp: () => content.isInvalid,
      judge: (stamp) => (stamp === content.isInvalid ? "valid" : "invalid"),
    };
    const calls = vi.fn();
    let underWay: Promise<string> | undefined;
    const handler: Handler = async (_request, response) => {
      calls();
      const { text } = content;
      underWay ??= held.opened
        .then(() => text)
        .finally(() => {
          underWay = undefined;
        });
      const body = await underWay;
      response.setHeader("cache-control", "s-maxage=60");
      response.end(body);
    };
    return { handler, calls, content, held, options: { handlerCoalesces: true, validity } };
  }

  test("is not asked again before it has answered those from before", async () => {
    const { handler, calls, content, held, options } = joining();
    const { get } = await cachedSite(handler, options);
    const before = get("/");
    await vi.waitFor(() => expect(calls).toHaveBeenCalledOnce());
    Object.assign(content, { text: "new", isInvalid: true });
    const after = get("/");
    held.open();
    expect((await before).text).toBe("old");
    expect((await after).text).toBe("new");
    expect((await get("/")).text).toBe("new");
  });

  test("takes one place for a page: who waits for an earlier answer is not refused because of it", async () => {
    const { handler, calls, content, held, options } = joining();
    let places = 1;
    const admit = async () => {
      if (places === 0) throw new Error("no place");
      places--;
      return () => void places++;
    };
    const site = await cachedSite(handler, { ...options, admit });
    const before = site.get("/");
    await vi.waitFor(() => expect(calls).toHaveBeenCalledOnce());
    Object.assign(content, { text: "new", isInvalid: true });
    const after = [site.get("/"), site.get("/")];
    await coalesced(site, 1);
    held.open();
    expect((await before).text).toBe("old");
    expect((await Promise.all(after)).map(({ text }) => text)).toEqual(["new", "new"]);
    expect(places).toBe(1);
  });

  test("refuses for asking too often whoever does, and not those who wait with him", async () => {
    const { handler, calls, content, held, options } = joining();
    const admit = async ({ headers }: CacheRequest) => {
      if (headers["x-greedy"]) throw new RateLimitedError(1_000);
      return () => {};
    };
    const refusal = () => ({ status: 429, fields: [], body: Buffer.alloc(0) });
    const site = await cachedSite(handler, { ...options, admit, refusal });
    const before = site.get("/");
    await vi.waitFor(() => expect(calls).toHaveBeenCalledOnce());
    Object.assign(content, { text: "new", isInvalid: true });
    const refused = site.get("/", { "x-greedy": "1" });
    await vi.waitFor(() => expect(site.cache.stats().inFlight).toBe(2));
    const after = [site.get("/"), site.get("/"), site.get("/")];
    await coalesced(site, 3);
    held.open();
    expect((await before).text).toBe("old");
    expect((await refused).status).toBe(429);
    expect((await Promise.all(after)).map(({ text }) => text)).toEqual(["new", "new", "new"]);
    expect(calls).toHaveBeenCalledTimes(2);
  });
});
