"use client";

import { memo, useEffect, useRef, useState } from "react";
import type { Locale } from "@/lib/i18n/routing";
import type { MarketSummary } from "@/lib/market/summary";
import { useInSight } from "../charts/near-screen";
import screenReader from "../layout/hidden.module.css";
import styles from "./market.module.css";
import { formatMoment, isOfAnotherDay } from "./market-format";
import { fill, formatAge, type MarketStatusTexts } from "./market-texts";
import { isAgeTold, type MarketReading, setText, useStanding, useWritten } from "./use-market";

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

/** How much the figures are worth, in words: how they come, of when they are, and whether they are made up. */
export function MarketStatus({ initial, texts, locale, staleSeconds }: MarketStatusProps) {
  const host = useRef<HTMLDivElement>(null);
  const staleMs = staleSeconds * 1_000;
  const reading = useStanding(initial, staleMs);
  const isInSight = useInSight(host);
  const { ageMs, summary } = reading;
  const { source, stale } = summary;
  const isStale = stale || (ageMs ?? 0) > staleMs;
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
        {summary.observed_at !== null && !isTimed && (
          <Moment
            initial={summary}
            isDated={isDated}
            isFollowed={isInSight}
            text={texts.asOf}
            locale={locale}
          />
        )}
        {isAgeTold(ageMs) && <span>{fill(texts.ago, { age: formatAge(ageMs / 1_000, texts.ages) })}</span>}
      </p>
      <Announcement isTrouble={condition === "troubled"} words={connectionWords(reading, words)} />
    </div>
  );
}

interface MomentProps {
  readonly initial: MarketSummary;
  readonly isDated: boolean;
  /** With each entry it is another time. It rests while nobody sees it, as the figures do. */
  readonly isFollowed: boolean;
  /** With a place for the time. */
  readonly text: string;
  readonly locale: Locale;
}

/** When the figures were observed. */
function Moment({ initial, isDated, isFollowed, text, locale }: MomentProps) {
  const words = (at: string) => fill(text, { time: formatMoment(locale, Date.parse(at), isDated) });
  const { host, value } = useWritten(
    initial,
    (summary) => summary.observed_at,
    (element: HTMLTimeElement, at) => {
      element.dateTime = at;
      setText(element, words(at));
    },
    isFollowed,
  );
  return (
    value !== null && (
      <time ref={host} dateTime={value}>
        {words(value)}
      </time>
    )
  );
}

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
