import fc from "fast-check";
import { expect, test } from "vitest";
import { downsample, type Point } from "@/lib/market/lttb";

const line = (values: readonly number[]): Point[] => values.map((value, index) => [index * 1_000, value]);

test("few points stay as they are", () => {
  const points = line([1, 2, 3]);
  expect(downsample(points, 3)).toEqual(points);
  expect(downsample([], 10)).toEqual([]);
});

test("a peak survives, wherever it is", () => {
  for (let at = 1; at < 299; at += 7) {
    const values = Array.from({ length: 300 }, (_, index) => (index === at ? 50 : 10));
    expect(downsample(line(values), 20).map(([, value]) => value)).toContain(50);
  }
});

test("of any points: at most so many, all of them real, in order, with both ends", () => {
  const series = fc.array(fc.double({ noNaN: true, min: -1e18, max: 1e18 }), { maxLength: 500 }).map(line);
  fc.assert(
    fc.property(series, fc.integer({ min: 2, max: 100 }), (points, limit) => {
      const fewer = downsample(points, limit);
      expect(fewer.length).toBe(Math.min(points.length, limit));
      expect(fewer[0]).toBe(points[0]);
      expect(fewer.at(-1)).toBe(points.at(-1));
      const places = fewer.map((point) => points.indexOf(point));
      expect(places).toEqual([...new Set(places)].sort((one, other) => one - other));
      expect(places).not.toContain(-1);
    }),
  );
});
