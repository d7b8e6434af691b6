import { describe, expect, test } from "vitest";
import { formatAge, formatDate, formatNumber, formatShare, formatTime } from "@/lib/i18n/format";

const evening = new Date("2026-11-18T20:05:00Z");

describe("numbers, dates and ages follow the language", () => {
  test("grouping", () => {
    expect(formatNumber("vi", 118420)).toBe("118.420");
    expect(formatNumber("en", 118420)).toBe("118,420");
  });

  test("dates and times are Vietnamese time in both languages", () => {
    expect(formatDate("vi", evening)).toBe("19 tháng 11, 2026");
    expect(formatDate("en", evening)).toBe("November 19, 2026");
    expect(formatTime("vi", evening)).toBe("03:05");
    expect(formatTime("en", evening)).toBe("03:05");
  });

  test("shares are percent with at most one decimal", () => {
    expect([formatShare("vi", 0.9341), formatShare("en", 0.9341)]).toEqual(["93,4%", "93.4%"]);
    expect([formatShare("vi", 1), formatShare("en", 0)]).toEqual(["100%", "0%"]);
  });

  test.each([
    [-5_000, "bây giờ", "now"],
    [999, "bây giờ", "now"],
    [1_000, "1 giây trước", "1 second ago"],
    [59_999, "59 giây trước", "59 seconds ago"],
    [60_000, "1 phút trước", "1 minute ago"],
    [3 * 3_600_000 + 5, "3 giờ trước", "3 hours ago"],
    [49 * 3_600_000, "2 ngày trước", "2 days ago"],
  ])("an age of %d ms", (milliseconds, vi, en) => {
    expect(formatAge("vi", milliseconds)).toBe(vi);
    expect(formatAge("en", milliseconds)).toBe(en);
  });
});
