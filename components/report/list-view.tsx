import { useLocale, useTranslations } from "next-intl";
import { localizedPath } from "@/lib/i18n/routing";
import { REPORTS_PER_PAGE } from "@/lib/reports/report";
import type { ReportPage } from "@/lib/reports/reports";
import { Breadcrumbs } from "./breadcrumbs";
import { HeadlineList } from "./headline-list";
import styles from "./list-view.module.css";
import { PaginationNav } from "./pagination-nav";

export function ListView({ list }: { list: ReportPage }) {
  const { page, pageCount, total, reports } = list;
  const locale = useLocale();
  const t = useTranslations("List");
  const header = useTranslations("Header");
  const report = useTranslations("Report");
  const from = (page - 1) * REPORTS_PER_PAGE + 1;
  return (
    <div className={styles.page}>
      <Breadcrumbs
        label={report("breadcrumbs")}
        crumbs={[
          { text: header("home"), href: localizedPath(locale, "/") },
          { text: page === 1 ? t("title") : t("titleWithPage", { page }) },
        ]}
      />
      <div className={styles.head}>
        <h1>{t("title")}</h1>
        <p>
          {total <= REPORTS_PER_PAGE
            ? t("count", { total })
            : t("showing", { from, to: from + reports.length - 1, total })}
        </p>
      </div>
      {reports.length === 0 ? <p>{t("empty")}</p> : <HeadlineList reports={reports} level={2} />}
      <PaginationNav page={page} pageCount={pageCount} />
    </div>
  );
}
