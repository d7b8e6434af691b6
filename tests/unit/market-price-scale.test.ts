import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHour } from "@/components/market/market-format";
import { nearestPoint, priceScale } from "@/components/market/price-scale";
import type { Point } from "@/lib/market/lttb";

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2026, 5, 1, 12);

const somePoints = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4e12 }), fc.double({ min: 1e-6, max: 1e9, noNaN: true })), {
    minLength: 2,
    maxLength: 50,
    selector: ([at]) => at,
  })
  .map((points): Point[] => points.sort(([a], [b]) => a - b));

describe("the scale of a drawing of prices", () => {
  test("spans the times from end to end, and the prices with room above and below", () => {
    const { x, y } = priceScale([
      [NOON, 200],
      [NOON + MINUTE_MS, 100],
    ]);
    expect([x(NOON), x(NOON + MINUTE_MS / 2), x(NOON + MINUTE_MS)]).toEqual([0, 0.5, 1]);
    expect(y(150)).toBeCloseTo(0.5);
    expect(y(200)).toBeGreaterThan(0.02);
    expect(y(100)).toBeLessThan(0.98);
  });

  test.each([
    [4, [1, 2, 3]],
    [30, [5, 10, 15, 20, 25]],
    [60, [10, 20, 30, 40, 50]],
  ])("of %i minutes names the times that a clock would", (minutes, named) => {
    const { times } = priceScale([
      [NOON, 1],
      [NOON + minutes * MINUTE_MS, 2],
    ]);
    expect(times.map((at) => (at - NOON) / MINUTE_MS)).toEqual(named);
  });

  test.each([
    [23.9, false, ["00:00", "04:00", "08:00", "12:00", "16:00"]],
    [24, true, ["00:00 02/06", "08:00 02/06"]],
    [25, true, ["00:00 02/06", "12:00 02/06"]],
    [72, true, ["00:00 03/06", "00:00 04/06"]],
    [240, true, ["00:00 04/06", "00:00 08/06"]],
  ])("of %d hours tells days: %s", (hours, isDated, named) => {
    const scale = priceScale([
      [NOON, 1],
      [NOON + hours * 60 * MINUTE_MS, 2],
    ]);
    expect(scale.isDated).toBe(isDated);
    expect(scale.times.map((at) => formatHour("vi", at, isDated))).toEqual(named);
  });

  test("of days names at least one time and three at most, none of them near an end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e12 }), fc.integer({ min: 24, max: 10_000 }), (from, hours) => {
        const { times, x } = priceScale([
          [from, 1],
          [from + hours * 60 * MINUTE_MS, 2],
        ]);
        expect(times.length).toBeGreaterThanOrEqual(1);
        expect(times.length).toBeLessThanOrEqual(3);
        for (const at of times) expect(Math.abs(x(at) - 0.5)).toBeLessThanOrEqual(0.36 + 1e-9);
      }),
    );
  });

  test("stays as it is while some prices come, and goes on by a minute of an hour", () => {
    const hour = (end: number): Point[] =>
      Array.from({ length: 721 }, (_, index) => [NOON + end - 5_000 * (720 - index), 64_000 + (index % 50)]);
    const { lastStepAt, x } = priceScale(hour(0));
    expect(lastStepAt).toBe(NOON - 60_000);
    const ends = [5_000, 30_000, 60_000, 65_000, 120_000, 125_000];
    const later = ends.map((end) => priceScale(hour(end)).timeAt(1) - NOON);
    expect(later).toEqual([60_000, 60_000, 60_000, 120_000, 120_000, 180_000]);
    expect([x(NOON - 3_600_000), x(NOON)]).toEqual([0, 1]);
  });

  test("holds the points that have their place in it, and no others", () => {
    const later = fc.tuple(fc.integer({ min: 1, max: 2e6 }), fc.double({ min: 0.5, max: 2, noNaN: true }));
    fc.assert(
      fc.property(somePoints, later, (points, [afterMs, factor]) => {
        const { holds, x, y } = priceScale(points);
        for (const point of points) expect(holds(point)).toBe(true);
        const [at, price] = points.at(-1) ?? [0, 0];
        const point: Point = [at + afterMs, price * factor];
        const [right, down] = [x(point[0]), y(point[1])];
        expect(holds(point)).toBe(right <= 1 && down >= 0 && down <= 1);
      }),
    );
  });

  test("takes points for two where they are a three hundredth of the width or a hundredth of the height apart", () => {
    const { tellsApart, timeAt } = priceScale([
      [NOON, 100],
      [NOON + 3_600_000, 200],
    ]);
    const from: Point = [NOON, 150];
    const step = (timeAt(1) - timeAt(0)) / 300;
    expect([0.9, 1.1].map((steps) => tellsApart(from, [NOON + steps * step, 150]))).toEqual([false, true]);
    // The drawing is 116 high.
    expect([151.1, 148.9, 151.2, 148.8].map((price) => tellsApart(from, [NOON, price]))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test("tells the time at a place, whatever the points are", () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const { x, timeAt } = priceScale(points);
        for (const [at] of points) expect(timeAt(x(at))).toBeCloseTo(at, -1);
      }),
    );
  });

  test("names round prices", () => {
    const { prices, priceStep } = priceScale([
      [NOON, 63_960],
      [NOON + MINUTE_MS, 64_180],
    ]);
    expect(priceStep).toBe(100);
    expect(prices).toEqual([64_000, 64_100]);
  });

  test("of a price that does not move is a line in the middle", () => {
    const { y } = priceScale([
      [NOON, 64_000],
      [NOON + MINUTE_MS, 64_000],
    ]);
    expect(y(64_000)).toBeCloseTo(0.5);
  });

  test.each([64_000, 1e-6, 1e9])(
    "of a price of %d that differs by a rounding error is level as well",
    (price) => {
      const next = price * (1 + 2 * Number.EPSILON);
      const { y, prices } = priceScale([
        [NOON, price],
        [NOON + MINUTE_MS, next],
      ]);
      expect([y(price), y(next)]).toEqual([expect.closeTo(0.5), expect.closeTo(0.5)]);
      expect(prices.length).toBeLessThanOrEqual(6);
    },
  );

  test("has everything inside, whatever the points are, and names few times and prices", () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const { x, y, times, prices } = priceScale(points);
        const all = [
          ...points.map(([at]) => x(at)),
          ...times.map(x),
          ...points.map(([, p]) => y(p)),
          ...prices.map(y),
        ];
        for (const share of all) {
          expect(share).toBeGreaterThanOrEqual(-1e-9);
          expect(share).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(times.length).toBeLessThanOrEqual(7);
        expect(prices.length).toBeLessThanOrEqual(6);
        expect(prices.length).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe("the point under a pointer", () => {
  test("is the nearest, whatever the points are", () => {
    fc.assert(
      fc.property(somePoints, fc.integer({ min: -1e12, max: 5e12 }), (points, at) => {
        const distances = points.map(([each]) => Math.abs(each - at));
        const found = nearestPoint(points, at);
        expect(Math.abs((found?.[0] ?? Number.NaN) - at)).toBe(Math.min(...distances));
      }),
    );
  });

  test("is none where there are no points", () => {
    expect(nearestPoint([], NOON)).toBeUndefined();
  });
});
