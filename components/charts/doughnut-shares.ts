import type { DoughnutChart } from "@/lib/reports/document/charts/model";

/** Each slice's part of the whole, 0 to 1. */
export function doughnutShares({ slices }: DoughnutChart): readonly number[] {
  // Scaled first, so that a sum of huge values stays finite.
  const largest = Math.max(...slices.map(({ value }) => value));
  const total = slices.reduce((sum, { value }) => sum + value / largest, 0);
  return slices.map(({ value }) => value / largest / total);
}
