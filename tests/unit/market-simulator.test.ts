import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FUNDS, NUMBER_FIELDS } from "@/lib/market/fields";
import { createSimulator } from "@/lib/market/simulator";
import { decodeEntry } from "@/lib/market/snapshot";
import type { RawEntry } from "@/lib/market/source";

const START = Date.parse("2026-11-27T08:00:02Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

async function simulate(seed: number, historyEntries = 500) {
  const history: RawEntry[] = [];
  const later: RawEntry[] = [];
  const simulator = createSimulator({ seed, historyEntries });
  await simulator.start({
    restarted: (entries) => void history.push(...entries),
    added: (entries) => void later.push(...entries),
    interrupted: () => expect.unreachable("a simulation is never interrupted"),
  });
  return { simulator, history, later };
}

test("every simulated entry is a whole snapshot by the rules for real ones, in both encodings", async () => {
  const { history, simulator } = await simulate(1, 2_000);
  const rejects: string[] = [];
  for (const { fields } of history) {
    const snapshot = decodeEntry(fields, (part, reason) => rejects.push(`${part}: ${reason}`));
    expect(NUMBER_FIELDS.filter((field) => snapshot?.[field] === null)).toEqual([]);
    expect(FUNDS.filter((fund) => snapshot?.us_stock_indices[fund] === null)).toEqual([]);
  }
  expect(rejects).toEqual([]);
  expect(new Set(history.map(({ fields }) => fields.length > 2)).size).toBe(2);
  await simulator.close();
});

test("the same seed makes the same market, in every process; another seed another", async () => {
  const one = await simulate(1);
  const same = await simulate(1);
  const other = await simulate(2);
  expect(same.history).toEqual(one.history);
  expect(other.history).not.toEqual(one.history);
  for (const { simulator } of [one, same, other]) await simulator.close();
});

test("new entries come as time goes on, each once, with rising ids and true ages", async () => {
  const { simulator, history, later } = await simulate(1, 10);
  expect(history).toHaveLength(10);
  expect(history.at(-1)).toMatchObject({ id: `${Date.parse("2026-11-27T08:00:00Z")}-0`, ageMs: 2_000 });
  vi.advanceTimersByTime(60_000);
  expect(later).toHaveLength(12);
  const ids = [...history, ...later].map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(simulator.status()).toMatchObject({ state: "simulated", counts: { entries: 22 } });
  await simulator.close();
  vi.advanceTimersByTime(60_000);
  expect(later).toHaveLength(12);
});

test("a clock that is set back repeats nothing; one that stood still is not caught up with for ever", async () => {
  const { simulator, later } = await simulate(1, 10);
  vi.setSystemTime(START - 3_600_000);
  await simulator.reread();
  expect(later).toEqual([]);
  vi.setSystemTime(START + 24 * 3_600_000);
  await simulator.reread();
  expect(later).toHaveLength(10);
  await simulator.close();
});
