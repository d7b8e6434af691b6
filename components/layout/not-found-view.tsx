import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { localizedPath } from "@/lib/i18n/routing";
import { MessagePage } from "./message-page";
import { SiteFrame } from "./site-frame";

export function NotFoundView() {
  const locale = useLocale();
  const t = useTranslations("NotFound");
  return (
    <SiteFrame path={null}>
      <MessagePage code="404" title={t("title")} text={t("text")}>
        <Link href={localizedPath(locale, "/")} prefetch={false}>
          {t("home")}
        </Link>
        <Link href={localizedPath(locale, "/crypto_reports_list")} prefetch={false}>
          {t("archive")}
        </Link>
      </MessagePage>
    </SiteFrame>
  );
}
