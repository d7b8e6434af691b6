import { memo } from "react";
import styles from "./market-cards.module.css";
import type { Zone } from "./readings";

export interface GaugeProps<Name extends string> {
  /** 0 to 100; null is unknown, and shows no needle. */
  readonly value: number | null;
  readonly zones: readonly Zone<Name>[];
}

const RADIUS = 40;
const CENTRE = 50;
/** Between two zones, in units of the scale. */
const GAP = 1.5;

/** A half circle with a needle, for the eye alone: the number and its meaning stand beside it as text. */
export function Gauge<Name extends string>({ value, zones }: GaugeProps<Name>) {
  return (
    <svg className={styles.gauge} viewBox="0 0 100 58" aria-hidden="true" focusable="false">
      <Zones zones={zones} />
      {value !== null && (
        <g className={styles.needle} style={{ transform: `rotate(${value * 1.8 - 90}deg)` }}>
          <path d="M50 14 52.4 50h-4.8Z" />
          <circle cx={CENTRE} cy={CENTRE} r="4" />
        </g>
      )}
    </svg>
  );
}

/** By itself, since it stays as it is while the value changes. */
const Zones = memo(({ zones }: { readonly zones: readonly Zone<string>[] }) =>
  zones.map(({ name, to }, index) => (
    <path
      key={name}
      className={styles.zone}
      data-zone={name}
      d={arc((zones[index - 1]?.to ?? 0) + (index === 0 ? 0 : GAP / 2), to - (to === 100 ? 0 : GAP / 2))}
    />
  )),
);

function arc(from: number, to: number): string {
  return `M${pointAt(from)}A${RADIUS} ${RADIUS} 0 0 1 ${pointAt(to)}`;
}

/** On the half circle, from the left at 0 to the right at 100. */
function pointAt(value: number): string {
  const angle = Math.PI * (1 - value / 100);
  const x = CENTRE + RADIUS * Math.cos(angle);
  const y = CENTRE - RADIUS * Math.sin(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
