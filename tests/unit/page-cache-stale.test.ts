import { describe, expect, test } from "vitest";
import { RateLimitedError } from "@/lib/errors";
import type { CacheRequest, PageCacheOptions } from "@/lib/http/page-cache/options";
import { type AnswerHeaders, cachedSite, gate, origin, type Scripted } from "../support/page-cache";

const MINUTE = 60_000;
const cacheControl = (value: string): AnswerHeaders => ({ "cache-control": value });

/** An origin that answers well once, and then as told. */
function spoilt(value: string, later: () => Scripted | Promise<Scripted>) {
  return origin((_asked, call) => (call === 1 ? { headers: cacheControl(value) } : later()));
}

const FAILURES: readonly (readonly [string, () => Scripted | Promise<Scripted>])[] = [
  ["an error status", () => ({ status: 500, headers: {}, body: "broken" })],
  ["503", () => ({ status: 503, headers: {}, body: "busy" })],
  [
    "an exception",
    () => {
      throw new Error("broken");
    },
  ],
  ["silence", () => new Promise<never>(() => {})],
];

describe("stale-while-revalidate", () => {
  test("is served at once, and asked for behind it, until the allowance ends", async () => {
    const handler = origin((_asked, call) => ({
      headers: cacheControl("max-age=60, stale-while-revalidate=60, stale-if-error=0"),
      body: `answer ${call}`,
    }));
    const site = await cachedSite(handler);
    await site.get();
    site.clock.ms = 2 * MINUTE - 1;
    const stale = await site.get();
    expect(stale).toMatchObject({ outcome: "STALE", text: "answer 1" });
    expect(stale.headers.age).toBe("119");
    await site.settled();
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
    site.clock.ms = 4 * MINUTE;
    expect(await site.get()).toMatchObject({ outcome: "MISS", text: "answer 3" });
  });

  test("a HEAD and a 304 are stale too", async () => {
    const site = await cachedSite(
      origin({ headers: { ...cacheControl("max-age=60, stale-while-revalidate=600"), etag: '"one"' } }),
    );
    await site.get();
    site.clock.ms = MINUTE;
    expect(await site.send({ method: "HEAD" })).toMatchObject({ status: 200, outcome: "STALE" });
    await site.settled();
    site.clock.ms = 2 * MINUTE;
    expect(await site.get("/", { "if-none-match": '"one"' })).toMatchObject({
      status: 304,
      outcome: "STALE",
    });
  });
});

describe.each(FAILURES)("when the handler answers with %s", (_what, later) => {
  const options: PageCacheOptions = { handlerLimitMs: 10 };

  test("an old answer stands in for it within its allowance, and not beyond", async () => {
    const site = await cachedSite(spoilt("max-age=60, stale-if-error=60", later), {
      handlerLimitMs: 10,
    });
    await site.get();
    site.clock.ms = 2 * MINUTE - 1;
    expect(await site.get()).toMatchObject({ status: 200, outcome: "STALE", text: "answer 1" });
    site.clock.ms = 2 * MINUTE;
    expect((await site.get()).status).toBeGreaterThanOrEqual(500);
  });

  test.each(["must-revalidate", "proxy-revalidate", "no-cache"])("%s forbids it", async (directive) => {
    const value = `max-age=60, ${directive}, stale-if-error=60, stale-while-revalidate=60`;
    const handler = origin((_asked, call) =>
      call === 1 ? { headers: { ...cacheControl(value), etag: '"one"' } } : later(),
    );
    const site = await cachedSite(handler, options);
    await site.get();
    site.clock.ms = MINUTE;
    expect((await site.get()).status).toBeGreaterThanOrEqual(500);
  });

  test("in the background, the old answer stays, and the handler has a second's rest", async () => {
    const handler = spoilt("max-age=60, stale-while-revalidate=600", later);
    const site = await cachedSite(handler, options);
    await site.get();
    const calls: number[] = [];
    for (site.clock.ms = MINUTE; site.clock.ms < MINUTE + 2_500; site.clock.ms += 500) {
      expect(await site.get()).toMatchObject({ outcome: "STALE", text: "answer 1" });
      await site.settled();
      calls.push(handler.asked.length);
    }
    expect(calls).toEqual([2, 2, 3, 3, 4]);
  });
});

test("an old answer stands in for one that may not be asked for", async () => {
  let isBusy = false;
  const handler = origin({ headers: cacheControl("max-age=60, stale-if-error=60") });
  const admit = async () => {
    if (isBusy) throw new RangeError("too many");
    return () => {};
  };
  const site = await cachedSite(handler, { admit });
  await site.get();
  isBusy = true;
  site.clock.ms = MINUTE;
  expect(await site.get()).toMatchObject({ outcome: "STALE", text: "answer 1" });
  site.clock.ms = 2 * MINUTE;
  expect((await site.get()).status).toBe(502);
  expect(handler.asked).toHaveLength(1);
});

test("who is refused for asking too often keeps nobody from a new answer", async () => {
  const handler = origin({ headers: cacheControl("max-age=60, stale-if-error=600") });
  const admit = async ({ headers }: CacheRequest) => {
    if (headers["x-greedy"]) throw new RateLimitedError(1_000);
    return () => {};
  };
  const site = await cachedSite(handler, { admit });
  await site.get();
  site.clock.ms = MINUTE;
  expect(await site.get("/", { "x-greedy": "1" })).toMatchObject({ outcome: "STALE", text: "answer 1" });
  expect(await site.get()).toMatchObject({ outcome: "MISS", text: "answer 2" });
});

test("where the answer does not say, the allowance is the owner's", async () => {
  const failing = () => ({ status: 500, headers: {} });
  const site = await cachedSite(spoilt("max-age=60", failing), { staleIfErrorMs: 5_000 });
  await site.get();
  site.clock.ms = MINUTE + 4_999;
  expect((await site.get()).outcome).toBe("STALE");
  site.clock.ms = MINUTE + 5_000;
  expect((await site.get()).status).toBe(500);
});

test("an answer of the visitor's fault is no error to stand in for", async () => {
  const site = await cachedSite(
    spoilt("max-age=60, stale-if-error=60", () => ({ status: 404, headers: {} })),
  );
  await site.get();
  site.clock.ms = MINUTE;
  expect((await site.get()).status).toBe(404);
});

describe("patience", () => {
  test("with an old answer at hand nobody waits long for a new one", async () => {
    const slow = gate();
    const handler = origin(async (_asked, call) => {
      if (call === 2) await slow.opened;
      return { headers: cacheControl("max-age=60, stale-if-error=60"), body: `answer ${call}` };
    });
    const site = await cachedSite(handler, { patienceMs: 5 });
    await site.get();
    site.clock.ms = MINUTE;
    expect(await site.get()).toMatchObject({ outcome: "STALE", text: "answer 1" });
    slow.open();
    await site.settled();
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
  });

  test("the new answer is what they get when it comes in time", async () => {
    const handler = origin({ headers: cacheControl("max-age=60, stale-if-error=60") });
    const site = await cachedSite(handler, { patienceMs: 60_000 });
    await site.get();
    site.clock.ms = MINUTE;
    expect(await site.get()).toMatchObject({ outcome: "MISS", text: "answer 2" });
  });

  test("a stream that comes too late for it is ended", async () => {
    const slow = gate();
    const handler = origin(async (_asked, call) => {
      if (call === 1) return { headers: cacheControl("max-age=60, stale-if-error=60") };
      await slow.opened;
      return { headers: cacheControl("no-store"), body: "mine" };
    });
    const site = await cachedSite(handler, { patienceMs: 5 });
    await site.get();
    site.clock.ms = MINUTE;
    expect(await site.get()).toMatchObject({ outcome: "STALE", text: "answer 1" });
    slow.open();
    await site.settled();
    expect(site.cache.stats().entries).toBe(0);
  });
});

describe("that something is not there", () => {
  test.each([404, 410])("is kept for a short time (%d), whatever the handler allows", async (status) => {
    const value = "max-age=3600, stale-while-revalidate=3600, stale-if-error=3600";
    const handler = origin({ status, headers: cacheControl(value) });
    const site = await cachedSite(handler, { negativeMs: 1_000 });
    await site.get();
    site.clock.ms = 999;
    expect(await site.get()).toMatchObject({ status, outcome: "HIT" });
    site.clock.ms = 1_000;
    expect(await site.get()).toMatchObject({ status, outcome: "MISS" });
  });

  test("is never served stale, not even for an error", async () => {
    const handler = origin((_asked, call) => ({ status: call === 1 ? 404 : 500, headers: {} }));
    const site = await cachedSite(handler);
    await site.get();
    site.clock.ms = 10_000;
    expect((await site.get()).status).toBe(500);
  });
});

describe("what its owner knows about a page", () => {
  type Verdict = "valid" | "doubtful" | "invalid";

  async function judged(status = 200) {
    let verdict: Verdict = "valid";
    const seen: unknown[] = [];
    const handler = origin(() => ({ status, headers: cacheControl("max-age=3600") }));
    const site = await cachedSite(handler, {
      tagsOf: (target) => [`at ${target}`],
      validity: {
        stamp: () => 7,
        judge: (...given) => {
          seen.push(given);
          return verdict;
        },
      },
    });
    await site.get();
    return { site, handler, seen, say: (next: Verdict) => (verdict = next) };
  }

  test("doubtful is served once more, while it is asked for anew", async () => {
    const { site, say, seen } = await judged();
    say("doubtful");
    expect(await site.get()).toMatchObject({ outcome: "STALE", text: "answer 1" });
    await site.settled();
    say("valid");
    expect(await site.get()).toMatchObject({ outcome: "HIT", text: "answer 2" });
    expect(seen).toContainEqual([7, ["at /"]]);
  });

  test("invalid is not served", async () => {
    const { site, say } = await judged();
    say("invalid");
    expect(await site.get()).toMatchObject({ outcome: "MISS", text: "answer 2" });
  });

  test("invalid is better than an error", async () => {
    let isBroken = false;
    const handler = origin(() =>
      isBroken ? { status: 500, headers: {} } : { headers: cacheControl("max-age=60") },
    );
    const validity = { stamp: () => 0, judge: () => (isBroken ? ("invalid" as const) : ("valid" as const)) };
    const site = await cachedSite(handler, { validity });
    await site.get();
    isBroken = true;
    expect(await site.get()).toMatchObject({ status: 200, outcome: "STALE" });
  });

  test("that something is not there is not better than an error, nor served to who has waited long", async () => {
    let later: () => Scripted | Promise<Scripted> = () => ({ status: 500, headers: {} });
    const headers = cacheControl("max-age=3600");
    const handler = origin((_asked, call) => (call === 1 ? { status: 404, headers } : later()));
    let verdict: Verdict = "valid";
    const validity = { stamp: () => 0, judge: () => verdict };
    const site = await cachedSite(handler, { validity, patienceMs: 0 });
    await site.get();
    verdict = "invalid";
    expect((await site.get()).status).toBe(500);

    const slow = gate();
    later = async () => {
      await slow.opened;
      return { headers };
    };
    const visit = site.get();
    await expect.poll(() => handler.asked.length).toBe(3);
    slow.open();
    expect(await visit).toMatchObject({ status: 200, text: "answer 3" });
  });
});
