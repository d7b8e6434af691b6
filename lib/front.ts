import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { TieredCache } from "./cache";
import { withErrorDocuments } from "./http/error-documents";
import { type Answer, askWhole, type Handler } from "./http/exchange";
import type { LaneRequest, Ready } from "./http/hit-lane";
import { requestIdOf } from "./http/observed";
import { type Fields, fieldOf, withoutFields } from "./http/page-cache/fields";
import type { CacheRequest } from "./http/page-cache/options";
import { createPageCache, type PageCache } from "./http/page-cache/page-cache";
import { sendAnswer } from "./http/page-cache/send-answer";
import { findStaticFile, type StaticFiles } from "./http/static-files";
import { canonicalTarget } from "./i18n/canonical-target";
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
  readonly securityFields: (inlineScripts: string | null) => Fields;
}

/** What stands between visitors and Next. */
export interface Front {
  readonly handle: RequestListener;
  /** What can be sent at once. */
  readonly find: (request: LaneRequest) => Ready | undefined;
  readonly exchangeFields: (request: CacheRequest) => Fields;
  readonly pages: PageCache;
  /** Renders the pages that most visitors open first. @throws when one cannot be rendered */
  warm(): Promise<void>;
}

/** All that an answer for everybody may depend on. Its language is in the path, its coding chosen here. */
const FORWARDED_FIELDS = [
  "accept",
  "next-router-prefetch",
  "next-router-segment-prefetch",
  "next-router-state-tree",
  "next-url",
  "rsc",
];
/** Next names them in `Vary`, but no page that is kept depends on where its visitor comes from. */
const WITHOUT_EFFECT = new Set(["next-router-state-tree", "next-url"]);
/** What a shared cache was told; browsers ask each time, and get a 304. */
const FOR_VISITORS = ["cache-control", "public, max-age=0, must-revalidate"];
const INTERNAL = /^x-(?:nextjs-(?:cache|prerender)|next-cache-tags|powered-by)$/;

const WARM = ["/", "/crypto_report", "/crypto_reports_list"];

export function createFront({ handler, cache, files, host, securityFields }: FrontOptions): Front {
  const failed = new Map<Locale, Answer>();

  const exchangeFields = (request: CacheRequest): Fields => {
    const id = requestIdOf(request);
    return id === undefined ? NO_FIELDS : ["x-request-id", id];
  };

  const finish = (_status: number, fields: Fields, body: Buffer | null): Fields => {
    const isHtml = fieldOf(fields, "content-type")?.startsWith("text/html") ?? false;
    const isKept = /\bs-maxage\b/.test(fieldOf(fields, "cache-control") ?? "");
    return [
      ...withoutFields(fields, (name) => INTERNAL.test(name) || (isKept && name === "cache-control")),
      ...(isKept ? FOR_VISITORS : NO_FIELDS),
      ...securityFields(isHtml && body !== null ? body.toString() : null),
    ];
  };

  const pages: PageCache = createPageCache({
    host,
    canonicalTarget: (target) => canonicalTarget(target).target,
    tagsOf: (target) => tagsOfPath(canonicalTarget(target).path).flatMap((tag) => [tag, pageTag(tag)]),
    forwardedFields: FORWARDED_FIELDS,
    varyValue: (name, value) => (WITHOUT_EFFECT.has(name) ? undefined : value),
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
    refusal: (_error, request) => {
      const [path = "/"] = (request.url ?? "/").split("?", 1);
      const document = failed.get(path === "/en" || path.startsWith("/en/") ? "en" : "vi");
      return document ?? { status: 500, fields: [], body: Buffer.alloc(0) };
    },
  })(
    withErrorDocuments(
      (request, response) => void handler(request, response),
      async (status, path) => {
        const locale = path === "/en" || path.startsWith("/en/") ? "en" : "vi";
        const document = status === 404 ? "/missing" : "/failed";
        const { body } = await askWhole(pages, { target: localizedPath(locale, document), headers: {} });
        return body.toString();
      },
    ),
  );

  return {
    pages,
    exchangeFields,
    find(request) {
      const file = findStaticFile(files, request.url ?? "/");
      return file ? { answer: file } : pages.find(request);
    },
    handle(request: IncomingMessage, response: ServerResponse) {
      const isRead = request.method === "GET" || request.method === "HEAD";
      const file = isRead ? findStaticFile(files, request.url ?? "/") : undefined;
      if (file) sendAnswer(request, response, { answer: file, fields: exchangeFields(request) });
      else pages(request, response);
    },
    async warm() {
      for (const locale of routing.locales) {
        for (const path of WARM)
          await askWhole(pages, {
            target: localizedPath(locale, path),
            headers: { "accept-encoding": "br" },
          });
      }
    },
  };
}

const NO_FIELDS: Fields = [];
