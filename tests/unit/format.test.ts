import { describe, expect, test } from "vitest";
import { formatCompact, formatDate, formatNumber, formatTime } from "@/lib/i18n/format";

const evening = new Date("2026-11-18T20:05:00Z");

describe("numbers, dates and amounts follow the language", () => {
  test("grouping", () => {
    expect(formatNumber("vi", 118420)).toBe("118.420");
    expect(formatNumber("en", 118420)).toBe("118,420");
  });

  test.each([
    [1.2e12, "1,2 Nghìn tỷ", "1.2T"],
    [3.4e9, "3,4 Tỷ", "3.4B"],
    [168.44e9, "168,4 Tỷ", "168.4B"],
    [5.6e6, "5,6 Triệu", "5.6M"],
    [950, "950", "950"],
  ])("compact %d", (value, vi, en) => {
    expect(formatCompact("vi", value)).toBe(vi);
    expect(formatCompact("en", value)).toBe(en);
  });

  test("dates and times are Vietnamese time in both languages", () => {
    expect(formatDate("vi", evening)).toBe("19 tháng 11, 2026");
    expect(formatDate("en", evening)).toBe("November 19, 2026");
    expect(formatTime("vi", evening)).toBe("03:05");
    expect(formatTime("en", evening)).toBe("03:05");
  });
});
