import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gaugeArcs, gaugePosition, gaugeReading } from "../../components/charts/gauge-scale";
import type { GaugeChart } from "../../lib/reports/document/charts/model";

const gauge = (value: number, limits: readonly number[], min = 0, max = 100): GaugeChart => ({
  kind: "gauge",
  value,
  min,
  max,
  segments: limits.map((limit) => ({ limit, color: null, label: `to ${limit}` })),
});

describe("the reading of a gauge", () => {
  test("is named by the first segment whose limit the value does not exceed", () => {
    expect(gaugeReading(gauge(25, [25, 45, 100]))).toBe("to 25");
    expect(gaugeReading(gauge(25.1, [25, 45, 100]))).toBe("to 45");
  });

  test("is unknown beyond the last limit and without segments", () => {
    expect(gaugeReading(gauge(70, [25, 45]))).toBeNull();
    expect(gaugeReading(gauge(70, []))).toBeNull();
  });
});

describe("the position of the marker", () => {
  test("follows the scale", () => {
    expect(gaugePosition(gauge(0, [], -50, 50))).toBe(0.5);
  });

  test("stays on the scale, whatever the value", () => {
    expect(gaugePosition(gauge(130, []))).toBe(1);
    expect(gaugePosition(gauge(-5, []))).toBe(0);
    expect(gaugePosition(gauge(0, [], 5, 5))).toBe(0);
  });
});

describe("the arcs of a gauge", () => {
  test("run from limit to limit, with a neutral rest", () => {
    expect(gaugeArcs(gauge(10, [25, 60]))).toEqual([
      { from: 0, to: 25, segment: 0 },
      { from: 25, to: 60, segment: 1 },
      { from: 60, to: 100, segment: null },
    ]);
  });

  test("without segments are the value and the rest", () => {
    expect(gaugeArcs(gauge(37, []))).toEqual([
      { from: 0, to: 37, segment: 0 },
      { from: 37, to: 100, segment: null },
    ]);
  });

  test("of segments outside the scale are cut or left out, and colours keep their segment", () => {
    expect(gaugeArcs(gauge(10, [-20, 25, 25, 400, 500]))).toEqual([
      { from: 0, to: 25, segment: 1 },
      { from: 25, to: 100, segment: 3 },
    ]);
  });

  test("always cover the scale exactly once", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.array(fc.integer({ min: -300, max: 300 })),
        fc.integer({ min: -100, max: 0 }),
        fc.integer({ min: 1, max: 100 }),
        (value, limits, min, max) => {
          const arcs = gaugeArcs(gauge(value, limits, min, max));
          const ends = [min, ...arcs.map(({ to }) => to)];
          expect(arcs.map(({ from }) => from)).toEqual(ends.slice(0, -1));
          expect(ends.at(-1)).toBe(max);
          expect(arcs.every(({ from, to }) => from < to)).toBe(true);
        },
      ),
    );
  });
});
