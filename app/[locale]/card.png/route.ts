import { getTranslations } from "next-intl/server";
import { readLocale } from "../../read-locale";
import { renderCard } from "../../render-card";

export const revalidate = 86_400;
export const dynamic = "force-static";

export function generateStaticParams() {
  return [];
}

/** The picture that social networks show for a link to a page that is no report. */
export async function GET(
  _request: Request,
  { params }: RouteContext<"/[locale]/card.png">,
): Promise<Response> {
  const locale = await readLocale(params);
  const site = await getTranslations({ locale, namespace: "Site" });
  return renderCard({ siteName: site("name"), title: site("tagline"), notes: [site("description")] });
}
