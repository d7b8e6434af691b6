import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { NoticeEvents } from "../../lib/clients/notice-connection";
import type { Sql } from "../../lib/clients/postgres";
import { EVERYTHING, type ReportChange } from "../../lib/reports/changes/change";
import { type ReportChangeWatch, watchReportChanges } from "../../lib/reports/changes/watch-report-changes";

/** A database as the watch sees it; the tests change it. */
let database: {
  /** Every connection since the start, the last one open. */
  connections: NoticeEvents[];
  state: { snapshot: string; listening: boolean; triggers: boolean };
  fingerprint: string;
  comparisons: number;
  /** Milliseconds that comparing takes. */
  comparisonTakes: number;
  /** How an answer to a check ends. */
  answer: () => Promise<void>;
};
let delivered: ReportChange[];
let attempts: number[];
let watch: ReportChangeWatch;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "log").mockImplementation(() => {});
  delivered = [];
  attempts = [];
  database = {
    connections: [],
    state: { snapshot: "1", listening: true, triggers: true },
    fingerprint: "a",
    comparisons: 0,
    comparisonTakes: 0,
    answer: async () => {},
  };
});

afterEach(async () => {
  await watch.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function query(parts: TemplateStringsArray): Promise<unknown[]> {
  // A list of values, as a part of a statement.
  if (!("raw" in parts)) return [];
  if (!parts.join().includes("AS fingerprint")) {
    await database.answer();
    return [{ ...database.state }];
  }
  database.comparisons++;
  const { state, fingerprint, comparisonTakes } = database;
  await new Promise((resolve) => setTimeout(resolve, comparisonTakes));
  return [{ snapshot: state.snapshot, fingerprint }];
}

function start(): void {
  watch = watchReportChanges({
    told: "trigger",
    open(events) {
      database.connections.push(events);
      attempts.push(Date.now());
      return { sql: query as unknown as Sql, listen: async () => {}, close: async () => {} };
    },
    async onChange(change) {
      delivered.push(change);
    },
    elapsed: Date.now,
  });
}

/** Until nothing is under way except waiting. */
const settle = () => vi.advanceTimersByTimeAsync(60);

/** As the foreign program commits it. */
function write(fingerprint: string): void {
  database.fingerprint = fingerprint;
  database.state = { ...database.state, snapshot: `${Number(database.state.snapshot) + 1}` };
}

describe("connecting", () => {
  test("is tried soon, then at most half a second apart, and soon again after a success", async () => {
    const refused = () => Promise.reject(new Error("connect ECONNREFUSED"));
    database.answer = refused;
    start();
    await vi.advanceTimersByTimeAsync(250 + 4 * 500 + 100);
    expect(attempts).toEqual([0, 250, 750, 1_250, 1_750, 2_250]);
    expect(watch.status()).toMatchObject({ connected: false, reason: "connect ECONNREFUSED" });
    expect(delivered).toEqual([]);

    database.answer = async () => {};
    await vi.advanceTimersByTimeAsync(2_000);
    expect(watch.status()).toMatchObject({ mode: "trigger", connected: true });
    expect(delivered).toEqual([EVERYTHING]);

    attempts = [];
    const lost = Date.now();
    database.connections.at(-1)?.lost();
    await vi.advanceTimersByTimeAsync(310);
    expect(attempts).toEqual([lost + 250]);
    expect(delivered).toEqual([EVERYTHING, EVERYTHING]);
  });

  test("once a server does not answer for 2 s the connection counts as dead", async () => {
    start();
    await settle();
    database.answer = () => new Promise(() => {});
    await vi.advanceTimersByTimeAsync(3_000);
    expect(watch.status()).toMatchObject({ connected: false, reason: "no answer within 2 s" });
    expect(watch.status().since.getTime()).toBeGreaterThan(2_900);
  });

  test("closing in the middle of a check ends it", async () => {
    start();
    await settle();
    database.answer = () => new Promise(() => {});
    await vi.advanceTimersByTimeAsync(1_500);
    await watch.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a change", () => {
  test("that is told is delivered once, though the table differs afterwards", async () => {
    start();
    await settle();
    write("b");
    database.connections.at(-1)?.heard('{"operation":"INSERT","ids":[7]}');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(delivered).toEqual([EVERYTHING, { kind: "changed", ids: [7] }]);
    expect(watch.status().lastChangeAt).toEqual(new Date(60));
  });

  test("that is not told is found at the next check", async () => {
    start();
    await settle();
    expect(watch.status().lastChangeAt).toBeNull();
    write("b");
    await vi.advanceTimersByTimeAsync(1_100);
    expect(delivered).toEqual([EVERYTHING, EVERYTHING]);
    expect(watch.status().lastChangeAt?.getTime()).toBeGreaterThanOrEqual(1_000);
  });

  test("of other tables is none", async () => {
    start();
    await settle();
    write("a");
    await vi.advanceTimersByTimeAsync(1_100);
    expect(database.comparisons).toBe(2);
    expect(delivered).toEqual([EVERYTHING]);
  });

  test("is found beside a notice where some triggers are missing", async () => {
    start();
    await settle();
    database.state.triggers = false;
    write("b");
    database.connections.at(-1)?.heard('{"operation":"INSERT","ids":[7]}');
    await settle();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(delivered).toEqual([EVERYTHING, { kind: "changed", ids: [7] }, EVERYTHING]);
    expect(watch.status()).toMatchObject({
      mode: "poll",
      connected: true,
      reason: "the triggers on crypto_report are missing or disabled",
    });
  });

  test("told on a connection that was given up is not taken for news", async () => {
    start();
    await settle();
    const [first] = database.connections;
    first?.lost();
    await settle();
    first?.heard('{"operation":"INSERT","ids":[7]}');
    await settle();
    expect(delivered).toEqual([EVERYTHING]);
  });
});

describe("comparing a large table", () => {
  /** How often the table is compared in a minute in which other tables are written all the time. */
  async function comparisonsInAMinute(): Promise<number> {
    start();
    await settle();
    const before = database.comparisons;
    for (let second = 0; second < 60; second++) {
      write("a");
      await vi.advanceTimersByTimeAsync(1_000);
    }
    return database.comparisons - before;
  }

  test("takes a five-hundredth of the time while the triggers tell", async () => {
    database.comparisonTakes = 40;
    expect(await comparisonsInAMinute()).toBeLessThanOrEqual(3);
  });

  test("takes a thirtieth of the time while they do not", async () => {
    database.comparisonTakes = 200;
    database.state.triggers = false;
    const comparisons = await comparisonsInAMinute();
    expect(comparisons).toBeGreaterThanOrEqual(8);
    expect(comparisons).toBeLessThanOrEqual(10);
  });

  test("does not happen while no transaction ends", async () => {
    start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(database.comparisons).toBe(1);
  });
});
