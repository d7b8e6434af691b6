import { routeRequest } from "./route-request";
import { localizedPath, routing } from "./routing";

/** Query parameters that make a difference, by path; those of pages are `routeRequest`'s. */
const OF_ROUTES: Readonly<Record<string, readonly string[]>> = {
  "/cache-stats": ["key"],
  "/api/crypto/history": ["field", "points"],
};
const OF_PAGES = ["id", "lang", "page"];

/** A target with nothing in it that makes no difference, and where it leads. */
export interface CanonicalTarget {
  /** Public path and query. */
  readonly target: string;
  /** Internal path, as `/vi/crypto_report/7`; that of a redirect or of a route is the public one. */
  readonly path: string;
}

/**
 * The one target that stands for all that mean the same: without parameters that nobody reads, and the same
 * for everything that cannot exist in a language.
 *
 * @param target path and query, in origin form and well formed
 */
export function canonicalTarget(target: string): CanonicalTarget {
  const { pathname, searchParams } = new URL(target, "http://localhost");
  const decision = routeRequest(pathname, searchParams);
  switch (decision.kind) {
    case "pass":
      return { target: pathname + pick(searchParams, OF_ROUTES[pathname] ?? []), path: pathname };
    case "redirect":
      return { target: pathname + pick(searchParams, OF_PAGES), path: pathname };
    case "rewrite": {
      if (decision.status === undefined) {
        const isList = pathname.endsWith("/crypto_reports_list");
        return { target: pathname + pick(searchParams, isList ? ["page"] : []), path: decision.path };
      }
      const [, locale] = decision.path.split("/");
      const language = routing.locales.find((each) => each === locale) ?? routing.defaultLocale;
      const document = decision.status === 404 ? "/missing" : "/failed";
      return { target: localizedPath(language, document), path: decision.path };
    }
  }
}

function pick(query: URLSearchParams, names: readonly string[]): string {
  const kept = new URLSearchParams();
  for (const name of names) {
    const value = query.get(name);
    if (value !== null && value !== "") kept.set(name, value);
  }
  return kept.size > 0 ? `?${kept}` : "";
}
