import { expect, vi } from "vitest";
import { createLiveMarket } from "../../components/market/live-market";
import { decodeValues } from "../../lib/market/snapshot";
import type { MarketSummary } from "../../lib/market/summary";
import { FakeBrowser, type FakePoll, type FakeStream } from "./fake-browser";
import { VALUES } from "./market";

/** Without chance: 1 s after the first failure, then 2 s. */
export function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.spyOn(Math, "random").mockReturnValue(0);
}

export const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** The summary of the entry of a second since 1970, which is the price of Bitcoin in it, too. */
export function summaryOf(second: number, state: Partial<MarketSummary> = {}): MarketSummary {
  return {
    ...decodeValues({ ...VALUES, btc_price_usd: second }, () => {}),
    age_seconds: 0,
    stale: false,
    source: "stream",
    observed_at: new Date(second * 1_000).toISOString(),
    ...state,
  } as MarketSummary;
}

export function send(stream: FakeStream, second: number, state: Partial<MarketSummary> = {}): void {
  stream.send(JSON.stringify(summaryOf(second, state)), `${second * 1_000}-0`);
}

export async function answer(poll: FakePoll, second: number, state: Partial<MarketSummary> = {}) {
  poll.answer(JSON.stringify(summaryOf(second, state)), { etag: `W/"${second * 1_000}-0-stream"` });
  await pass(0);
}

/** A page with one subscriber. */
export function openPage(browser = new FakeBrowser()) {
  const market = createLiveMarket(browser);
  const listener = vi.fn();
  const end = market.subscribe(listener);
  return {
    browser,
    market,
    listener,
    end,
    connection: () => market.state().connection,
    price: () => market.state().summary?.btc_price_usd,
  };
}

/** A page where three attempts at events failed, and whose first poll is under way. */
export async function openPollingPage() {
  const page = openPage();
  for (const wait of [1_000, 2_000, 0]) {
    page.browser.stream.fail();
    await pass(wait);
  }
  expect(page.browser.polls).toHaveLength(1);
  return page;
}
