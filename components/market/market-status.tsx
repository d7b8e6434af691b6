"use client";

import { memo, useEffect, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { MarketSummary } from "@/lib/market/summary";
import screenReader from "../layout/hidden.module.css";
import styles from "./market.module.css";
import { formatMoment, isOfAnotherDay } from "./market-format";
import { fill, formatAge, type MarketStatusTexts } from "./market-texts";
import { type MarketReading, useAge, useMarket, useMarketInSight } from "./use-market";

export interface MarketStatusProps {
  readonly initial: MarketSummary;
  readonly texts: MarketStatusTexts;
  readonly locale: Locale;
  /** Beyond this age figures are stale. */
  readonly staleSeconds: number;
}

interface Standing {
  readonly condition: "live" | "waiting" | "troubled";
  /** Empty while nothing is to be said. */
  readonly words: string;
  /** Whether the words tell the time of the figures. */
  readonly isTimed?: boolean;
}

/** A state is announced once it has lasted this long: short interruptions are nobody's business. */
const ANNOUNCE_MS = 2_000;
/** Younger figures need no age: their time says it. */
const AGE_SHOWN_MS = 20_000;

/** How much the figures are worth, in words: how they come, of when they are, and whether they are made up. */
export function MarketStatus({ initial, texts, locale, staleSeconds }: MarketStatusProps) {
  const host = useRef<HTMLDivElement>(null);
  const reading = useMarket(initial);
  const ageMs = useAge(reading);
  const { source, stale } = reading.summary;
  // With each entry another time, and nothing else: it rests while nobody sees it, as the figures do.
  const { observed_at: seenAt } = useMarketInSight(initial, host).summary;
  const isStale = stale || (ageMs ?? 0) > staleSeconds * 1_000;
  const isDated = isOfAnotherDay(ageMs);
  const momentOf = (at: string) => formatMoment(locale, Date.parse(at), isDated);
  const { condition, words, isTimed = false } = standingOf(reading, momentOf, isStale, texts);
  return (
    <div ref={host} className={styles.status}>
      <p className={styles.line}>
        {source === "simulated" && <span className={styles.simulated}>{texts.simulated}</span>}
        {words !== "" && (
          <span className={styles.condition} data-condition={condition}>
            {words}
          </span>
        )}
      </p>
      <p className={styles.line}>
        {seenAt !== null && !isTimed && (
          <Moment at={seenAt} isDated={isDated} text={texts.asOf} locale={locale} />
        )}
        {ageMs !== null && ageMs >= AGE_SHOWN_MS && (
          <span>{fill(texts.ago, { age: formatAge(ageMs / 1_000, texts.ages) })}</span>
        )}
      </p>
      <Announcement isTrouble={condition === "troubled"} words={connectionWords(reading, words)} />
    </div>
  );
}

interface MomentProps {
  /** RFC 3339. */
  readonly at: string;
  readonly isDated: boolean;
  /** With a place for the time. */
  readonly text: string;
  readonly locale: Locale;
}

/** When the figures were observed. */
const Moment = memo(({ at, isDated, text, locale }: MomentProps) => (
  <time dateTime={at}>{fill(text, { time: formatMoment(locale, Date.parse(at), isDated) })}</time>
));

/** In the order of what a visitor must know first. */
function standingOf(
  { summary, connection }: MarketReading,
  momentOf: (at: string) => string,
  isStale: boolean,
  texts: MarketStatusTexts,
): Standing {
  if (connection === "offline") return { condition: "troubled", words: texts.offline };
  if (connection === "reconnecting") return { condition: "troubled", words: texts.reconnecting };
  const { observed_at: at } = summary;
  if (at === null) return { condition: "troubled", words: texts.unknown };
  if (summary.interrupted) return { condition: "troubled", words: texts.interrupted };
  if (isStale)
    return { condition: "troubled", words: fill(texts.stale, { time: momentOf(at) }), isTimed: true };
  if (connection === "live") return { condition: "live", words: texts.live };
  if (connection === "polling") return { condition: "live", words: texts.polling };
  // The page as it was sent does not say that it is connecting: without script it never will be.
  return { condition: "waiting", words: connection === null ? "" : texts.connecting };
}

/** What is known of the connection; nothing while that is only being made. */
function connectionWords({ connection }: MarketReading, words: string): string {
  return connection === null || connection === "connecting" || connection === "paused" ? "" : words;
}

interface AnnouncementProps {
  readonly isTrouble: boolean;
  readonly words: string;
}

/** Tells screen readers of a trouble, and of its end; not that all is well from the start. */
const Announcement = memo(({ isTrouble, words }: AnnouncementProps) => {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (words === "") return;
    const timer = setTimeout(
      () => setSaid((before) => (isTrouble || before !== "" ? words : "")),
      ANNOUNCE_MS,
    );
    return () => clearTimeout(timer);
  }, [isTrouble, words]);
  return (
    <span className={screenReader.hidden} role="status">
      {said}
    </span>
  );
});
