import { routeRequest } from "./route-request";
import { type Locale, localizedPath, routing } from "./routing";

/** Query parameters that make a difference to routes, by path; those of pages are `routeRequest`'s. */
const OF_ROUTES: Readonly<Record<string, readonly string[]>> = {
  "/cache-stats": ["key"],
  "/api/crypto/history": ["field", "points"],
};

/** A target with nothing in it that makes no difference, and where it leads. */
export interface CanonicalTarget {
  /** Public path and query. */
  readonly target: string;
  /** Internal path, as `/vi/crypto_report/7`, of the page that is served or redirected to; the public one of a route. */
  readonly path: string;
}

/**
 * The one target that stands for all that mean the same: without parameters that nobody reads, and the same
 * for everything that cannot exist in a language.
 *
 * @param target path and query, in origin form: begins with a slash
 */
export function canonicalTarget(target: string): CanonicalTarget {
  // Not against a base: "//elsewhere.example/" would be a host there.
  const { pathname, search, searchParams } = new URL(`http://localhost${target}`);
  if (WITH_LAST_SLASH.test(pathname)) return withLastSlash(canonicalTarget(pathname.slice(0, -1) + search));
  const decision = routeRequest(pathname, searchParams);
  switch (decision.kind) {
    case "absent":
      return { target: pathname, path: pathname };
    case "pass":
      return { target: pathname + pick(searchParams, OF_ROUTES[pathname] ?? []), path: pathname };
    case "redirect": {
      const { target: there, path } = canonicalTarget(decision.location);
      // What leads there from anywhere: a choice of the language that it has already.
      const lang = `lang=${languageOf(path)}`;
      return { target: there.includes("?") ? `${there}&${lang}` : `${there}?${lang}`, path };
    }
    case "rewrite": {
      if (decision.status !== undefined) return missing(decision.path);
      const page = PAGE_OF_LIST.exec(decision.path)?.[1] ?? "1";
      return { target: page === "1" ? pathname : `${pathname}?page=${page}`, path: decision.path };
    }
  }
}

const PAGE_OF_LIST = /\/crypto_reports_list\/(\d+)$/;
const WITH_LAST_SLASH = /[^/]\/$/;

/** Next redirects to the path without the slash, if that is a page: so what cannot exist stays what it is. */
function withLastSlash({ target, path }: CanonicalTarget): CanonicalTarget {
  if (target === missing(path).target) return { target, path };
  return { target: target.replace(/^[^?]*[^/?](?=\?|$)/, "$&/"), path };
}

function missing(path: string): CanonicalTarget {
  return { target: localizedPath(languageOf(path), "/missing"), path };
}

/** Of an internal path. */
function languageOf(path: string): Locale {
  const [, language] = path.split("/", 2);
  return routing.locales.find((each) => each === language) ?? routing.defaultLocale;
}

/** All values: a route may refuse two of them. */
function pick(query: URLSearchParams, names: readonly string[]): string {
  const kept = new URLSearchParams();
  for (const name of names) for (const value of query.getAll(name)) kept.append(name, value);
  return kept.size > 0 ? `?${kept}` : "";
}
