import { PATHS_WITHOUT_LANGUAGE } from "../http/route-pattern";
import { parsePageNumber, parseReportId } from "../reports/report";
import { type Locale, localizedPath } from "./routing";

/** What the front of the application does with a URL before Next's own routing sees it. */
export type RouteDecision =
  | { readonly kind: "pass" }
  /** No page, and no route handler: nothing, unless it is a file. */
  | { readonly kind: "absent" }
  /** Serve this internal path, whose first segment is the locale. */
  | { readonly kind: "rewrite"; readonly path: string; readonly status?: 404 }
  /** 308 to this public path and query. */
  | { readonly kind: "redirect"; readonly location: string };

/** Below these there are no pages. */
const WITHOUT_PAGES = /^\/(?:api|static|sitemaps)\//;
/** In each language, and without parameters. */
const AS_THEY_ARE: ReadonlySet<string> = new Set(["/crypto_report", "/card.png", "/rss.xml", "/status"]);
const PART_OF_SITEMAP = /^\/sitemaps\/([^/]+)$/;

/**
 * Maps the public URLs (contracts: section 3) to internal paths. Two things follow from deciding
 * here: `?page=N` is served by ISR, since it becomes part of a path; and a path that cannot exist
 * becomes the one "missing" page of its language, so that a crawl over made-up URLs leaves a single
 * cached page.
 *
 * @param isOwn the process itself asks, which alone may ask for the document of a 500: a visitor would get, and count
 * as, an error that there is not
 */
export function routeRequest(pathname: string, query: URLSearchParams, isOwn = false): RouteDecision {
  if (PATHS_WITHOUT_LANGUAGE.has(pathname)) return { kind: "pass" };
  if (WITHOUT_PAGES.test(pathname)) {
    const part = PART_OF_SITEMAP.exec(pathname)?.[1] ?? "";
    return { kind: parsePageNumber(part) === null ? "absent" : "pass" };
  }

  const { locale, path, prefixed } = splitLocale(pathname);
  if (isOwn && path === "/failed") return { kind: "rewrite", path: `/${locale}/failed` };
  const asked = query.get("lang");
  const language = asked === "vi" || asked === "en" ? asked : null;
  const reportId = path === "/crypto_report" ? query.get("id") : null;
  const target = reportId === null ? path : `/crypto_report/${encodeURIComponent(reportId)}`;
  const internal = internalPath(target, query);
  // Only pages that can exist are redirected to: a location made of any path would let
  // "//elsewhere.example" through.
  if (internal === null) return { kind: "rewrite", path: `/${language ?? locale}/missing`, status: 404 };
  if (language !== null || reportId !== null || prefixed === "vi") {
    return { kind: "redirect", location: localizedPath(language ?? locale, target) + remainingQuery(query) };
  }
  return { kind: "rewrite", path: `/${locale}${internal}` };
}

function splitLocale(pathname: string): { locale: Locale; path: string; prefixed: Locale | null } {
  const [, first = ""] = pathname.split("/", 2);
  if (first !== "vi" && first !== "en") return { locale: "vi", path: pathname, prefixed: null };
  return { locale: first, path: pathname.slice(first.length + 1) || "/", prefixed: first };
}

function remainingQuery(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  for (const name of ["lang", "id"]) rest.delete(name);
  return rest.size > 0 ? `?${rest}` : "";
}

/** Null when no such page can exist. */
function internalPath(path: string, query: URLSearchParams): string | null {
  if (path === "/") return "";
  if (AS_THEY_ARE.has(path)) return path;
  if (path === "/crypto_reports_list") {
    const page = parsePageNumber(query.get("page") || "1");
    return page === null ? null : `${path}/${page}`;
  }
  const [, id] = /^\/crypto_report\/([^/]+)(?:\/card\.png)?$/.exec(path) ?? [];
  if (id === undefined || parseReportId(id) === null) return null;
  return path;
}
