import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { FakeBrowser, type FakePoll, type FakeStream } from "../support/fake-browser";
import { answer, fakeTimers, openPage, openPollingPage, pass, send, summaryOf } from "../support/live-market";

beforeEach(fakeTimers);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("events", () => {
  test("come over one connection for all subscribers", () => {
    const { browser, market, connection, price } = openPage();
    market.subscribe(() => {});
    expect(browser.streams.map(({ url }) => url)).toEqual(["/api/crypto/dashboard-summary/stream"]);
    expect(market.state()).toEqual({ connection: "connecting", summary: null, receivedAt: 0 });
    send(browser.stream, 10);
    send(browser.stream, 15);
    expect([connection(), price()]).toEqual(["live", 15]);
    expect(browser.polls).toEqual([]);
  });

  test("say when they came", async () => {
    const { browser, market } = openPage();
    await pass(700);
    send(browser.stream, 10, { age_seconds: 3 });
    expect(market.state()).toMatchObject({ receivedAt: performance.now(), summary: { age_seconds: 3 } });
  });

  test("of the same entry replace what was said of it", () => {
    const { browser, market } = openPage();
    send(browser.stream, 10);
    send(browser.stream, 10, { stale: true, age_seconds: 60 });
    expect(market.state().summary).toMatchObject({ btc_price_usd: 10, stale: true, age_seconds: 60 });
  });

  test("of an earlier entry are ignored, but for the sign of life", () => {
    const { browser, connection, price } = openPage();
    send(browser.stream, 10);
    browser.stream.fail();
    vi.advanceTimersByTime(1_000);
    send(browser.stream, 5);
    expect([connection(), price()]).toEqual(["live", 10]);
  });

  test.each([
    ["a stream that was replaced, whose ids begin anew", summaryOf(11), "5-0", 11],
    ["a server whose clock is behind, whose ids go on", summaryOf(9), "10000-1", 9],
    ["the same millisecond, with a later id", { ...summaryOf(10), btc_price_usd: 7 }, "10000-1", 7],
    ["the same millisecond, with an earlier id", { ...summaryOf(10), btc_price_usd: 7 }, "9999-9", 10],
    ["a server that has received nothing", { ...summaryOf(11), observed_at: null }, "", 10],
  ])("of %s", (_what, summary, id, expected) => {
    const { browser, price } = openPage();
    send(browser.stream, 10);
    browser.stream.send(JSON.stringify(summary), id);
    expect(price()).toBe(expected);
  });

  test("before anything was received say so", () => {
    const { browser, market, connection } = openPage();
    browser.stream.send(JSON.stringify(summaryOf(0, { observed_at: null, stale: true })));
    expect(connection()).toBe("live");
    expect(market.state().summary).toMatchObject({ observed_at: null, stale: true });
    send(browser.stream, 10);
    expect(market.state().summary).toMatchObject({ btc_price_usd: 10, stale: false });
  });

  test.each(["", "{", "null", "7", '"text"', "[]", "{}"])(
    "with %j as data are no sign of life",
    async (data) => {
      const { browser, market, connection } = openPage();
      const before = market.state();
      browser.stream.send(data, "10000-0");
      expect(market.state()).toBe(before);
      await pass(9_999);
      expect(browser.openStreams).toHaveLength(1);
      await pass(1);
      expect(browser.openStreams).toHaveLength(0);
      expect(connection()).toBe("reconnecting");
    },
  );
});

describe("a stream that fails", () => {
  test.each([
    [0, 1_000, 2_000],
    [0.5, 1_500, 3_000],
  ])("is closed and opened again, later each time (chance: %d)", async (chance, first, second) => {
    vi.mocked(Math.random).mockReturnValue(chance);
    const { browser, connection } = openPage();
    for (const [index, wait] of [first, second].entries()) {
      browser.stream.fail();
      expect(browser.openStreams).toHaveLength(0);
      expect(connection()).toBe("reconnecting");
      await pass(wait - 1);
      expect(browser.streams).toHaveLength(index + 1);
      await pass(1);
      expect(browser.streams).toHaveLength(index + 2);
    }
  });

  test("after an event is opened again as soon as after the first failure", async () => {
    const { browser, connection } = openPage();
    browser.stream.fail();
    await pass(1_000);
    browser.stream.fail();
    await pass(2_000);
    send(browser.stream, 10);
    expect(connection()).toBe("live");
    browser.stream.fail();
    await pass(1_000);
    expect(browser.streams).toHaveLength(4);
    expect(browser.polls).toEqual([]);
  });
});

describe("subscribers", () => {
  test("are told once a frame, whatever happened in it", () => {
    const { browser, listener } = openPage();
    send(browser.stream, 10);
    send(browser.stream, 15);
    browser.stream.fail();
    expect(listener).not.toHaveBeenCalled();
    browser.paint();
    expect(listener).toHaveBeenCalledOnce();
    browser.paint();
    expect(listener).toHaveBeenCalledOnce();
    browser.connect(false);
    browser.paint();
    expect(listener).toHaveBeenCalledTimes(2);
  });

  test("see the same object until something changed", () => {
    const { browser, market } = openPage();
    send(browser.stream, 10);
    const before = market.state();
    send(browser.stream, 5);
    browser.stream.send("{");
    browser.paint();
    expect(market.state()).toBe(before);
    send(browser.stream, 15);
    expect(market.state()).not.toBe(before);
    expect(before.summary?.btc_price_usd).toBe(10);
  });

  test("are told nothing any more once they have gone", () => {
    const { browser, market, listener, end } = openPage();
    const other = vi.fn();
    const endOther = market.subscribe(other);
    send(browser.stream, 10);
    end();
    browser.paint();
    expect([listener.mock.calls.length, other.mock.calls.length]).toEqual([0, 1]);
    send(browser.stream, 15);
    endOther();
    send(browser.stream, 20);
    browser.paint();
    expect([listener.mock.calls.length, other.mock.calls.length]).toEqual([0, 1]);
  });

  test("may be the same function twice, each with an end of its own", () => {
    const { browser, market, listener, end } = openPage();
    market.subscribe(listener);
    end();
    end();
    send(browser.stream, 10);
    browser.paint();
    expect(listener).toHaveBeenCalledOnce();
  });

  test("that come before the moment is over find the connection of those before them", async () => {
    const { browser, connection, market, listener, end } = openPage();
    send(browser.stream, 10);
    end();
    end();
    await pass(999);
    market.subscribe(listener);
    await pass(5_000);
    expect([connection(), browser.streams.length, browser.openStreams.length]).toEqual(["live", 1, 1]);
    send(browser.stream, 15);
    browser.paint();
    expect(listener).toHaveBeenCalledOnce();
  });

  test.each(["connecting", "live", "waiting for the next attempt", "polling", "between polls", "checking"])(
    "leave nothing behind when the last has gone: %s",
    async (moment) => {
      const polls = moment === "polling" || moment === "between polls";
      const { browser, connection, end } = polls ? await openPollingPage() : openPage();
      if (moment === "live" || moment === "checking") send(browser.stream, 10);
      if (moment === "waiting for the next attempt") browser.stream.fail();
      if (moment === "between polls") await answer(browser.poll, 10);
      if (moment === "checking") await pass(30_000);
      expect(browser.listenerCount).toBe(5);
      end();
      await pass(1_000);
      expect(browser).toMatchObject({ openStreams: [], openPolls: [], listenerCount: 0 });
      expect([connection(), browser.frames.size, vi.getTimerCount()]).toEqual(["connecting", 0, 0]);
    },
  );

  test("that come later begin with what was known last", async () => {
    const { browser, market, connection, price, end } = openPage();
    send(browser.stream, 10);
    browser.dispatchEvent(new Event("pagehide"));
    end();
    await pass(1_000);
    market.subscribe(() => {});
    expect([connection(), price(), browser.openStreams.length]).toEqual(["connecting", 10, 1]);
  });
});

type Page = Awaited<ReturnType<typeof openPollingPage>>;
type Happening = (page: Page, time: number) => unknown;

const toStreams =
  (act: (stream: FakeStream, time: number) => void): Happening =>
  ({ browser }, time) => {
    for (const stream of browser.openStreams) act(stream, time);
  };
const toPolls =
  (act: (poll: FakePoll, time: number) => unknown): Happening =>
  async ({ browser }, time) => {
    for (const poll of browser.openPolls) await act(poll, time);
  };

/** What may happen to a page, in any order. */
const HAPPENINGS: Readonly<Record<string, Happening>> = {
  "an event": toStreams((stream, time) => send(stream, time)),
  "an old event": toStreams((stream, time) => send(stream, time - 90)),
  nonsense: toStreams((stream) => stream.send("{")),
  "a lost stream": toStreams((stream) => stream.fail()),
  "a poll": toPolls((poll, time) => answer(poll, time)),
  "an old poll": toPolls((poll, time) => answer(poll, time - 90)),
  "a lost poll": toPolls((poll) => poll.fail()),
  hidden: ({ browser }) => browser.show("hidden"),
  shown: ({ browser }) => browser.show("visible"),
  offline: ({ browser }) => browser.connect(false),
  online: ({ browser }) => browser.connect(true),
  left: ({ browser }) => browser.dispatchEvent(new Event("pagehide")),
  back: ({ browser }) => browser.dispatchEvent(new Event("pageshow")),
  "a frame": ({ browser }) => browser.paint(),
  "a second": () => pass(1_000),
  "half a minute": () => pass(30_000),
};

test("whatever happens: one connection of a kind at most, none where there must be none, never back, no leak", async () => {
  const happenings = fc.array(fc.constantFrom(...Object.keys(HAPPENINGS)), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(happenings, async (names) => {
      const page = openPage();
      const { browser } = page;
      let newest = 0;
      for (const [index, name] of names.entries()) {
        await HAPPENINGS[name]?.(page, 1_000 + index);
        await pass(0);
        expect(browser.openStreams.length).toBeLessThanOrEqual(1);
        expect(browser.openPolls.length).toBeLessThanOrEqual(1);
        const mustRest = ["paused", "offline"].includes(page.connection());
        const held = browser.openStreams.length + browser.openPolls.length + vi.getTimerCount();
        // Where it does not rest there is always something that goes on.
        expect([name, mustRest, held === 0]).toEqual([name, mustRest, mustRest]);
        const price = page.price() ?? 0;
        expect(price).toBeGreaterThanOrEqual(newest);
        newest = price;
      }
      page.end();
      await pass(1_000);
      expect(browser).toMatchObject({ openStreams: [], openPolls: [], listenerCount: 0 });
      expect([browser.frames.size, vi.getTimerCount()]).toEqual([0, 0]);
    }),
    { numRuns: 300 },
  );
});

test("the market of a page is one, asks nothing of a server that renders, and uses the browser's own parts", async () => {
  // A module of its own, since what comes here stays in it.
  vi.resetModules();
  onTestFinished(() => void vi.resetModules());
  const { browserMarket } = await import("@/components/market/live-market");
  const market = browserMarket();
  expect(market.state()).toEqual({ connection: "connecting", summary: null, receivedAt: 0 });
  const browser = new FakeBrowser();
  vi.stubGlobal("document", browser.document);
  vi.stubGlobal("navigator", browser.navigator);
  vi.stubGlobal("EventSource", browser.EventSource);
  for (const name of ["addEventListener", "requestAnimationFrame", "cancelAnimationFrame"] as const) {
    vi.stubGlobal(name, browser[name].bind(browser));
  }
  const end = browserMarket().subscribe(() => {});
  send(browser.stream, 10);
  expect(market.state()).toMatchObject({ connection: "live", summary: { btc_price_usd: 10 } });
  expect([browser.frames.size, browser.listenerCount]).toEqual([1, 5]);
  end();
  await pass(1_000);
  expect([browser.frames.size, browser.listenerCount, browser.openStreams.length]).toEqual([0, 0, 0]);
});
