import { describe, expect, test } from "vitest";
import type { CacheStats, Explanation, RedisFailure, RedisStats } from "@/lib/cache";
import { type MarketState, marketProbe } from "@/lib/observability/market-probe";
import {
  breakerProbe,
  invalidationProbe,
  migrationProbe,
  type PublishingStatus,
  publishingProbe,
  redisProbe,
} from "@/lib/observability/probes";

const signal = new AbortController().signal;

const WELL: RedisStats = {
  connected: true,
  breaker: "closed",
  inFlight: 0,
  failures: 0,
  busContactAgeMs: 12.6,
  busTrusted: true,
};

function cache(redis: Partial<RedisStats> | undefined, pending = 0, failure?: RedisFailure) {
  return {
    stats: () =>
      ({ redis: redis && { ...WELL, ...redis }, invalidations: { pending } }) as unknown as CacheStats,
    explain: async () =>
      ({
        memory: { state: "missing" },
        redis: failure === undefined ? { state: "missing" } : { state: "unavailable", reason: failure },
      }) as Explanation,
  };
}

describe("Redis", () => {
  test("that answers is ok, with the time it took", async () => {
    let time = 0;
    expect(await redisProbe(cache({}), () => (time += 5))(signal)).toEqual({ status: "ok", latencyMs: 5 });
  });

  test.each([
    ["disconnected", "cannot be reached"],
    ["refused", "refuses the login, or the database that REDIS_URL names"],
    ["deadline", "no answer in time"],
    ["reply", "answers with an error"],
    ["busy", "no answer in time: too many commands wait for one"],
    ["breaker-open", "passed by after failures"],
  ] as const)("whose failure is %j is down", async (failure, message) => {
    expect(await redisProbe(cache({}, 0, failure))(signal)).toEqual({ status: "down", message });
  });

  test("that is not configured is off, for every probe that needs it", async () => {
    for (const probe of [redisProbe, breakerProbe, invalidationProbe]) {
      expect(await probe(cache(undefined))(signal)).toMatchObject({ status: "off" });
    }
  });
});

test.each([
  ["closed", "ok"],
  ["open", "degraded"],
  ["half-open", "degraded"],
] as const)("a breaker that is %s is %s", async (breaker, status) => {
  expect(await breakerProbe(cache({ breaker }))(signal)).toMatchObject({ status, details: { breaker } });
});

describe("invalidations", () => {
  test.each([
    [{}, 0, "ok", { contactAgeMs: 13, pending: 0 }],
    [{}, 3, "degraded", { contactAgeMs: 13, pending: 3 }],
    [{ busTrusted: false, busContactAgeMs: 6_000 }, 0, "degraded", { contactAgeMs: 6_000, pending: 0 }],
    [{ busTrusted: false, busContactAgeMs: undefined }, 0, "degraded", { contactAgeMs: null, pending: 0 }],
  ] as const)("%j with %i pending are %s", async (redis, pending, status, details) => {
    expect(await invalidationProbe(cache(redis, pending))(signal)).toMatchObject({ status, details });
  });
});

describe("migrations", () => {
  test("that were all made are ok", async () => {
    expect(await migrationProbe({ applied: ["001.sql"], refused: [] })(signal)).toEqual({
      status: "ok",
      details: { applied: ["001.sql"], refused: [] },
    });
  });

  test("that were refused are named, without the database's words", async () => {
    const refused = [{ name: "002.sql", reason: "permission denied for table hidden" }];
    const finding = await migrationProbe({ applied: [], refused })(signal);
    expect(finding).toMatchObject({ status: "degraded", details: { refused: ["002.sql"] } });
    expect(JSON.stringify(finding)).not.toContain("hidden");
  });
});

describe("publishing", () => {
  const status: PublishingStatus = {
    mode: "trigger",
    connected: true,
    lastChangeAt: null,
    lastCheckAt: new Date(0),
    undeliveredSince: null,
  };

  test("that is told by the database is ok, with its mode", async () => {
    expect(await publishingProbe(() => status)(signal)).toMatchObject({
      status: "ok",
      details: { mode: "trigger", connected: true },
    });
  });

  test.each([
    [
      { mode: "poll", reason: "the triggers on crypto_report are missing or disabled" },
      "the triggers on crypto_report are missing or disabled",
    ],
    [{ mode: "poll", reason: "LISTEN was refused: hidden text" }, "LISTEN was refused"],
    [
      { connected: false, reason: "connect ECONNREFUSED hidden.host:5432" },
      "not connected; new reports appear when the connection is back",
    ],
    [{ undeliveredSince: new Date(0) }, "changed reports could not be passed on yet"],
  ])("%j is degraded, in words that anyone may read", async (change, message) => {
    const finding = await publishingProbe(() => ({ ...status, ...change }))(signal);
    expect(finding).toMatchObject({ status: "degraded", message });
    expect(JSON.stringify(finding)).not.toContain("hidden");
  });
});

describe("the market", () => {
  const counts = {
    entries: 9,
    lost: 2,
    gaps: 1,
    replaced: 0,
    deleted: 0,
    clockJumps: 0,
    disconnects: 0,
    errors: 0,
  };
  const state = (
    source: MarketState["source"]["state"],
    ageMs: number | null,
    stale: boolean,
  ): MarketState => ({
    snapshot: { ageMs, stale, lagMs: 3, historyEntries: 9, snapshots: 9, rejections: [] },
    source: { state: source, contactAgeMs: 10, counts },
    streams: { clients: 4, events: 0, skipped: 0, cut: 0, refused: 0 },
  });

  test("that is current is ok, with its age and what was lost", async () => {
    expect(await marketProbe(() => state("reading", 7_900, false))(signal)).toEqual({
      status: "ok",
      details: { state: "reading", ageSeconds: 7, lost: 2, clients: 4 },
    });
  });

  test.each([
    ["reading", 61_000, true, "degraded", /no new snapshot/],
    ["reading", null, true, "degraded", /nothing was received/],
    ["absent", 5_000, false, "ok", undefined],
    ["absent", null, true, "degraded", /nothing was received/],
    ["connecting", 5_000, false, "down", /cannot be reached/],
    ["wrong-type", null, true, "down", /something else/],
    ["refused", null, true, "down", /refuses/],
    ["simulated", 1_000, false, "off", /simulated/],
  ] as const)(
    "of a stream that is %s, with an age of %j, is told",
    async (source, ageMs, stale, status, message) => {
      const finding = await marketProbe(() => state(source, ageMs, stale))(signal);
      expect(finding.status).toBe(status);
      if (message === undefined) expect(finding.message).toBeUndefined();
      else expect(finding.message).toMatch(message);
    },
  );
});
