import { otherMethods } from "@/lib/http/api-route";
import { getServices } from "@/lib/services";

// SITE_URL is read at run time: the build must not bake it in.
export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const { environment } = await getServices();
  const body = `User-agent: *\nAllow: /\n\nSitemap: ${environment.siteUrl}/sitemap.xml\n`;
  return new Response(body, {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=3600" },
  });
}

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
