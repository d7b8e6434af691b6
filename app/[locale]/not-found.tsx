import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NotFoundView } from "@/components/layout/not-found-view";

/** The title of every answer with status 404: Next takes it from here, not from the page that is shown. */
export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("NotFound");
  const site = await getTranslations("Site");
  return { title: `${t("title")} | ${site("name")}` };
}

/** Shown by the router in the browser. A document request gets the page `missing` instead (lib/http/error-documents.ts). */
export default NotFoundView;
