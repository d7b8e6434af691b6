import { beforeEach, expect, test } from "vitest";
import { createRedisClock, type RedisClock } from "@/lib/market/redis-clock";
import { streamId } from "../support/market";

/** Redis' clock, which is another one than that of this machine. */
const REDIS = 1_764_000_000_000;

let time: number;
let jumps: number;
let clock: RedisClock;

beforeEach(() => {
  time = 5_000;
  jumps = 0;
  clock = createRedisClock({ elapsed: () => time, onJump: () => jumps++ });
  clock.read(REDIS, time);
});

const age = (at: number) => clock.ageOf(streamId(`${at}-0`));

test("an entry is as old as Redis' clock says, whatever the clock of this machine is", () => {
  expect(age(REDIS - 90_000)).toBe(90_000);
  time += 250;
  expect(age(REDIS)).toBe(250);
  expect(jumps).toBe(0);
});

test("a clock that is set is noticed, and ages follow it", () => {
  time += 1_000;
  clock.read(REDIS + 3_601_000, time);
  expect(jumps).toBe(1);
  expect(age(REDIS + 3_601_000)).toBe(0);
  time += 1_000;
  clock.read(REDIS + 3_602_000, time);
  expect(jumps).toBe(1);
});

test("drift is no jump", () => {
  time += 1_000;
  clock.read(REDIS + 1_050, time);
  expect(jumps).toBe(0);
});

test("ids ahead of the clock have no age, and are counted once until the clock has caught up", () => {
  expect([age(REDIS + 60_000), age(REDIS + 60_001)]).toEqual([0, 0]);
  expect(jumps).toBe(1);
  time += 61_000;
  expect(age(REDIS + 60_000)).toBe(1_000);
  expect(age(REDIS + 120_000)).toBe(0);
  expect(jumps).toBe(2);
});

test("an answer that took long moves no clock", () => {
  const sentAt = time;
  time += 30_000;
  clock.read(REDIS + 30_000, sentAt);
  expect(jumps).toBe(0);
  expect(age(REDIS + 30_000)).toBe(0);
});
