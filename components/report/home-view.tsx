import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatDate, formatTime } from "@/lib/i18n/format";
import { localizedPath } from "@/lib/i18n/routing";
import type { RenderedReport, ReportHeadline } from "@/lib/reports/report";
import { HeadlineList } from "./headline-list";
import styles from "./home-view.module.css";
import { readingMinutes } from "./reading-time";

export interface HomeViewProps {
  /** Null when there is no report yet. */
  readonly latest: RenderedReport | null;
  readonly recent: readonly ReportHeadline[];
  /** Above the reports, and below them. */
  readonly market: ReactNode;
  readonly board: ReactNode;
}

export function HomeView({ latest, recent, market, board }: HomeViewProps) {
  const locale = useLocale();
  const t = useTranslations("Home");
  return (
    <div className={styles.page}>
      <div className={styles.hero}>
        <h1>{t("title")}</h1>
        <p>{t("lead")}</p>
      </div>
      {market}
      {latest === null ? (
        <p className={styles.empty}>{t("empty")}</p>
      ) : (
        <div className={styles.columns}>
          <LatestReport report={latest} />
          {recent.length > 0 && (
            <section aria-labelledby="site-recent">
              <h2 id="site-recent" className={`${styles.label} ${styles.ruled}`}>
                {t("recent")}
              </h2>
              <HeadlineList reports={recent} level={3} compact />
              <p className={styles.all}>
                <Link href={localizedPath(locale, "/crypto_reports_list")} prefetch={false}>
                  {t("all")}
                </Link>
              </p>
            </section>
          )}
        </div>
      )}
      {board}
    </div>
  );
}

/** Sections named on the home page; a longer report has the rest in its own contents. */
const SECTIONS_SHOWN = 8;

function LatestReport({ report }: { report: RenderedReport }) {
  const locale = useLocale();
  const t = useTranslations("Home");
  const texts = useTranslations("Report");
  const { document, createdAt, language, id } = report;
  const href = localizedPath(locale, `/crypto_report/${id}`);
  const foreign = language === locale ? undefined : language;
  const date = formatDate(locale, createdAt);
  return (
    <section className={styles.latest} aria-labelledby="site-latest">
      <h2 id="site-latest" className={`${styles.label} ${styles.ruled}`}>
        {t("latest")}
      </h2>
      <h3 className={styles.title} lang={document.title ? foreign : undefined}>
        <Link href={href} prefetch={false}>
          {document.title ?? texts("fallbackTitle", { date })}
        </Link>
      </h3>
      <p className={styles.meta}>
        <time dateTime={createdAt.toISOString()}>
          {date} · {formatTime(locale, createdAt)}
        </time>
        <span>{texts("readingTime", { minutes: readingMinutes(document.wordCount) })}</span>
        <span>{texts("aiLabel")}</span>
      </p>
      {foreign && <p className={styles.meta}>{texts("untranslated")}</p>}
      {document.summary !== "" && (
        <p className={styles.summary} lang={foreign}>
          {document.summary}
        </p>
      )}
      {document.sections.length > 0 && (
        <>
          <h4 className={styles.label}>{t("inThisReport")}</h4>
          <ul className={styles.sections} lang={foreign}>
            {document.sections.slice(0, SECTIONS_SHOWN).map((section) => (
              <li key={section.id}>
                <Link href={`${href}#${encodeURIComponent(section.id)}`} prefetch={false}>
                  {section.title}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Link className={styles.read} href={href} prefetch={false}>
          {t("read")}
        </Link>
      </p>
    </section>
  );
}
