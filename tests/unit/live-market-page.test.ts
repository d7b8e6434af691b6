import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser } from "../support/fake-browser";
import { answer, fakeTimers, openPage, openPollingPage, pass, send } from "../support/live-market";

beforeEach(fakeTimers);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a page", () => {
  test("that is hidden holds nothing, and is connected at once when it is shown", async () => {
    const { browser, connection } = openPage();
    send(browser.stream, 10);
    browser.show("hidden");
    expect([connection(), browser.openStreams.length, vi.getTimerCount()]).toEqual(["paused", 0, 0]);
    browser.show("visible");
    expect([connection(), browser.openStreams.length]).toEqual(["connecting", 1]);
    send(browser.stream, 15);
    expect(connection()).toBe("live");
  });

  test("that is hidden while it polls ends the poll, and polls at once when it is shown", async () => {
    const { browser, connection } = await openPollingPage();
    browser.show("hidden");
    await pass(0);
    expect([connection(), browser.openPolls.length, vi.getTimerCount()]).toEqual(["paused", 0, 0]);
    browser.show("visible");
    expect([browser.openPolls.length, browser.openStreams.length]).toEqual([1, 1]);
    await answer(browser.poll, 10);
    expect(connection()).toBe("polling");
    browser.stream.fail();
    expect(connection()).toBe("polling");
  });

  test("that is shown again forgets what it was waiting for", async () => {
    const { browser } = openPage();
    browser.stream.fail();
    await pass(1_000);
    browser.stream.fail();
    browser.show("hidden");
    browser.show("visible");
    browser.stream.fail();
    await pass(1_000);
    expect([browser.openStreams.length, browser.polls.length]).toEqual([1, 0]);
  });

  test("that is shown again while nothing works polls as often as at first, and tries events once", async () => {
    const { browser } = await openPollingPage();
    for (const wait of [5_000, 5_000, 5_000]) {
      browser.poll.fail();
      await pass(wait);
    }
    browser.show("hidden");
    browser.show("visible");
    browser.poll.fail();
    await pass(5_000);
    expect(browser.openPolls).toHaveLength(1);
    await answer(browser.poll, 10);
    expect([browser.streams.length, browser.openStreams.length]).toEqual([4, 1]);
  });

  test("that is left and kept holds nothing until somebody comes back", () => {
    const { browser, connection } = openPage();
    browser.dispatchEvent(new Event("pagehide"));
    expect([connection(), browser.openStreams.length, vi.getTimerCount()]).toEqual(["paused", 0, 0]);
    // Some browsers say so before `pageshow`.
    browser.show("visible");
    expect(connection()).toBe("paused");
    browser.dispatchEvent(new Event("pageshow"));
    expect([connection(), browser.openStreams.length]).toEqual(["connecting", 1]);
  });

  test("that was shown for the first time goes on with its connection", () => {
    const { browser } = openPage();
    browser.dispatchEvent(new Event("pageshow"));
    expect([browser.streams.length, browser.openStreams.length]).toEqual([1, 1]);
  });

  test("without a network holds nothing, and is connected at once when there is one", () => {
    const { browser, connection } = openPage();
    browser.connect(false);
    expect([connection(), browser.openStreams.length, vi.getTimerCount()]).toEqual(["offline", 0, 0]);
    browser.connect(true);
    expect([connection(), browser.openStreams.length]).toEqual(["connecting", 1]);
  });

  test("with another network begins anew: events first, and soon again", async () => {
    const { browser } = await openPollingPage();
    browser.connect(false);
    browser.connect(true);
    await pass(0);
    expect([browser.openPolls.length, browser.openStreams.length]).toEqual([0, 1]);
    browser.stream.fail();
    await pass(1_000);
    expect(browser.openStreams).toHaveLength(1);
  });

  test("with another network leaves the connection of the last one, which may be dead", () => {
    const { browser } = openPage();
    send(browser.stream, 10);
    browser.connect(true);
    expect([browser.streams.length, browser.openStreams.length]).toEqual([2, 1]);
  });

  test.each(["hidden", "offline"])("that is %s from the start connects later", (what) => {
    const browser = new FakeBrowser();
    if (what === "hidden") browser.document.visibilityState = "hidden";
    else browser.navigator.onLine = false;
    const { connection } = openPage(browser);
    expect([connection(), browser.streams.length]).toEqual([what === "hidden" ? "paused" : "offline", 0]);
    if (what === "hidden") browser.show("visible");
    else browser.connect(true);
    expect(browser.openStreams).toHaveLength(1);
  });

  test("that is hidden stays so when the network comes back", () => {
    const { browser, connection } = openPage();
    browser.show("hidden");
    browser.connect(false);
    browser.connect(true);
    expect([connection(), browser.openStreams.length]).toEqual(["paused", 0]);
  });
});
