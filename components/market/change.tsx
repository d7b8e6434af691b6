import type { Ref } from "react";
import type { Locale } from "@/lib/i18n/routing";
import screenReader from "../layout/hidden.module.css";
import styles from "./market.module.css";
import { directionOf, formatChange } from "./market-format";

export interface ChangeProps {
  /** Percent; null is unknown. */
  readonly percent: number | null;
  readonly locale: Locale;
  readonly unknown: string;
  /** Of the element that says it. */
  readonly ref?: Ref<HTMLElement>;
}

/** A change with sign, arrow and colour, so that none of them has to be seen. The arrow is the style's. */
export function Change({ percent, locale, unknown, ref }: ChangeProps) {
  if (percent === null) return <Unknown text={unknown} />;
  return (
    <span ref={ref} className={styles.change} data-direction={directionOf(percent)}>
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
