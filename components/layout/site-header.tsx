import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { type Locale, localizedPath } from "@/lib/i18n/routing";
import { Mark } from "./icons";
import { LanguageLink } from "./language-link";
import styles from "./site-header.module.css";
import { ThemeToggle } from "./theme-toggle";

const OTHER: Record<Locale, Locale> = { vi: "en", en: "vi" };

export interface SiteHeaderProps {
  /** Path of this page without its language prefix, with its query; null for a page that has none. */
  readonly path: string | null;
}

export function SiteHeader({ path }: SiteHeaderProps) {
  const locale = useLocale();
  const site = useTranslations("Site");
  const t = useTranslations("Header");
  const other = OTHER[locale];
  const sections = [
    { path: "/", text: t("home") },
    { path: "/crypto_report", text: t("latest") },
    { path: "/crypto_reports_list", text: t("archive") },
  ];

  return (
    <header className={styles.header}>
      <div className={styles.bar}>
        <Link className={styles.brand} href={localizedPath(locale, "/")} prefetch={false}>
          <Mark />
          <span>{site("name")}</span>
        </Link>
        <nav className={styles.navigation} aria-label={t("navigation")}>
          <ul>
            {sections.map((section) => (
              <li key={section.path}>
                <Link
                  href={localizedPath(locale, section.path)}
                  aria-current={section.path === path ? "page" : undefined}
                  prefetch={false}
                >
                  {section.text}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.tools}>
          <LanguageLink
            href={localizedPath(other, path ?? "/")}
            currentHref={localizedPath(locale, path ?? "/")}
            language={other}
            short={other.toUpperCase()}
            label={t("switchLanguage")}
          />
          <ThemeToggle labels={{ system: t("themeSystem"), light: t("themeLight"), dark: t("themeDark") }} />
        </div>
      </div>
    </header>
  );
}
