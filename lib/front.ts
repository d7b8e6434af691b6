import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { TieredCache } from "./cache";
import type { Environment } from "./env";
import { isOverTls } from "./http/client-address";
import { ERROR_DOCUMENT_HEADER, withErrorDocuments } from "./http/error-documents";
import { type OpenEvents, sendEvents } from "./http/event-stream";
import { askWhole, type Handler } from "./http/exchange";
import type { Ready } from "./http/hit-lane";
import { inlineScriptHashes } from "./http/inline-scripts";
import { requestIdOf } from "./http/observed";
import { type Fields, fieldOf, replaceFields, withoutFields } from "./http/page-cache/fields";
import type { CacheRequest } from "./http/page-cache/options";
import { createPageCache, type PageCache } from "./http/page-cache/page-cache";
import { sendAnswer } from "./http/page-cache/send-answer";
import { problemAnswer } from "./http/problem";
import { sendRefusal } from "./http/refusal";
import { createRenderGate, type RenderGate } from "./http/render-gate";
import { NOT_FOUND, READ_ONLY, refusalOf } from "./http/request-guard";
import { STRICT_TRANSPORT_SECURITY, securityHeaders } from "./http/security-headers";
import { findStaticFile, type StaticFiles } from "./http/static-files";
import { canonicalTarget } from "./i18n/canonical-target";
import { type RouteDecision, routeRequest } from "./i18n/route-request";
import { type Locale, localizedPath, routing } from "./i18n/routing";
import { pageTag } from "./isr/tags";
import { tagsOfPath } from "./reports/cache-tags";

export interface FrontOptions {
  /** Next's. */
  readonly handler: Handler;
  readonly cache: TieredCache;
  readonly files: StaticFiles;
  /** The host that pages are asked for. */
  readonly host: string;
  /** Streams of events, which Next would serve at many times the cost. */
  readonly openEvents: OpenEvents;
  readonly environment: Pick<Environment, "maxRenders" | "pageCacheBytes" | "trustedProxies">;
}

/** What stands between visitors and Next. */
export interface Front {
  readonly handle: RequestListener;
  /** What can be sent at once. */
  readonly find: (request: CacheRequest) => Ready | undefined;
  /** What another request is having made. */
  readonly join: PageCache["join"];
  readonly exchangeFields: (request: CacheRequest) => Fields;
  readonly pages: PageCache;
  readonly gate: RenderGate;
  /** Renders the pages that most visitors open first, and those for errors. */
  warm(): Promise<void>;
  /** Renders what visitors read as soon as it was invalidated. @returns ends that */
  renewOnInvalidation(): () => void;
}

/** All that an answer for everybody may depend on: its language is in the path, its coding chosen here. */
const FORWARDED_FIELDS = ["next-router-prefetch", "next-router-segment-prefetch", "rsc"];

/**
 * What Next's client asks of a page beside its document: all of it, or a segment to have it early. Where a visitor
 * comes from (`next-router-state-tree`, `next-url`) makes no difference to a page that is kept, and what the client
 * would not send makes none either, so that made-up values are no further answers.
 */
function navigationField(
  name: string,
  value: string | undefined,
  headers: IncomingHttpHeaders,
): string | undefined {
  const isNavigation = headers.rsc === "1";
  const isPrefetch = isNavigation && /^[123]$/.test(String(headers["next-router-prefetch"]));
  switch (name) {
    case "rsc":
      return isNavigation ? value : undefined;
    case "next-router-prefetch":
    case "next-router-segment-prefetch":
      return isPrefetch ? value : undefined;
    default:
      return undefined;
  }
}

/** So long a cache that nobody purges may keep an answer. */
const LONGEST_UNPURGED_S = 5;
/** In place of more than that: browsers, and caches that are not ours, ask each time, and get a 304. */
const FOR_VISITORS = ["cache-control", "public, max-age=0, must-revalidate"];
/** What Next tells caches and proxies of its own. */
const INTERNAL = /^x-(?:nextjs-(?:cache|prerender)|next-cache-tags|middleware-[\w-]+|powered-by)$/;

/** Not for Next when a visitor sends it: only the process itself asks for error documents, and no page has server actions. */
const NOT_FOR_NEXT = [ERROR_DOCUMENT_HEADER, "next-action"];

/** How often it is looked whether anything was invalidated. */
const NOTICE_MS = 50;
/**
 * Each instance hears of a change by itself and invalidates for all. A page that is rendered between the first and the last
 * of them is outdated again, and others wait in vain for it: so the last is awaited.
 */
const SETTLE_MS = 300;
const ADMIN_PATHS = new Set(["/cache-stats", "/clear-cache"]);
const EVENTS_PATH = "/api/crypto/dashboard-summary/stream";
/** A crawler that is refused `/robots.txt` leaves the whole site alone. */
const VITAL_PATHS = new Set(["/health", "/metrics", "/robots.txt"]);

const WARM = ["/missing", "/", "/crypto_report", "/crypto_reports_list"];

export function createFront(options: FrontOptions): Front {
  const { handler, cache, files, host, openEvents, environment } = options;
  const { maxRenders, pageCacheBytes, trustedProxies } = environment;
  /** What is shown when nothing else can be: rendered while there is nothing wrong. */
  const failed = new Map<Locale, Buffer>();
  const gate = createRenderGate({
    maxRenders,
    trustedProxies,
    isAdmin: (path) => ADMIN_PATHS.has(path),
    isVital: (path) => VITAL_PATHS.has(path),
  });

  const exchangeFields = (request: CacheRequest): Fields => {
    const id = requestIdOf(request);
    const isSecure = isOverTls(request, trustedProxies);
    if (id === undefined) return isSecure ? STRICT_TRANSPORT_SECURITY : NO_FIELDS;
    return [...(isSecure ? STRICT_TRANSPORT_SECURITY : NO_FIELDS), "x-request-id", id];
  };

  const finish = (_status: number, fields: Fields, body: Buffer | null): Fields => {
    const contentType = fieldOf(fields, "content-type") ?? "";
    const scripts = contentType.startsWith("text/html") && body ? inlineScriptHashes(body) : [];
    const sharedFor = /\bs-maxage=(\d+)/.exec(fieldOf(fields, "cache-control") ?? "")?.[1];
    const isKept = sharedFor !== undefined && Number(sharedFor) > LONGEST_UNPURGED_S;
    return [
      ...withoutFields(fields, (name) => INTERNAL.test(name) || (isKept && name === "cache-control")),
      ...(isKept ? FOR_VISITORS : NO_FIELDS),
      // Pictures are made to be shown elsewhere.
      ...securityHeaders(scripts, contentType.startsWith("image/") ? "cross-origin" : "same-origin"),
    ];
  };

  const pages: PageCache = createPageCache({
    host,
    canonicalTarget: (target) => canonicalTarget(target).target,
    tagsOf: (target) => tagsOfPath(canonicalTarget(target).path).flatMap((tag) => [tag, pageTag(tag)]),
    forwardedFields: FORWARDED_FIELDS,
    varyValue: navigationField,
    validity: {
      stamp: () => cache.moment(),
      judge: (moment, tags) => {
        const verdict = cache.since(moment as never, tags as never);
        return verdict === "valid" || verdict === "invalid" ? verdict : "doubtful";
      },
    },
    finish,
    exchangeFields,
    // Invalidation keeps pages right; a reload shall cost nothing.
    obeysVisitors: false,
    handlerCoalesces: true,
    maxBytes: pageCacheBytes,
    admit: gate.admit,
    refusal: (error, request) => {
      const problem = problemAnswer(error);
      const path = pathOf(request);
      const document = isPage(path) ? failed.get(localeOf(path)) : undefined;
      if (document === undefined) return problem;
      const fields = replaceFields(problem.fields, ["content-type", "text/html; charset=utf-8"]);
      return { ...problem, fields, body: document };
    },
  })(
    withErrorDocuments(
      (request, response) => void handler(request, response),
      async (status, path) => {
        const locale = localeOf(path);
        return (await (status === 404 ? missingDocument(locale) : failedDocument(locale))).toString();
      },
    ),
  );

  const missingDocument = async (locale: Locale): Promise<Buffer> => {
    const headers = { "accept-encoding": "identity" };
    return (await askWhole(pages, { target: localizedPath(locale, "/missing"), headers })).body;
  };

  /** Of Next alone: it is no page, and should it fail, no document is shown in its place. */
  const failedDocument = async (locale: Locale): Promise<Buffer> => {
    const known = failed.get(locale);
    if (known !== undefined) return known;
    const headers = { host, "accept-encoding": "identity", [ERROR_DOCUMENT_HEADER]: "500" };
    const { status, body } = await askWhole(handler, { target: localizedPath(locale, "/failed"), headers });
    if (status === 200) failed.set(locale, body);
    return body;
  };

  return {
    pages,
    gate,
    exchangeFields,
    find(request) {
      const file = findStaticFile(files, request.url ?? "/");
      return file ? { answer: file } : pages.find(request);
    },
    join: pages.join,
    handle(request: IncomingMessage, response: ServerResponse) {
      const refusal = refusalOf(request);
      if (refusal !== null) return sendRefusal(response, refusal);
      for (const name of NOT_FOR_NEXT) delete request.headers[name];
      const isRead = request.method === "GET" || request.method === "HEAD";
      const file = findStaticFile(files, request.url ?? "/");
      if (!file && isAbsent(pathOf(request))) {
        sendRefusal(response, NOT_FOUND);
      } else if (!isRead && (file || isPage(pathOf(request)))) {
        sendRefusal(response, READ_ONLY);
      } else if (file) {
        sendAnswer(request, response, { answer: file, fields: exchangeFields(request) });
      } else if (request.method === "GET" && pathOf(request) === EVENTS_PATH) {
        setFields(response, [...securityHeaders(), ...exchangeFields(request)]);
        void sendEvents(request, response, openEvents);
      } else {
        pages(request, response);
      }
    },
    renewOnInvalidation() {
      let seen = cache.moment();
      let due = Number.POSITIVE_INFINITY;
      const timer = setInterval(() => {
        const now = cache.moment();
        const isSame = now.localVersion === seen.localVersion && now.clears === seen.clears;
        if (!isSame || now.fence !== seen.fence) due = Math.min(due, now.at + SETTLE_MS);
        seen = now;
        if (now.at < due) return;
        due = Number.POSITIVE_INFINITY;
        void pages.renew();
      }, NOTICE_MS);
      return () => clearInterval(timer);
    },
    async warm() {
      const headers = { "accept-encoding": "br" };
      for (const locale of routing.locales) {
        await failedDocument(locale);
        for (const path of WARM) await askWhole(pages, { target: localizedPath(locale, path), headers });
      }
    },
  };
}

function setFields(response: ServerResponse, fields: Fields): void {
  for (let at = 0; at < fields.length; at += 2) response.setHeader(fields[at] ?? "", fields[at + 1] ?? "");
}

const pathOf = ({ url = "/" }: CacheRequest): string => url.split("?", 1)[0] ?? "/";
const localeOf = (path: string): Locale => (path === "/en" || path.startsWith("/en/") ? "en" : "vi");
/** Whether a person asks who would rather read a page than a problem in JSON. */
const isPage = (path: string): boolean => ["rewrite", "redirect"].includes(kindOf(path));
/** Next would render a page for each such path. One with a slash at its end is asked for what it is without. */
const isAbsent = (path: string): boolean => kindOf(path.replace(/\/$/, "")) === "absent";
const kindOf = (path: string): RouteDecision["kind"] => routeRequest(path, NO_QUERY).kind;

const NO_QUERY = new URLSearchParams();
const NO_FIELDS: Fields = [];
