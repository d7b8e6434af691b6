import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/i18n/format";
import { localizedPath } from "@/lib/i18n/routing";
import { Icon } from "../layout/icons";
import { elidedPages } from "./pagination";
import styles from "./pagination-nav.module.css";

/** The public path of a page of the list, without a language prefix; page 1 has no query. */
export function listPath(page: number): string {
  return page === 1 ? "/crypto_reports_list" : `/crypto_reports_list?page=${page}`;
}

export function PaginationNav({ page, pageCount }: { page: number; pageCount: number }) {
  const locale = useLocale();
  const t = useTranslations("List");
  if (pageCount === 1) return null;
  const href = (target: number) => localizedPath(locale, listPath(target));
  return (
    <nav aria-label={t("pagination")} className={styles.pagination}>
      {page > 1 && (
        <Link href={href(page - 1)} rel="prev" prefetch={false} aria-label={t("previous")}>
          <Icon name="previous" />
        </Link>
      )}
      <ol>
        {elidedPages(page, pageCount).map((item, index) => (
          <li key={item === "gap" ? `gap-${index}` : item}>
            {item === "gap" ? (
              <span className={styles.gap} aria-hidden="true">
                …
              </span>
            ) : (
              <Link
                href={href(item)}
                prefetch={false}
                aria-label={t("page", { page: formatNumber(locale, item) })}
                aria-current={item === page ? "page" : undefined}
              >
                {formatNumber(locale, item)}
              </Link>
            )}
          </li>
        ))}
      </ol>
      {page < pageCount && (
        <Link href={href(page + 1)} rel="next" prefetch={false} aria-label={t("next")}>
          <Icon name="next" />
        </Link>
      )}
    </nav>
  );
}
