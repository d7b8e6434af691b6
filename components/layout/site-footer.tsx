import { useLocale, useTranslations } from "next-intl";
import { localizedPath } from "@/lib/i18n/routing";
import styles from "./site-footer.module.css";

export function SiteFooter() {
  const locale = useLocale();
  const site = useTranslations("Site");
  const t = useTranslations("Footer");
  return (
    <footer className={styles.footer}>
      <div className={styles.inner}>
        <p className={styles.name}>{site("name")}</p>
        <p>{t("disclaimer")}</p>
        <p>
          {t("timeZone")} <a href={localizedPath(locale, "/rss.xml")}>{t("feed")}</a>
          {" · "}
          <a href={localizedPath(locale, "/status")}>{t("status")}</a>
        </p>
      </div>
    </footer>
  );
}
