import fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { summarise } from "@/components/market/price-chart";
import { growLine, PricePlot } from "@/components/market/price-plot";
import { priceScale } from "@/components/market/price-scale";
import type { Point } from "@/lib/market/lttb";

const somePoints = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1e7 }), fc.double({ min: 1, max: 1e5, noNaN: true })), {
    minLength: 2,
    maxLength: 60,
    selector: ([at]) => at,
  })
  .map((points): Point[] => points.sort(([a], [b]) => a - b));

function linesOf(points: readonly Point[], scale = priceScale(points)): string[][] {
  const html = renderToStaticMarkup(<PricePlot points={points} scale={scale} locale="en" />);
  return [...html.matchAll(/<polyline[^>]*points="([^"]*)"/g)].map(
    ([, places]) => places?.match(/\S+ \S+/g) ?? [],
  );
}

describe("the times of a chart", () => {
  const NOON = Date.UTC(2026, 5, 1, 12);
  const drawn = (hours: number) => {
    const points: Point[] = [
      [NOON, 100],
      [NOON + hours * 3_600_000, 110],
    ];
    const html = renderToStaticMarkup(<PricePlot points={points} scale={priceScale(points)} locale="vi" />);
    return {
      names: [...html.matchAll(/data-time[^>]*>([^<]*)</g)].map(([, name]) => name),
      summary: summarise(points, "{from} đến {to}", "vi"),
    };
  };

  test("are told alone within a day", () => {
    const { names, summary } = drawn(2);
    expect(names).toEqual(["19:30", "20:00", "20:30"]);
    expect(summary).toBe("19:00 đến 21:00");
  });

  test("are told with their days from a day on", () => {
    const { names, summary } = drawn(48);
    expect(names).toEqual(["00:00 03/06"]);
    expect(summary).toBe("19:00 01/06 đến 19:00 03/06");
  });
});

describe("the line of a price", () => {
  test("is drawn in two parts that meet, with every point once, whatever the points are", () => {
    fc.assert(
      fc.property(somePoints, (points) => {
        const [settled = [], growing = [], ...others] = linesOf(points);
        expect(others).toEqual([]);
        expect(settled.at(-1)).toBe(growing[0]);
        const { x, y } = priceScale(points);
        const places = points.map(
          ([at, price]) => `${Math.round(10_000 * x(at))} ${Math.round(10_000 * y(price))}`,
        );
        expect([...settled, ...growing.slice(1)]).toEqual(places);
      }),
    );
  });

  test("grows by its second part, which is short", () => {
    const seconds = (count: number): Point[] =>
      Array.from({ length: count }, (_, index) => [1_000_000 + 1_000 * index, 100 + (index % 7)]);
    const [before, after] = [linesOf(seconds(1_002)), linesOf(seconds(1_003))];
    expect(after[0]).toEqual(before[0]);
    expect(after[1]?.length).toBe((before[1]?.length ?? 0) + 1);
    expect(after[1]?.length).toBeLessThan(1_000 / 30);
  });

  test("is the same whether it has grown or is rendered, as long as its scale holds what comes", () => {
    fc.assert(
      fc.property(somePoints, fc.double({ min: 0, max: 1, noNaN: true }), (points, share) => {
        const scale = priceScale(points);
        // All but those of the last step were there before.
        const old = points.filter(([at]) => at < scale.lastStepAt);
        const count = Math.max(old.length, 1) + Math.floor(share * (points.length - Math.max(old.length, 1)));
        const [settled = []] = linesOf(points.slice(0, count), scale);
        let grown: string[] = [];
        const growing = {
          setAttribute: (name: string, value: string) => {
            expect(name).toBe("points");
            grown = value.match(/\S+ \S+/g) ?? [];
          },
        } as unknown as SVGPolylineElement;
        growLine(growing, points, scale);
        expect([settled, grown]).toEqual(linesOf(points, scale));
      }),
    );
  });
});
