import type { Locale } from "@/lib/i18n/routing";
import screenReader from "../layout/hidden.module.css";
import styles from "./market.module.css";
import { type Direction, directionOf, formatChange } from "./market-format";

export interface ChangeProps {
  /** Percent; null is unknown. */
  readonly percent: number | null;
  readonly locale: Locale;
  readonly unknown: string;
}

/** An empty one keeps its place: nothing comes, goes or moves when a direction changes. */
const ARROWS: Readonly<Record<Direction, string>> = { up: "M5 0 10 8H0Z", down: "M0 0h10L5 8Z", none: "" };

/** A change with sign, arrow and colour, so that none of them has to be seen. */
export function Change({ percent, locale, unknown }: ChangeProps) {
  if (percent === null) return <Unknown text={unknown} />;
  const direction = directionOf(percent);
  return (
    <span className={styles.change} data-direction={direction}>
      <svg viewBox="0 0 10 8" width="10" height="8" aria-hidden="true" focusable="false">
        <path d={ARROWS[direction]} fill="currentColor" />
      </svg>
      {formatChange(locale, percent)}
    </span>
  );
}

/** In the place of a value that nobody has. */
export function Unknown({ text }: { readonly text: string }) {
  return (
    <span className={styles.unknown}>
      <span aria-hidden="true">—</span>
      <span className={screenReader.hidden}>{text}</span>
    </span>
  );
}
