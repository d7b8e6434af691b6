import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTieredCache } from "@/lib/cache";
import { openMarket } from "@/lib/market/market";
import { FakeBrowser } from "../support/fake-browser";
import { answer, fakeTimers, openPage, openPollingPage, pass, send, summaryOf } from "../support/live-market";

beforeEach(fakeTimers);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("polling begins", () => {
  test("at once where the browser has no events", async () => {
    const { browser, connection, price } = openPage(new FakeBrowser({ hasEvents: false }));
    expect([connection(), browser.polls.length]).toEqual(["connecting", 1]);
    await answer(browser.poll, 10);
    expect([connection(), price()]).toEqual(["polling", 10]);
    await pass(5_000);
    browser.poll.fail();
    await pass(5_000);
    await answer(browser.poll, 20);
    expect([connection(), price(), browser.polls.length]).toEqual(["polling", 20, 3]);
  });

  test("after three attempts that failed", async () => {
    const { browser, connection } = await openPollingPage();
    expect(browser.streams).toHaveLength(3);
    expect(connection()).toBe("reconnecting");
    await answer(browser.poll, 10);
    expect(connection()).toBe("polling");
  });

  test("after three attempts that brought no event within ten seconds", async () => {
    const { browser, connection } = openPage();
    await pass(10_000 + 1_000 + 10_000 + 2_000 + 9_999);
    expect([browser.streams.length, browser.openStreams.length, browser.polls.length]).toEqual([3, 1, 0]);
    await pass(1);
    expect([browser.openStreams.length, browser.polls.length]).toEqual([0, 1]);
    await answer(browser.poll, 10);
    expect(connection()).toBe("polling");
  });
});

describe("a poll", () => {
  test("asks for the summary, whole, and not for what the browser has kept", async () => {
    const { browser } = await openPollingPage();
    expect(browser.poll).toMatchObject({
      url: "/api/crypto/dashboard-summary",
      init: { cache: "no-store" },
    });
    expect(browser.poll.init.headers).toBeUndefined();
  });

  test("follows five seconds after the last one has ended", async () => {
    const { browser } = await openPollingPage();
    await pass(9_000);
    expect(browser.polls).toHaveLength(1);
    await answer(browser.poll, 10);
    await pass(4_999);
    expect(browser.polls).toHaveLength(1);
    await pass(1);
    expect(browser.polls).toHaveLength(2);
  });

  test("is given up after ten seconds", async () => {
    const { browser, connection } = await openPollingPage();
    await answer(browser.poll, 10);
    await pass(5_000 + 9_999);
    expect([connection(), browser.openPolls.length]).toEqual(["polling", 1]);
    await pass(1);
    expect([connection(), browser.openPolls.length]).toEqual(["reconnecting", 0]);
  });

  test("that fails is repeated, later each time", async () => {
    const { browser, connection } = await openPollingPage();
    for (const wait of [5_000, 5_000, 5_000, 8_000, 15_000, 15_000]) {
      browser.poll.fail();
      await pass(0);
      expect([connection(), browser.openPolls.length]).toEqual(["reconnecting", 0]);
      await pass(wait - 1);
      expect(browser.openPolls).toHaveLength(0);
      await pass(1);
      expect(browser.openPolls).toHaveLength(1);
    }
    await answer(browser.poll, 10);
    expect(connection()).toBe("polling");
    await pass(5_000);
    expect(browser.openPolls).toHaveLength(1);
  });

  test.each([
    ["a server's error", JSON.stringify(summaryOf(10)), 503],
    ["what is no JSON", "<!doctype html>", 200],
    ["what is no summary", "[]", 200],
  ])("that is answered with %s has failed", async (_what, body, status) => {
    const { browser, market, connection } = await openPollingPage();
    browser.poll.answer(body, {}, status);
    await pass(0);
    expect([connection(), market.state().summary]).toEqual(["reconnecting", null]);
  });

  test("that brings an earlier entry is ignored", async () => {
    const { browser, price } = await openPollingPage();
    await answer(browser.poll, 10);
    await pass(5_000);
    await answer(browser.poll, 5);
    expect(price()).toBe(10);
  });

  test("of the same entry is known by its tag, though another server names another time", async () => {
    const { browser, market } = await openPollingPage();
    await answer(browser.poll, 10);
    await pass(5_000);
    await answer(browser.poll, 10, { observed_at: "1970-01-01T00:00:09.997Z", stale: true });
    expect(market.state().summary).toMatchObject({ btc_price_usd: 10, stale: true });
  });

  test("without a tag is compared by its time", async () => {
    const { browser, price } = await openPollingPage();
    await answer(browser.poll, 10);
    for (const [second, expected] of [
      [9, 10],
      [11, 11],
    ] as const) {
      await pass(5_000);
      browser.poll.answer(JSON.stringify(summaryOf(second)));
      await pass(0);
      expect(price()).toBe(expected);
    }
  });

  test("that a shared cache has kept for a while is older by so much", async () => {
    const { browser, market } = await openPollingPage();
    browser.poll.answer(JSON.stringify(summaryOf(10)), { age: "2" });
    await pass(0);
    expect(market.state().receivedAt).toBe(performance.now() - 2_000);
  });
});

describe("while it polls, a page tries events again", () => {
  test("every minute, and what fails is no matter", async () => {
    const { browser, connection } = await openPollingPage();
    await answer(browser.poll, 10);
    const polled = async (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        await pass(1_000);
        if (browser.openPolls.length > 0) await answer(browser.poll, 10);
        expect(connection()).toBe("polling");
      }
    };
    await polled(59);
    expect(browser.openStreams).toHaveLength(0);
    await polled(1);
    expect(browser.openStreams).toHaveLength(1);
    browser.stream.fail();
    expect(browser.openPolls).toHaveLength(0);
    await polled(60);
    expect([browser.streams.length, browser.openStreams.length]).toEqual([5, 1]);
    // Ten seconds without an event.
    await polled(10);
    expect(browser.openStreams).toHaveLength(0);
    await polled(60);
    expect(browser.openStreams).toHaveLength(1);
  });

  test("and ends polling with the first event", async () => {
    const { browser, connection, price } = await openPollingPage();
    await pass(5_000);
    await answer(browser.poll, 10);
    await pass(55_000);
    expect([browser.openPolls.length, browser.openStreams.length]).toEqual([1, 1]);
    const { poll } = browser;
    send(browser.stream, 15);
    expect(poll.init.signal?.aborted).toBe(true);
    await pass(20_000);
    expect([connection(), price(), browser.openPolls.length]).toEqual(["live", 15, 0]);
  });

  test("at the first poll that succeeds after both had failed", async () => {
    const { browser, connection } = await openPollingPage();
    browser.poll.fail();
    await pass(5_000);
    expect(browser.openStreams).toHaveLength(0);
    await answer(browser.poll, 10);
    expect([connection(), browser.openStreams.length]).toEqual(["polling", 1]);
    // Polling goes on as long as no event has come.
    await pass(5_000);
    expect(browser.openPolls).toHaveLength(1);
    browser.stream.fail();
    await answer(browser.poll, 15);
    await pass(5_000);
    expect([browser.streams.length, browser.openStreams.length]).toEqual([4, 0]);
  });
});

test("events that come back after both had failed leave nothing of polling", async () => {
  const { browser, connection } = await openPollingPage();
  browser.poll.fail();
  await pass(5_000);
  await answer(browser.poll, 10);
  for (let second = 15; second < 135; second += 5) {
    send(browser.stream, second);
    await pass(5_000);
  }
  expect([connection(), browser.streams.length, browser.openStreams.length]).toEqual(["live", 4, 1]);
  expect(browser.polls).toHaveLength(2);
});

describe("a stream that is silent for half a minute", () => {
  async function openSilentPage() {
    const page = openPage();
    send(page.browser.stream, 10);
    await pass(29_999);
    page.browser.stream.send("{");
    expect(page.browser.polls).toHaveLength(0);
    await pass(1);
    expect(page.browser.polls).toHaveLength(1);
    return page;
  }

  test("is checked with one poll, whose answer counts, and again after another one", async () => {
    const { browser, market, connection } = await openSilentPage();
    await answer(browser.poll, 10, { age_seconds: 31, stale: true });
    expect(market.state().summary).toMatchObject({ age_seconds: 31, stale: true });
    await pass(29_999);
    expect([connection(), browser.polls.length, browser.openStreams.length]).toEqual(["live", 1, 1]);
    await pass(1);
    expect(browser.polls).toHaveLength(2);
  });

  test("is dead when the poll brings a later entry", async () => {
    const { browser, connection, price } = await openSilentPage();
    await answer(browser.poll, 15);
    expect([connection(), price(), browser.openStreams.length]).toEqual(["reconnecting", 15, 0]);
    await pass(1_000);
    send(browser.stream, 15);
    expect([connection(), browser.openStreams.length]).toEqual(["live", 1]);
  });

  test.each(["fails", "has no answer"])("is dead when the poll %s", async (how) => {
    const { browser, connection } = await openSilentPage();
    if (how === "fails") browser.poll.fail();
    await pass(how === "fails" ? 0 : 10_000);
    expect([connection(), browser.openStreams.length]).toEqual(["reconnecting", 0]);
    await pass(1_000);
    expect([browser.openStreams.length, browser.polls.length]).toEqual([1, 1]);
  });

  test.each(["speaks", "fails"])("needs no check any more when it %s meanwhile", async (what) => {
    const { browser, connection } = await openSilentPage();
    const { poll, stream } = browser;
    if (what === "speaks") send(stream, 15);
    else stream.fail();
    expect(poll.init.signal?.aborted).toBe(true);
    await pass(0);
    const expected = what === "speaks" ? "live" : "reconnecting";
    expect([connection(), stream.isClosed]).toEqual([expected, what === "fails"]);
  });
});

test("what the server says of an entry by a poll and by an event is of the same entry", async () => {
  const cache = createTieredCache();
  const now = () => Date.parse("2026-11-27T08:00:03Z");
  const server = await openMarket({ redisUrl: undefined, cache, staleMs: 60_000, now });
  onTestFinished(async () => {
    await server.close();
    await cache.close();
  });
  const { body, tag } = server.summary();
  const { browser, market } = await openPollingPage();
  browser.poll.answer(body, { etag: tag });
  await pass(0);
  expect(market.state().summary).toEqual(JSON.parse(body));

  let text = "";
  const write = (bytes: Uint8Array) => {
    text += Buffer.from(bytes);
    return true;
  };
  server.streams.open({ write, end() {}, cut() {} }, null);
  const [, id = "", data = ""] = /^id: (.*)\ndata: (.*)$/m.exec(text) ?? [];
  await pass(60_000);
  browser.stream.send(JSON.stringify({ ...JSON.parse(data), observed_at: "2026-11-27T07:59:59.990Z" }), id);
  expect(market.state()).toMatchObject({
    connection: "live",
    summary: { observed_at: "2026-11-27T07:59:59.990Z" },
  });
});
