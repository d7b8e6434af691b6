/** Public routes, as metrics and logs name them; the language prefix is no part of them. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\/$/, "/"],
  [/^\/crypto_report$/, "/crypto_report"],
  [/^\/crypto_report\/[^/]+$/, "/crypto_report/{id}"],
  [/^\/crypto_report\/[^/]+\/card\.png$/, "/crypto_report/{id}/card.png"],
  [/^\/crypto_reports_list$/, "/crypto_reports_list"],
  [/^\/rss\.xml$/, "/rss.xml"],
  [/^\/card\.png$/, "/card.png"],
  [/^\/status$/, "/status"],
];

/** Paths of route handlers and files that have no language, and no parameter. */
export const PATHS_WITHOUT_LANGUAGE: ReadonlySet<string> = new Set([
  "/api/crypto/dashboard-summary",
  "/api/crypto/dashboard-summary/refresh",
  "/api/crypto/dashboard-summary/stream",
  "/api/crypto/history",
  "/api/openapi.json",
  "/cache-stats",
  "/clear-cache",
  "/favicon.ico",
  "/health",
  "/health/live",
  "/manifest.webmanifest",
  "/metrics",
  "/robots.txt",
  "/sitemap.xml",
]);

/** The same, of those that have one. */
const WITHOUT_LANGUAGE: readonly (readonly [RegExp, string])[] = [
  [/^\/sitemaps\/[^/]+$/, "/sitemaps/{part}"],
  [/^\/static\/.*$/s, "/static/*"],
  [/^\/_next\/static\/.*$/s, "/_next/static/*"],
  [/^\/_next\/.*$/s, "/_next/*"],
];

/**
 * The route that a URL belongs to, out of a fixed list, so that made-up URLs make no new time series:
 * what is none of ours is "other".
 */
export function routePattern(url: string): string {
  const [path = "/"] = url.split("?", 1);
  if (PATHS_WITHOUT_LANGUAGE.has(path)) return path;
  const own = path.replace(/^\/en(?=\/|$)/, "") || "/";
  for (const [pattern, name] of PATTERNS) if (pattern.test(own)) return name;
  for (const [pattern, name] of WITHOUT_LANGUAGE) if (pattern.test(path)) return name;
  return "other";
}
