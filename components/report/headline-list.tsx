import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatDate, formatTime } from "@/lib/i18n/format";
import { localizedPath } from "@/lib/i18n/routing";
import type { ReportHeadline } from "@/lib/reports/report";
import styles from "./headline-list.module.css";

export interface HeadlineListProps {
  readonly reports: readonly ReportHeadline[];
  /** The level of the titles in the page's outline. */
  readonly level: 2 | 3;
  /** Without summaries, for narrow places. */
  readonly compact?: boolean;
}

export function HeadlineList({ reports, level, compact = false }: HeadlineListProps) {
  const Heading = `h${level}` as const;
  const locale = useLocale();
  const t = useTranslations("Report");
  const list = useTranslations("List");
  return (
    <ol className={compact ? styles.compact : styles.list}>
      {reports.map(({ id, createdAt, language, title, summary }) => {
        const foreign = language === locale ? undefined : language;
        return (
          <li key={id}>
            <p className={styles.meta}>
              <time dateTime={createdAt.toISOString()}>
                {formatDate(locale, createdAt)} · {formatTime(locale, createdAt)}
              </time>
              {foreign && <span className={styles.language}>{list("onlyVietnamese")}</span>}
            </p>
            <Heading className={styles.title} lang={title ? foreign : undefined}>
              <Link href={localizedPath(locale, `/crypto_report/${id}`)} prefetch={false}>
                {title ?? t("fallbackTitle", { date: formatDate(locale, createdAt) })}
              </Link>
            </Heading>
            {!compact && summary !== "" && (
              <p className={styles.summary} lang={foreign}>
                {summary}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}
