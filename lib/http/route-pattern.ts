/** Public routes, as metrics and logs name them; the language prefix is no part of them. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\/$/, "/"],
  [/^\/crypto_report$/, "/crypto_report"],
  [/^\/crypto_report\/[^/]+$/, "/crypto_report/{id}"],
  [/^\/crypto_report\/[^/]+\/card\.png$/, "/crypto_report/{id}/card.png"],
  [/^\/crypto_reports_list$/, "/crypto_reports_list"],
  [/^\/rss\.xml$/, "/rss.xml"],
  [/^\/status$/, "/status"],
];

/** The same, of what has no language. */
const WITHOUT_LANGUAGE: readonly (readonly [RegExp, string])[] = [
  [/^\/(?:health|health\/live|metrics|cache-stats|clear-cache)$/, "$&"],
  [/^\/(?:robots\.txt|sitemap\.xml|favicon\.ico|manifest\.webmanifest)$/, "$&"],
  [/^\/sitemaps\/[^/]+$/, "/sitemaps/{part}"],
  [/^\/api\/crypto\/dashboard-summary(?:\/refresh|\/stream)?$/, "$&"],
  [/^\/api\/crypto\/history$/, "$&"],
  [/^\/api\/openapi\.json$/, "$&"],
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
  const own = path.replace(/^\/en(?=\/|$)/, "") || "/";
  for (const [pattern, name] of PATTERNS) if (pattern.test(own)) return name;
  for (const [pattern, name] of WITHOUT_LANGUAGE) if (pattern.test(path)) return path.replace(pattern, name);
  return "other";
}
