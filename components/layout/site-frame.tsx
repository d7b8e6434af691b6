import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { SiteFooter } from "./site-footer";
import styles from "./site-frame.module.css";
import { SiteHeader } from "./site-header";

export interface SiteFrameProps {
  /**
   * Path of this page without its language prefix, with its query: for the language switch. Null for a
   * message that stands in for a page: the switch then leads home.
   */
  readonly path: string | null;
  /** Whether the reports are the samples, whose figures are made up. */
  readonly sampleData?: boolean;
  readonly children: ReactNode;
}

/** Everything around a page. The page passes its own path: a static page does not know its URL. */
export function SiteFrame({ path, sampleData = false, children }: SiteFrameProps) {
  const t = useTranslations("Site");
  return (
    <>
      <a className={styles.skip} href="#site-main">
        {t("skipToContent")}
      </a>
      <SiteHeader path={path} />
      {sampleData && <p className={styles.sample}>{t("sampleNotice")}</p>}
      <main id="site-main" tabIndex={-1}>
        {children}
      </main>
      <SiteFooter />
    </>
  );
}
