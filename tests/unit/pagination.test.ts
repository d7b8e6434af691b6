import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elidedPages } from "@/components/report/pagination";

describe("elided pagination", () => {
  test.each([
    [1, 1, [1]],
    [1, 4, [1, 2, 3, 4]],
    [1, 20, [1, 2, 3, "gap", 19, 20]],
    [6, 20, [1, 2, 3, 4, 5, 6, 7, 8, "gap", 19, 20]],
    [10, 20, [1, 2, "gap", 8, 9, 10, 11, 12, "gap", 19, 20]],
    [20, 20, [1, 2, "gap", 18, 19, 20]],
  ])("page %i of %i", (page, pageCount, expected) => {
    expect(elidedPages(page, pageCount)).toEqual(expected);
  });

  test("numbers ascend, hold 1, 2, p±2, n−1, n, and a gap hides at least two pages", () => {
    const pages = fc
      .integer({ min: 1, max: 500 })
      .chain((n) => fc.tuple(fc.integer({ min: 1, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(pages, ([page, pageCount]) => {
        const items = elidedPages(page, pageCount);
        const numbers = items.filter((item) => item !== "gap");
        for (const wanted of [1, 2, page - 2, page, page + 2, pageCount - 1, pageCount]) {
          if (wanted >= 1 && wanted <= pageCount) expect(numbers).toContain(wanted);
        }
        items.forEach((item, index) => {
          const previous = items[index - 1];
          const next = items[index + 1];
          if (item === "gap") expect(Number(next) - Number(previous)).toBeGreaterThan(2);
          else if (typeof previous === "number") expect(item).toBe(previous + 1);
        });
      }),
    );
  });
});
