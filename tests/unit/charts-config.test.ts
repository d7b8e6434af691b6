import { describe, expect, test } from "vitest";
import { barConfig } from "../../components/charts/bar-config";
import { doughnutConfig } from "../../components/charts/doughnut-config";
import { doughnutShares } from "../../components/charts/doughnut-shares";
import { gaugeConfig } from "../../components/charts/gauge-config";
import type { Ink } from "../../components/charts/ink";
import { lineConfig } from "../../components/charts/line-config";
import { lineMarks } from "../../components/charts/line-marks";
import { seriesColors } from "../../components/charts/series-colors";
import type { BarChart, DoughnutChart, GaugeChart, LineChart } from "../../lib/reports/document/charts/model";

const ink: Ink = {
  series: ["#aa0000", "#00aa00", "#0000aa"],
  text: "#111111",
  muted: "#555555",
  line: "#dddddd",
  surface: "#ffffff",
  font: { family: "sans-serif", size: 13 },
};

const gauge: GaugeChart = {
  kind: "gauge",
  value: 64,
  min: 0,
  max: 100,
  segments: [
    { limit: 25, color: "red", label: "Fear" },
    { limit: 75, color: null, label: "Greed" },
  ],
};

const doughnut: DoughnutChart = {
  kind: "doughnut",
  slices: [
    { label: "A", value: 3, color: "red" },
    { label: "B", value: 1, color: null },
  ],
  title: null,
  cutout: 0.6,
  showLegend: true,
};

const bars = (values: readonly number[]): BarChart => ({
  kind: "bar",
  bars: values.map((value, index) => ({ label: `Bar ${index}`, value, color: null })),
  valuePrefix: "$",
  valueSuffix: "M",
  yAxisLabel: null,
});

const line = (values: readonly number[]): LineChart => ({
  kind: "line",
  values,
  color: null,
  valuePrefix: "",
  valueSuffix: "%",
  strokeWidth: 2.5,
});

describe("colours of a chart", () => {
  test("are the report's, with a token of the site beside each", () => {
    expect(seriesColors(gauge).map(({ wanted }) => wanted)).toEqual(["red", null]);
    expect(seriesColors(doughnut)[1]?.token).toMatch(/^var\(--chart-2, #/);
  });

  test("of bars tell gains from losses when the report does not", () => {
    expect(seriesColors(bars([1, -1])).map(({ token }) => token.slice(0, 21))).toEqual([
      "var(--positive-color,",
      "var(--negative-color,",
    ]);
  });

  test("of a gauge without segments and of a line are the accent", () => {
    for (const chart of [{ ...gauge, segments: [] }, line([1])]) {
      expect(seriesColors(chart)).toEqual([{ wanted: null, token: expect.stringMatching(/--accent-color/) }]);
    }
  });

  test("repeat when there are more slices than colours in the palette", () => {
    const slices = Array.from({ length: 10 }, () => ({ label: "", value: 1, color: null }));
    const tokens = seriesColors({ ...doughnut, slices }).map(({ token }) => token);
    expect(tokens[8]).toBe(tokens[0]);
    expect(new Set(tokens).size).toBe(8);
  });
});

describe("the gauge", () => {
  test("is an upper half ring of the segments and a neutral rest", () => {
    const { data, options } = gaugeConfig(gauge, ink);
    expect(options).toMatchObject({ circumference: 180, rotation: 270 });
    expect(data.datasets[0]).toMatchObject({
      data: [25, 50, 25],
      backgroundColor: ["#aa0000", "#00aa00", "#dddddd"],
    });
  });

  test("has a marker only where segments do not show the value already", () => {
    expect(gaugeConfig(gauge, ink).plugins?.map(({ id }) => id)).toEqual(["gaugeMarker"]);
    expect(gaugeConfig({ ...gauge, segments: [] }, ink).plugins).toEqual([]);
  });
});

describe("the doughnut", () => {
  test("draws shares of the whole with the cutout of the report", () => {
    const { data, options } = doughnutConfig(doughnut, ink, "en");
    expect(data.datasets[0]?.data).toEqual([0.75, 0.25]);
    expect(options?.cutout).toBe("60%");
  });

  test("shares stay finite when the sum of the values is not", () => {
    const slices = [1, 2].map((n) => ({ label: `${n}`, value: 1.7e308, color: null }));
    expect(doughnutShares({ ...doughnut, slices })).toEqual([0.5, 0.5]);
  });
});

describe("bars", () => {
  test("keep their sign, so that negative ones fall below zero", () => {
    expect(barConfig(bars([312.4, -148.7]), ink, "en", false).data.datasets[0]?.data).toEqual([
      312.4, -148.7,
    ]);
  });

  test("lie on their side only where the figure is narrow and they are many", () => {
    const few = bars(Array(8).fill(1));
    const many = bars(Array(9).fill(1));
    const axis = (chart: BarChart, narrow: boolean) => barConfig(chart, ink, "en", narrow).options?.indexAxis;
    expect([axis(few, true), axis(many, false), axis(many, true)]).toEqual(["x", "x", "y"]);
  });

  test("have a firm line at zero among faint ones", () => {
    const grid = barConfig(bars([1, -1]), ink, "en", false).options?.scales?.y?.grid;
    const color = grid?.color as (context: { tick: { value: number } }) => string;
    expect([color({ tick: { value: 0 } }), color({ tick: { value: 200 } })]).toEqual([ink.muted, ink.line]);
  });

  test("of extreme values leave the axis a finite range", () => {
    const { datasets } = barConfig(bars([1.7e308, -1.7e308]), ink, "en", false).data;
    const [most, least] = (datasets[0]?.data ?? []) as number[];
    expect(Number(most) - Number(least)).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});

describe("the line", () => {
  test("numbers its points from one and is drawn without parsing or points", () => {
    const { data, options } = lineConfig(line([5, 7]), ink, "en", false);
    expect(data.datasets[0]).toMatchObject({
      data: [
        { x: 1, y: 5 },
        { x: 2, y: 7 },
      ],
      pointRadius: 0,
      borderWidth: 2.5,
    });
    expect(options).toMatchObject({ parsing: false, normalized: true });
  });

  test("of one value is a visible point in the middle", () => {
    const { data, options } = lineConfig(line([42]), ink, "en", false);
    expect(data.datasets[1]?.data).toEqual([{ x: 1, y: 42 }]);
    expect(data.datasets[1]?.pointRadius).toEqual([4]);
    expect(options?.scales?.x).toMatchObject({ min: 0, max: 2 });
  });

  test("names its highest, lowest and last value", () => {
    expect(lineMarks([3, 9, 1, 5])).toEqual([
      { index: 1, role: "highest" },
      { index: 2, role: "lowest" },
      { index: 3, role: "last" },
    ]);
  });

  test("names a point once, and a level line by its end", () => {
    expect(lineMarks([1, 2])).toEqual([
      { index: 0, role: "lowest" },
      { index: 1, role: "last" },
    ]);
    expect(lineMarks([5, 5, 5])).toEqual([{ index: 2, role: "last" }]);
    expect(lineMarks([])).toEqual([]);
  });

  test("leaves out a tick that touches the one at the end of the axis", () => {
    const ticks = lineConfig(line(Array(14).fill(1)), ink, "en", false).options?.scales?.x?.ticks;
    const callback = ticks?.callback as (value: number, index: number, all: { value: number }[]) => string;
    const all = [1, 2, 4, 6, 8, 10, 12, 14].map((value) => ({ value }));
    expect(all.map(({ value }, index) => callback(value, index, all))).toEqual([
      "1",
      "",
      "4",
      "6",
      "8",
      "10",
      "12",
      "14",
    ]);
  });
});
