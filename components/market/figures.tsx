import type { Locale } from "@/lib/i18n/routing";
import type { MarketSummary } from "@/lib/market/summary";
import { Change, Unknown } from "./change";
import { directionOf, formatChange, formatPrice } from "./market-format";
import { setText, useWritten } from "./use-market";

export interface FigureProps {
  readonly initial: MarketSummary;
  /** Null is unknown. */
  readonly read: (summary: MarketSummary) => number | null;
  readonly locale: Locale;
  readonly unknown: string;
}

/** A price in USD, of the moment. */
export function LivePrice({ initial, read, locale, unknown }: FigureProps) {
  const { host, value } = useWritten(initial, read, (element: HTMLElement, usd) =>
    setText(element, formatPrice(locale, usd)),
  );
  return value === null ? <Unknown text={unknown} /> : <span ref={host}>{formatPrice(locale, value)}</span>;
}

/** A change in percent, of the moment. */
export function LiveChange({ initial, read, locale, unknown }: FigureProps) {
  const { host, value } = useWritten(initial, read, (element: HTMLElement, percent) => {
    setText(element, formatChange(locale, percent));
    const direction = directionOf(percent);
    if (element.dataset.direction !== direction) element.dataset.direction = direction;
  });
  return <Change ref={host} percent={value} locale={locale} unknown={unknown} />;
}
