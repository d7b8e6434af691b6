import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { append, isVisibleStep } from "@/components/market/recent-prices";
import type { Point } from "@/lib/market/lttb";

const limits = fc.integer({ min: 2, max: 40 });
/** Some of them late or repeated. */
const arrivals = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.double({ noNaN: true, min: -1e12, max: 1e12 })),
  { maxLength: 400 },
);

test("a newer point comes behind the others, and leaves them as they were", () => {
  const points: readonly Point[] = Object.freeze([
    [1_000, 5],
    [2_000, 6],
  ] as const);
  expect(append(points, [3_000, 7], 10)).toEqual([
    [1_000, 5],
    [2_000, 6],
    [3_000, 7],
  ]);
  expect(append([], [1_000, 5], 10)).toEqual([[1_000, 5]]);
});

test.each([1_999, 2_000])("a point of %d after one of 2000 changes nothing", (at) => {
  const points: readonly Point[] = [
    [1_000, 5],
    [2_000, 6],
  ];
  expect(append(points, [at, 9], 10)).toBe(points);
});

test("a peak survives the thinning out", () => {
  let points: readonly Point[] = [];
  for (let at = 0; at <= 40; at++) points = append(points, [at, at === 13 ? 50 : 10], 20);
  expect(points).toHaveLength(20);
  expect(points).toContainEqual([13, 50]);
});

test("whatever comes: points that came, by ascending time, from the first to the newest", () => {
  fc.assert(
    fc.property(arrivals, limits, (arrived, limit) => {
      let points: readonly Point[] = [];
      for (const point of arrived) points = append(points, point, limit);
      const times = points.map(([at]) => at);
      expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
      for (const point of points) expect(arrived).toContain(point);
      expect(points[0]).toBe(arrived[0]);
      expect(points.at(-1)?.[0]).toBe(
        arrived.length === 0 ? undefined : Math.max(...arrived.map(([at]) => at)),
      );
      expect(points.length).toBeLessThanOrEqual(2 * limit);
    }),
  );
});

test("points are thinned out once for every `limit` of them at most", () => {
  fc.assert(
    fc.property(limits, fc.integer({ min: 0, max: 500 }), (limit, count) => {
      let points: readonly Point[] = [];
      let thinned = 0;
      for (let at = 0; at < count; at++) {
        const more = append(points, [at, Math.sin(at)], limit);
        if (more.length <= points.length) thinned++;
        points = more;
      }
      expect(thinned).toBe(Math.max(0, Math.ceil((count - 2 * limit) / (limit + 1))));
      expect(points.length).toBe(count - thinned * (limit + 1));
    }),
  );
});

describe("a step of a line that is 10 wide and 5 high", () => {
  // From 0 to 100 in time, and from 0 to 10 in value.
  const line: readonly Point[] = [
    [0, 10],
    [50, 0],
    [100, 5],
  ];

  test.each([
    ["soon, and hardly away", [109, 6.9], false],
    ["after a tenth of its time", [110, 5], true],
    ["more than a fifth of its height up", [101, 7.1], true],
    ["more than a fifth of its height down", [101, 2.9], true],
  ] as const)("that comes %s: seen %s", (_, point, isSeen) => {
    expect(isVisibleStep(line, point, 10, 5)).toBe(isSeen);
  });

  test("is seen when it makes a line of a point, and when it is the first that leaves a level", () => {
    expect(isVisibleStep([], [0, 1], 10, 5)).toBe(true);
    expect(isVisibleStep([[0, 1]], [1, 1], 10, 5)).toBe(true);
    const level: readonly Point[] = [
      [0, 5],
      [100, 5],
    ];
    expect(isVisibleStep(level, [101, 5], 10, 5)).toBe(false);
    expect(isVisibleStep(level, [101, 5.1], 10, 5)).toBe(true);
  });
});
