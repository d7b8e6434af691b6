import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  custom,
  defineKeys,
  defineTags,
  groupOf,
  longTerm,
  mediumTerm,
  realTime,
  shortTerm,
} from "@/lib/cache";

const report = defineKeys("report", 1);

describe("keys", () => {
  test("name group, version and parts", () => {
    expect(report(7)).toBe("report:v1:7");
    expect(defineKeys("report-page", 2)("vi", 7, true)).toBe("report-page:v2:vi:7:true");
    expect(defineTags("reports")()).toBe("reports");
    expect(defineTags("report")(7)).toBe("report:7");
  });

  test("give their group to metrics, and nothing else of them", () => {
    expect(groupOf(report("a:b", 7))).toBe("report");
  });

  test("of another version of the shape are other keys", () => {
    expect(defineKeys("report", 2)(7)).not.toBe(report(7));
  });

  test("tell all lists of parts apart, whatever is in them", () => {
    const parts = fc.array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string({ maxLength: 300 }),
        fc.constantFrom("", ":", "a:b", "%3A", "%ud800", "\ud800", "#"),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.length === b.length && a.every((part, index) => part === b[index]);
        expect(report(...a) === report(...b)).toBe(same);
        expect(report(...a)).toMatch(/^report:v1:[\w.~/%#:!'()*-]*$/);
      }),
    );
  });

  test("stay short: parts that are too long become a hash", () => {
    const long = report("x".repeat(10_000));
    expect(long.length).toBeLessThan(80);
    expect(long).not.toBe(report("x".repeat(10_001)));
    expect(report(long.slice("report:v1:".length))).not.toBe(long);
  });

  test.each(["", "Report", "a:b", "a b", "7"])("refuse the group %j", (group) => {
    expect(() => defineKeys(group, 1)).toThrow(TypeError);
  });
});

describe("strategies", () => {
  test("live as long as their names promise", () => {
    const seconds = [realTime, shortTerm, mediumTerm, longTerm].map(({ ttlMs }) => ttlMs / 1_000);
    expect(seconds).toEqual([30, 5 * 60, 3_600, 3 * 3_600]);
  });

  test("of one's own have no grace unless it is given", () => {
    expect(custom({ ttlMs: 1_000 })).toEqual({ ttlMs: 1_000, graceMs: 0 });
  });

  test.each([
    { ttlMs: 0 },
    { ttlMs: 1.5 },
    { ttlMs: Number.NaN },
    { ttlMs: 1, graceMs: -1 },
    { ttlMs: 31 * 24 * 3_600_000 },
  ])("of one's own refuse %j", (times) => {
    expect(() => custom(times)).toThrow(RangeError);
  });
});
