import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { formatDate, formatTime } from "@/lib/i18n/format";
import { localizedPath } from "@/lib/i18n/routing";
import type { RenderedReport, ReportHeadline } from "@/lib/reports/report";
import { Icon } from "../layout/icons";
import { Breadcrumbs } from "./breadcrumbs";
import { CopyLink } from "./copy-link";
import { HeadlineList } from "./headline-list";
import { PrintButton } from "./print-button";
import { readingMinutes } from "./reading-time";
import { ReportBody } from "./report-body";
import styles from "./report-view.module.css";
import { SectionNav } from "./section-nav";

export interface ReportViewProps {
  readonly report: RenderedReport;
  readonly newer: ReportHeadline | null;
  /** Newest first. */
  readonly older: readonly ReportHeadline[];
  /** Above the report. */
  readonly market: ReactNode;
}

/** A whole report: what stands around the document is the site's, in the visitor's language. */
export async function ReportView({ report, newer, older, market }: ReportViewProps) {
  const { document, createdAt, language, id } = report;
  const locale = await getLocale();
  const t = await getTranslations("Report");
  const header = await getTranslations("Header");
  // Charts stand inside the report's text and speak its language.
  const chart = await getTranslations({ locale: language, namespace: "Chart" });
  const date = formatDate(locale, createdAt);
  const path = localizedPath(locale, `/crypto_report/${id}`);
  const foreign = language === locale ? undefined : "vi";
  const isEmpty = document.wordCount === 0 && document.charts.length === 0;

  return (
    <div className={styles.page}>
      <Breadcrumbs
        label={t("breadcrumbs")}
        crumbs={[
          { text: header("home"), href: localizedPath(locale, "/") },
          { text: header("archive"), href: localizedPath(locale, "/crypto_reports_list") },
          { text: t("breadcrumb", { date }) },
        ]}
      />
      {market}
      <article className={document.sections.length > 0 ? styles.withContents : styles.plain}>
        <header className={styles.head}>
          <h1 lang={document.title ? foreign : undefined}>
            {document.title ?? t("fallbackTitle", { date })}
          </h1>
          <p className={styles.meta}>
            <time dateTime={createdAt.toISOString()}>
              {date} · {formatTime(locale, createdAt)}
            </time>
            <span>{t("readingTime", { minutes: readingMinutes(document.wordCount) })}</span>
            <span className={styles.badge}>{t("aiLabel")}</span>
          </p>
          <div className={styles.actions}>
            <CopyLink
              path={path}
              texts={{ copy: t("copyLink"), copied: t("linkCopied"), failed: t("copyFailed") }}
            />
            <PrintButton text={t("print")} />
          </div>
          {foreign && <Notice>{t("untranslated")}</Notice>}
          <Notice>{t("aiNotice")}</Notice>
        </header>
        {document.sections.length > 0 && (
          <div className={styles.contents}>
            <SectionNav
              sections={document.sections}
              lang={foreign}
              texts={{
                contents: t("contents"),
                open: t("openContents"),
                close: t("closeContents"),
                progress: t("progress"),
              }}
            />
          </div>
        )}
        <div className={styles.body} lang={isEmpty ? undefined : foreign}>
          {isEmpty ? (
            <Notice>{t("empty")}</Notice>
          ) : (
            <ReportBody
              document={document}
              locale={language}
              noChartData={chart("noData")}
              chartCaption={chart("caption")}
              chartTexts={{
                dataTable: chart("dataTable"),
                label: chart("label"),
                value: chart("value"),
                share: chart("share"),
                lowest: chart("lowest"),
                highest: chart("highest"),
                last: chart("last"),
                reading: chart("reading"),
                point: chart("point"),
                range: chart("range"),
              }}
            />
          )}
          {document.isCut && <Notice>{t("cut")}</Notice>}
        </div>
      </article>
      <Neighbours newer={newer} older={older} />
    </div>
  );
}

function Notice({ children }: { children: ReactNode }) {
  return <p className={styles.notice}>{children}</p>;
}

function Neighbours({ newer, older }: Pick<ReportViewProps, "newer" | "older">) {
  const locale = useLocale();
  const t = useTranslations("Report");
  const [previous] = older;
  if (!newer && !previous) return null;
  const href = (report: ReportHeadline) => localizedPath(locale, `/crypto_report/${report.id}`);
  const title = (report: ReportHeadline) =>
    report.title ?? t("fallbackTitle", { date: formatDate(locale, report.createdAt) });
  const lang = (report: ReportHeadline) => (report.language === locale ? undefined : report.language);
  return (
    <aside className={styles.neighbours} aria-label={t("neighbours")}>
      <div className={styles.pair}>
        {previous && (
          <Link href={href(previous)} rel="prev" prefetch={false}>
            <span className={styles.direction}>
              <Icon name="previous" />
              {t("older")}
            </span>
            <span lang={lang(previous)}>{title(previous)}</span>
          </Link>
        )}
        {newer && (
          <Link href={href(newer)} rel="next" prefetch={false} className={styles.newer}>
            <span className={styles.direction}>
              {t("newer")}
              <Icon name="next" />
            </span>
            <span lang={lang(newer)}>{title(newer)}</span>
          </Link>
        )}
      </div>
      {older.length > 0 && (
        <>
          <h2>{t("earlier")}</h2>
          <HeadlineList reports={older} level={3} compact />
        </>
      )}
    </aside>
  );
}
