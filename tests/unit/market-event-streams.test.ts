import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EventStreamsFullError } from "@/lib/errors";
import { MAX_CONNECTIONS } from "@/lib/http/server-options";
import { createEventStreams, type EventStreams } from "@/lib/market/event-streams";
import { createHub, type MarketHub } from "@/lib/market/hub";
import * as summary from "@/lib/market/summary";
import { entry } from "../support/market";

const LIMITS = { clients: 5_000, heartbeatMs: 15_000, skipAfterMs: 5_000, cutAfterMs: 30_000 };

const INTERRUPTED_AFTER_MS = 800;

/** A busy machine is slow and not wrong. */
const PATIENCE = { timeout: 30_000 };

let time: number;
let hub: MarketHub;
let streams: EventStreams;

beforeEach(() => {
  // `performance` and `setImmediate` are real: passing on in slices needs the latter.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
  time = 0;
  hub = createHub({
    origin: "stream",
    staleMs: 60_000,
    historyEntries: 8,
    interruptedAfterMs: INTERRUPTED_AFTER_MS,
    now: () => time,
    elapsed: () => time,
  });
  streams = open({});
});

afterEach(() => {
  streams.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function open(limits: Partial<typeof LIMITS>): EventStreams {
  return createEventStreams({
    hub,
    nullSnapshotJson: '{"btc_price_usd":null}',
    elapsed: () => time,
    limits: { ...LIMITS, ...limits },
  });
}

/** A client that takes everything while `isOpen`. */
function connect(lastEventId: string | null = null, to = streams) {
  const client = { text: "", isOpen: true, ended: false, cut: false, writes: 0 };
  const writer = to.open(
    {
      write(bytes) {
        client.writes++;
        client.text += Buffer.from(bytes).toString();
        return client.isOpen;
      },
      end: () => {
        client.ended = true;
      },
      cut: () => {
        client.cut = true;
      },
    },
    lastEventId,
  );
  return Object.assign(client, writer, {
    /** Ids of the events so far. */
    ids: () => [...client.text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id),
    data: () => [...client.text.matchAll(/^data: (.*)$/gm)].map(([, json = ""]) => JSON.parse(json)),
  });
}

function interrupt(): void {
  hub.interrupted(true);
  vi.advanceTimersByTime(INTERRUPTED_AFTER_MS);
}

const add = (...ids: number[]) => hub.added(ids.map((id) => entry(`${id}-0`, id)));

describe("a client that connects", () => {
  test("gets the current snapshot first, then one event an entry, with the stream's ids", () => {
    add(1, 2);
    const client = connect();
    add(3);
    add(4, 5);
    expect(client.ids()).toEqual(["2-0", "3-0", "4-0", "5-0"]);
    expect(client.data().map(({ btc_price_usd }) => btc_price_usd)).toEqual([2, 3, 4, 5]);
    expect(client.text).toMatch(/^retry: \d+\n\n/);
  });

  test("before anything was received gets nulls, marked as stale and without an id", () => {
    const client = connect();
    expect(client.ids()).toEqual([]);
    expect(client.data()).toEqual([
      {
        btc_price_usd: null,
        age_seconds: null,
        stale: true,
        interrupted: false,
        source: null,
        observed_at: null,
      },
    ]);
    add(1);
    expect(client.ids()).toEqual(["1-0"]);
  });

  test("later gets the age that the snapshot has by then", () => {
    add(1);
    const first = connect();
    time += 75_000;
    const second = connect();
    expect(first.data()).toMatchObject([{ age_seconds: 0, stale: false }]);
    expect(second.data()).toMatchObject([{ age_seconds: 75, stale: true }]);
  });

  test.each([
    ["3-0", ["4-0", "5-0"]],
    ["5-0", ["5-0"]],
    ["0-0", ["5-0"]],
    ["9-0", ["5-0"]],
    ["2-7", ["5-0"]],
    ["nonsense", ["5-0"]],
    ["", ["5-0"]],
  ])("again, having seen %j last, gets %j", (lastEventId, expected) => {
    add(1, 2, 3, 4, 5);
    const client = connect(lastEventId);
    expect(client.ids()).toEqual(expected);
    add(6);
    expect(client.ids().at(-1)).toBe("6-0");
  });

  test("again after the history has gone on without it gets the latest", () => {
    add(...Array.from({ length: 20 }, (_, index) => index + 1));
    expect(connect("3-0").ids()).toEqual(["20-0"]);
    expect(connect("15-0").ids()).toEqual(["16-0", "17-0", "18-0", "19-0", "20-0"]);
  });
});

describe("an interruption", () => {
  test("and its end are told to every client, with the latest snapshot under the id it has", () => {
    add(1, 2);
    const client = connect();
    interrupt();
    time += 3_000;
    hub.interrupted(false);
    add(3);
    expect(client.ids()).toEqual(["2-0", "2-0", "2-0", "3-0"]);
    expect(client.data()).toMatchObject([
      { btc_price_usd: 2, age_seconds: 0, interrupted: false },
      { btc_price_usd: 2, age_seconds: 0, interrupted: true, stale: false },
      { btc_price_usd: 2, age_seconds: 3, interrupted: false },
      { btc_price_usd: 3, interrupted: false },
    ]);
  });

  test("is told to 1,000 clients, and the event is made once", async () => {
    add(1);
    const clients = Array.from({ length: 1_000 }, () => connect());
    const made = vi.spyOn(summary, "summaryJson");
    interrupt();
    await vi.waitFor(
      () => expect(clients.every((client) => client.data().at(-1).interrupted)).toBe(true),
      PATIENCE,
    );
    expect(clients.every((client) => client.ids().join() === "1-0,1-0")).toBe(true);
    expect(made).toHaveBeenCalledTimes(1);
  });

  test("before anything was received is told without an id", () => {
    const client = connect();
    interrupt();
    hub.interrupted(false);
    expect(client.ids()).toEqual([]);
    expect(client.data().map(({ interrupted }) => interrupted)).toEqual([false, true, false]);
  });

  test("is what a client that connects meanwhile begins with", () => {
    add(1);
    interrupt();
    expect(connect().data()).toMatchObject([{ btc_price_usd: 1, interrupted: true }]);
    expect(connect("1-0").data()).toMatchObject([{ btc_price_usd: 1, interrupted: true }]);
  });

  test("is told to a client that was full when it reads again, and not when it is over by then", () => {
    add(1);
    const client = connect();
    client.isOpen = false;
    add(2);
    interrupt();
    expect(client.data().at(-1)).toMatchObject({ btc_price_usd: 2, interrupted: false });
    client.isOpen = true;
    client.drained();
    expect(client.data().at(-1)).toMatchObject({ btc_price_usd: 2, interrupted: true });

    hub.interrupted(false);
    client.isOpen = false;
    add(3);
    interrupt();
    hub.interrupted(false);
    client.isOpen = true;
    client.drained();
    expect(client.ids()).toEqual(["1-0", "2-0", "2-0", "2-0", "3-0"]);
    expect(client.data().map(({ interrupted }) => interrupted)).toEqual([false, false, true, false, false]);
  });
});

test("an entry is serialised once, however many clients there are", async () => {
  const stringify = vi.spyOn(JSON, "stringify");
  const made = vi.spyOn(summary, "summaryJson");
  const clients = Array.from({ length: 5_000 }, () => connect());
  stringify.mockClear();
  made.mockClear();
  add(1);
  await vi.waitFor(() => expect(clients.every(({ text }) => text.includes("id: 1-0"))).toBe(true), PATIENCE);
  const snapshots = stringify.mock.results.filter(({ value }) => String(value).includes("btc_price_usd"));
  // One by the test's publisher, one of ours.
  expect(snapshots).toHaveLength(2);
  expect(streams.status()).toMatchObject({ clients: 5_000, events: 5_000 });
});

test("5,000 clients are written to in slices, between which others get their turn", async () => {
  const clients = Array.from({ length: 5_000 }, () => connect());
  add(1);
  const served = () => clients.filter(({ text }) => text.includes("id: 1-0")).length;
  const atOnce = served();
  expect(atOnce).toBeGreaterThan(0);
  expect(atOnce).toBeLessThanOrEqual(200);
  await vi.waitFor(() => expect(served()).toBe(5_000), PATIENCE);
});

test("entries that come while clients are written to reach all of them, once and in order", async () => {
  const clients = Array.from({ length: 1_000 }, () => connect());
  add(1);
  add(2, 3);
  await vi.waitFor(() => expect(clients.every((client) => client.ids().join() === "1-0,2-0,3-0")).toBe(true));
});

test("one client too many is sent away", () => {
  const few = open({ clients: 2 });
  connect(null, few);
  const second = connect(null, few);
  expect(() => connect(null, few)).toThrow(EventStreamsFullError);
  second.left();
  connect(null, few);
  expect(few.status()).toMatchObject({ clients: 2, refused: 1 });
  few.close();
});

test("there is room for fewer clients than the server takes connections", () => {
  const all = () => Array.from({ length: MAX_CONNECTIONS }, () => connect());
  expect(all).toThrow(EventStreamsFullError);
});

describe("a client that reads slowly", () => {
  test("gets nothing while it is full, and what it missed when it reads soon again", () => {
    add(1);
    const client = connect();
    client.isOpen = false;
    add(2);
    add(3);
    add(4);
    expect(client.ids()).toEqual(["1-0", "2-0"]);
    client.isOpen = true;
    time += LIMITS.skipAfterMs;
    client.drained();
    expect(client.ids()).toEqual(["1-0", "2-0", "3-0", "4-0"]);
  });

  test("is dropped to the latest when it was full for longer", () => {
    add(1);
    const client = connect();
    client.isOpen = false;
    add(2);
    add(3, 4, 5);
    client.isOpen = true;
    time += LIMITS.skipAfterMs + 1;
    client.drained();
    expect(client.ids()).toEqual(["1-0", "2-0", "5-0"]);
    expect(streams.status()).toMatchObject({ skipped: 2, cut: 0 });
  });

  test("is dropped to the latest when the history has no longer all that it missed", () => {
    add(1);
    const client = connect();
    client.isOpen = false;
    for (let id = 2; id <= 12; id++) add(id);
    client.isOpen = true;
    client.drained();
    expect(client.ids()).toEqual(["1-0", "2-0", "12-0"]);
    expect(streams.status()).toMatchObject({ skipped: 9, cut: 0 });
  });

  test("is cut when it has not read for too long, and the others are not", () => {
    const slow = connect();
    const other = connect();
    slow.isOpen = false;
    add(1);
    time += LIMITS.cutAfterMs + 1;
    add(2);
    expect([slow.cut, other.cut]).toEqual([true, false]);
    expect(streams.status()).toMatchObject({ clients: 1, cut: 1 });
    slow.drained();
    add(3);
    expect(slow.ids()).toEqual(["1-0"]);
    expect(other.ids()).toEqual(["1-0", "2-0", "3-0"]);
  });

  test("holds no queue: what it is written is bounded by the history", () => {
    const client = connect();
    client.isOpen = false;
    const { writes } = client;
    for (let id = 1; id <= 1_000; id++) add(id);
    expect(client.writes - writes).toBe(1);
  });
});

test("a client that went without a word harms no other", () => {
  streams.open(
    {
      write() {
        throw new TypeError("the stream is closed");
      },
      end() {},
      cut() {},
    },
    null,
  );
  const other = connect();
  add(1);
  expect(other.ids()).toEqual(["1-0"]);
  expect(streams.status().clients).toBe(1);
});

test("a silent stream has heartbeats, which are comments", () => {
  const client = connect();
  const before = client.text;
  vi.advanceTimersByTime(3 * LIMITS.heartbeatMs);
  expect(client.text.slice(before.length)).toMatch(/^(?:: \w+\n\n){3}$/);
  client.left();
  expect(vi.getTimerCount()).toBe(0);
});

test("a stream that was replaced is no news but for its last entry", () => {
  add(1, 2);
  const client = connect();
  hub.restarted([entry("7-0", 7), entry("8-0", 8), entry("9-0", 9)]);
  expect(client.ids()).toEqual(["2-0", "9-0"]);
});

test("a stop ends all streams with a word, and those that are opened later", () => {
  const client = connect();
  const full = connect();
  full.isOpen = false;
  add(1);
  streams.close();
  expect([client.ended, full.ended]).toEqual([true, true]);
  expect(client.text).toMatch(/\n\n: [^\n]+\n\n$/);
  expect(connect().ended).toBe(true);
  add(2);
  expect(client.ids()).toEqual(["1-0"]);
  expect(streams.status().clients).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
