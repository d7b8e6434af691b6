import type { DoughnutChart } from "@/lib/reports/document/charts/model";
import styles from "./charts.module.css";
import { doughnutShares } from "./doughnut-shares";
import { LegendSwatch } from "./legend-swatch";
import { type ChartLocale, formatShare } from "./number-format";
import { numbered } from "./numbered";
import { paletteToken } from "./series-colors";

export interface DoughnutLegendProps {
  readonly doughnut: DoughnutChart;
  readonly locale: ChartLocale;
}

/** Swatch, name and share of each slice. */
export function DoughnutLegend({ doughnut, locale }: DoughnutLegendProps) {
  const shares = doughnutShares(doughnut);
  return (
    <ul className={styles.legend}>
      {numbered(doughnut.slices).map(({ id, index, item: { label, color } }) => (
        <li key={id}>
          <LegendSwatch className={styles.swatch} index={index} color={color ?? paletteToken(index)} />
          <span className={styles.legendLabel}>{label}</span>
          <span className={styles.legendShare}>{formatShare(shares[index] ?? 0, locale)}</span>
        </li>
      ))}
    </ul>
  );
}
