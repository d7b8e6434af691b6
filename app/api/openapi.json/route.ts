import { openApiJson } from "@/lib/api/document";
import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { getServices } from "@/lib/services";

// SITE_URL is read at run time: the build must not bake it in.
export const dynamic = "force-dynamic";

/** Kept by the page cache as long as the process lives, which is as long as it is right; browsers ask each time. */
const CACHE_CONTROL = "public, max-age=0, s-maxage=31536000";

/** What the site answers to (OpenAPI 3.1). */
export const GET = apiRoute(async () => {
  const { siteUrl, port } = (await getServices()).environment;
  // Without SITE_URL nobody knows how the site is reached: it is where the document came from.
  const isKnown = siteUrl !== `http://localhost:${port}`;
  return new Response(openApiJson(isKnown ? siteUrl : "/"), {
    headers: { "content-type": "application/json", "cache-control": CACHE_CONTROL },
  });
});

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
