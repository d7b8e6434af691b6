import type { ReactElement } from "react";
import type { Locale } from "@/lib/i18n/routing";
import screenReader from "../layout/hidden.module.css";
import styles from "./market.module.css";
import { directionOf, formatChange } from "./market-format";

export interface ChangeProps {
  /** Percent; null is unknown. */
  readonly percent: number | null;
  readonly locale: Locale;
  readonly unknown: string;
}

/** An empty one keeps its place: nothing comes, goes or moves when a direction changes. */
const ARROWS = { up: arrow("M5 0 10 8H0Z"), down: arrow("M0 0h10L5 8Z"), none: arrow("") };

/** Made once: the same element is not looked at again while a direction stays. */
function arrow(shape: string): ReactElement {
  return (
    <svg viewBox="0 0 10 8" width="10" height="8" aria-hidden="true" focusable="false">
      <path d={shape} fill="currentColor" />
    </svg>
  );
}

/** A change with sign, arrow and colour, so that none of them has to be seen. */
export function Change({ percent, locale, unknown }: ChangeProps) {
  if (percent === null) return <Unknown text={unknown} />;
  const direction = directionOf(percent);
  return (
    <span className={styles.change} data-direction={direction}>
      {ARROWS[direction]}
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
