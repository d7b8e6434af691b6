import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Icon } from "@/components/layout/icons";
import { MessagePage } from "@/components/layout/message-page";
import { SiteFrame } from "@/components/layout/site-frame";

export const dynamic = "force-static";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("Error");
  const site = await getTranslations("Site");
  return { title: `${t("title")} | ${site("name")}`, robots: { index: false } };
}

/** The document of every 500 (lib/http/error-documents.ts). Static: it must not need what has just failed. */
export default async function Failed() {
  const t = await getTranslations("Error");
  return (
    <SiteFrame path={null}>
      <MessagePage title={t("title")} text={t("text")}>
        {/* biome-ignore lint/a11y/useValidAnchor: the address that was asked for, with its query; works without script */}
        <a href="">
          <Icon name="retry" />
          {t("retry")}
        </a>
      </MessagePage>
    </SiteFrame>
  );
}
