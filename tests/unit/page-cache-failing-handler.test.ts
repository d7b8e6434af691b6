import { describe, expect, test, vi } from "vitest";
import type { Handler } from "@/lib/http/exchange";
import { cachedSite, FRESH, gate, origin } from "../support/page-cache";

const FAILURES: readonly (readonly [string, Handler, number])[] = [
  [
    "throws",
    () => {
      throw new Error("broken");
    },
    502,
  ],
  ["rejects", () => Promise.reject(new Error("broken")), 502],
  ["throws nothing at all", () => Promise.reject(undefined), 502],
  ["destroys its answer", (_request, response) => void response.destroy(), 502],
  [
    "destroys its answer after the head",
    (_request, response) => void response.writeHead(200, FRESH).destroy(),
    502,
  ],
  [
    "breaks off in the middle of the body",
    (_request, response) => {
      response.writeHead(200, { ...FRESH, "content-length": "10" }).write("half");
      response.destroy(new Error("broken"));
    },
    502,
  ],
  [
    "rejects after the head",
    async (_request, response) => {
      response.writeHead(200, FRESH).write("half");
      throw new Error("broken");
    },
    502,
  ],
  ["never answers", () => {}, 504],
  ["never ends", (_request, response) => void response.writeHead(200, FRESH).write("half"), 504],
];

describe.each(FAILURES)("a handler that %s", (_how, handler, status) => {
  test("is asked once for all who wait, and again by the next", async () => {
    const turn = gate();
    const asked = vi.fn(handler);
    const site = await cachedSite((request, response) => asked(request, response), {
      handlerLimitMs: status === 504 ? 20 : 60_000,
      admit: async () => {
        await turn.opened;
        return () => {};
      },
    });
    const visits = Array.from({ length: 10 }, () => site.get());
    await expect.poll(() => site.cache.stats().coalesced).toBe(9);
    turn.open();
    for (const got of await Promise.all(visits)) {
      expect(got).toMatchObject({ status, text: "", outcome: undefined });
      expect(got.headers["cache-control"]).toBe("no-store");
    }
    expect(asked).toHaveBeenCalledTimes(1);
    expect((await site.get()).status).toBe(status);
    expect(asked).toHaveBeenCalledTimes(2);
    expect(site.cache.stats()).toMatchObject({ entries: 0, failures: 11, inFlight: 0 });
  });
});

test("an error that a handler answers is everybody's who waits, and is not kept", async () => {
  const slow = gate();
  const handler = origin(async () => {
    await slow.opened;
    return { status: 503, headers: { "retry-after": "5" }, body: "later" };
  });
  const site = await cachedSite(handler);
  const visits = Array.from({ length: 10 }, () => site.get());
  await expect.poll(() => site.cache.stats().coalesced).toBe(9);
  slow.open();
  for (const got of await Promise.all(visits)) {
    expect(got).toMatchObject({ status: 503, text: "later", outcome: "MISS" });
    expect(got.headers["retry-after"]).toBe("5");
  }
  await site.get();
  expect(handler.asked).toHaveLength(2);
});

test("what a handler does after its time is over has no effect", async () => {
  const late = gate();
  const done = gate();
  const site = await cachedSite(
    async (_request, response) => {
      await late.opened;
      response.on("error", () => {});
      response.writeHead(200, { "cache-control": "no-store" });
      response.write("too late");
      response.end("too late");
      done.open();
    },
    { handlerLimitMs: 5 },
  );
  const visits = Promise.all([site.get(), site.get()]);
  for (const { status } of await visits) expect(status).toBe(504);
  late.open();
  await done.opened;
  expect(site.cache.stats()).toMatchObject({ entries: 0, inFlight: 0 });
});

test("who may not be asked for is told so by the owner, with all that a refusal needs", async () => {
  const handler = origin();
  const admit = () => Promise.reject(new RangeError("too many"));
  const refusal = (error: unknown) => ({
    status: 503,
    fields: ["retry-after", "1", "set-cookie", "id=1"],
    body: Buffer.from(String(error)),
  });
  const site = await cachedSite(handler, { admit, refusal });
  for (const method of ["GET", "POST"]) {
    const got = await site.send({ method });
    expect(got).toMatchObject({ status: 503, text: "RangeError: too many" });
    expect(got.headers["retry-after"]).toBe("1");
    expect(got.headers).not.toHaveProperty("set-cookie");
  }
  expect(handler.asked).toEqual([]);
});

describe("a place among those who ask the handler is given back", () => {
  // What has begun to answer a POST may take its time.
  const brief = FAILURES.filter(([how]) => how !== "never ends");
  test.each([
    ["GET", FAILURES],
    ["POST", brief],
  ] as const)("once, whatever happens (%s)", async (method, failures) => {
    const released = vi.fn();
    for (const [, handler] of failures) {
      const site = await cachedSite(handler, { handlerLimitMs: 5, admit: async () => released });
      await site.send({ method }).catch(() => {});
    }
    await expect.poll(() => released.mock.calls.length).toBe(failures.length);
  });
});

test("an address that cannot be understood costs its visitor the answer, and nobody else", async () => {
  const canonicalTarget = (target: string) => decodeURIComponent(target);
  const site = await cachedSite(origin(), { canonicalTarget });
  expect((await site.get("/%zz")).status).toBe(502);
  expect((await site.get("/")).status).toBe(200);
});
