import { describe, expect, test } from "vitest";
import {
  formatAmount,
  formatNumber,
  formatRange,
  formatShare,
  formatTick,
} from "../../components/charts/number-format";

const NONE = { valuePrefix: "", valueSuffix: "" };
const MILLIONS = { valuePrefix: "$", valueSuffix: "M" };

describe("numbers of a chart", () => {
  test.each([
    [118420, "118,420", "118.420"],
    [0.0086, "0.0086", "0,0086"],
    [112.123456, "112.1235", "112,1235"],
    [0.000012345678, "0.00001235", "0,00001235"],
    [0.1 + 0.2, "0.3", "0,3"],
    [0, "0", "0"],
    [-0, "0", "0"],
    [-33, "−33", "−33"],
    [1.7e308, "1.7E308", "1,7E308"],
    [5e-13, "5E-13", "5E-13"],
  ])("%s is written as %s in English and %s in Vietnamese", (value, en, vi) => {
    expect([formatNumber(value, "en"), formatNumber(value, "vi")]).toEqual([en, vi]);
  });

  test("the sign stands before the unit", () => {
    expect(formatAmount(-148.7, MILLIONS, "en")).toBe("−$148.7M");
    expect(formatAmount(312.4, MILLIONS, "vi")).toBe("$312,4M");
  });

  test("a share has one decimal, and a sliver is not nothing", () => {
    expect(formatShare(0.5742, "vi")).toBe("57,4%");
    expect(formatShare(0.00001, "en")).toBe("<0.1%");
    expect(formatShare(0, "en")).toBe("0%");
  });

  test("an interval keeps its signs readable", () => {
    expect(formatRange(-50, 0, "en")).toBe("−50 – 0");
  });
});

describe("ticks of an axis", () => {
  test.each([
    [[0, 0.005, 0.01], 0.005, ["0.000", "0.005", "0.010"]],
    [[0, 0.30000000000000004], 0.1, ["0.0", "0.3"]],
    [[0, 0.25, 0.5], 0.25, ["0.00", "0.25", "0.50"]],
    [[105000, 110000], 5000, ["105,000", "110,000"]],
    [[0, -20_000_000], 10_000_000, ["0", "−20M"]],
    [[0, 1e-10], 1e-10, ["0.0000000000", "0.0000000001"]],
    [[1e300], 1e300, ["1E300"]],
  ])("%j, %s apart, share their decimals: %j", (values, step, texts) => {
    expect(values.map((value) => formatTick(value, step, NONE, "en"))).toEqual(texts);
  });

  test("are abbreviated in words that cannot be mistaken", () => {
    const ticks = (locale: "vi" | "en") =>
      [2e7, 3.5e9, 1.25e12].map((value) => formatTick(value, 1e6, NONE, locale).replace("\u00A0", " "));
    expect(ticks("vi")).toEqual(["20 triệu", "3,5 tỷ", "1,25 nghìn tỷ"]);
    expect(ticks("en")).toEqual(["20M", "3.5B", "1.25T"]);
  });

  test("carry the unit", () => {
    expect(formatTick(-200, 200, MILLIONS, "vi")).toBe("−$200M");
  });

  test("a lone tick, which is at no distance from another, is a whole number", () => {
    expect(formatTick(5, 0, NONE, "en")).toBe("5");
  });
});
