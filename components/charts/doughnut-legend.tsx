import type { DoughnutChart } from "@/lib/reports/document/charts/model";
import styles from "./charts.module.css";
import { doughnutShares } from "./doughnut-shares";
import { type ChartLocale, formatShare } from "./number-format";
import { numbered } from "./numbered";
import { paletteToken } from "./series-colors";

export interface DoughnutLegendProps {
  readonly doughnut: DoughnutChart;
  /** The colours as drawn; null before, when those of the data serve. */
  readonly colors: readonly string[] | null;
  readonly locale: ChartLocale;
}

/** Swatch, name and share of each slice. */
export function DoughnutLegend({ doughnut, colors, locale }: DoughnutLegendProps) {
  const shares = doughnutShares(doughnut);
  return (
    <ul className={styles.legend}>
      {numbered(doughnut.slices).map(({ id, index, item: { label, color } }) => (
        <li key={id}>
          {/* An attribute of SVG, since a `style` attribute is subject to the page's security policy. */}
          <svg aria-hidden="true" className={styles.swatch} viewBox="0 0 10 10">
            <rect width="10" height="10" rx="2" fill={colors?.[index] ?? color ?? paletteToken(index)} />
          </svg>
          <span className={styles.legendLabel}>{label}</span>
          <span className={styles.legendShare}>{formatShare(shares[index] ?? 0, locale)}</span>
        </li>
      ))}
    </ul>
  );
}
