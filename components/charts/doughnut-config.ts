import type { ChartConfiguration } from "chart.js";
import type { DoughnutChart } from "@/lib/reports/document/charts/model";
import { doughnutShares } from "./doughnut-shares";
import type { Ink } from "./ink";
import { type ChartLocale, formatNumber, formatShare } from "./number-format";
import { tooltipStyle } from "./tooltip-style";

/** A ring of slices, clockwise from the top; title and legend are HTML and not part of it. */
export function doughnutConfig(
  doughnut: DoughnutChart,
  ink: Ink,
  locale: ChartLocale,
): ChartConfiguration<"doughnut"> {
  const { slices, cutout } = doughnut;
  const shares = doughnutShares(doughnut);
  return {
    type: "doughnut",
    data: {
      labels: slices.map(({ label }) => label),
      datasets: [
        {
          data: [...shares],
          backgroundColor: [...ink.series],
          borderColor: ink.surface,
          borderWidth: slices.length > 1 ? 2 : 0,
          borderAlign: "center",
          hoverBorderColor: ink.surface,
          hoverOffset: 4,
        },
      ],
    },
    options: {
      cutout: `${cutout * 100}%`,
      layout: { padding: 4 },
      plugins: {
        tooltip: {
          ...tooltipStyle(ink),
          callbacks: {
            title: ([item]) => (item === undefined ? "" : (slices[item.dataIndex]?.label ?? "")),
            label: ({ dataIndex }) => {
              const value = formatNumber(slices[dataIndex]?.value ?? 0, locale);
              return `${value} (${formatShare(shares[dataIndex] ?? 0, locale)})`;
            },
          },
        },
      },
    },
  };
}
