import * as z from "zod";
import { NotFoundError } from "../../errors";
import { NOT_FOUND } from "../../http/request-guard";
import { internalError, kept, merge, problems, refused } from "../answers";
import { FAILED, ONLY_READ, type Operation, OVERLOADED, REFUSED, UNANSWERED } from "../operation";
import { conditions, fileName, partOfSitemap } from "../parameters";
import { openApiDocument } from "../schemas";

const text = { schema: z.string() };
const otherwise = merge(OVERLOADED, UNANSWERED, REFUSED);

/** Out of memory, whatever else there is to do. */
const file = (
  operation: Pick<Operation, "id" | "path" | "summary" | "parameters">,
  types: readonly string[],
) => {
  const content = Object.fromEntries(types.map((type) => [type, {}]));
  const answers = merge(kept("The file", content), ONLY_READ, REFUSED);
  const parameters = [...(operation.parameters ?? []), ...conditions];
  return { ...operation, method: "get", tag: "files", parameters, answers } as const;
};

const absent = refused([NOT_FOUND]);

const withAbsent = (operation: Operation): Operation => ({
  ...operation,
  answers: merge(operation.answers, absent),
});

export const fileOperations: readonly Operation[] = [
  {
    id: "readSitemap",
    method: "get",
    path: "/sitemap.xml",
    tag: "feeds",
    summary: "All pages, for search engines",
    description: "Where one file may not hold them all, an index of several.",
    parameters: conditions,
    answers: merge(kept("The sitemap", { "application/xml": text }), ONLY_READ, internalError, otherwise),
  },
  {
    id: "readSitemapPart",
    method: "get",
    path: "/sitemaps/{part}",
    tag: "feeds",
    summary: "One file of the sitemap",
    parameters: [partOfSitemap, ...conditions],
    answers: merge(
      kept("The file", { "application/xml": text }),
      absent,
      problems(new NotFoundError("The sitemap has no such part; /sitemap.xml names those that it has")),
      ONLY_READ,
      internalError,
      otherwise,
    ),
  },
  {
    id: "readRobots",
    method: "get",
    path: "/robots.txt",
    tag: "feeds",
    summary: "What robots may read",
    parameters: conditions,
    answers: merge(kept("The rules", { "text/plain": text }), ONLY_READ, FAILED, internalError, otherwise),
  },
  {
    id: "readOpenApi",
    method: "get",
    path: "/api/openapi.json",
    tag: "description",
    summary: "This document",
    parameters: conditions,
    answers: merge(
      kept("The document", { "application/json": { schema: openApiDocument } }),
      ONLY_READ,
      internalError,
      otherwise,
    ),
  },
  file({ id: "readFavicon", path: "/favicon.ico", summary: "The icon of the site" }, ["image/x-icon"]),
  file({ id: "readManifest", path: "/manifest.webmanifest", summary: "The site as a web application" }, [
    "application/manifest+json",
  ]),
  withAbsent(
    file(
      { id: "readIcon", path: "/static/{name}", summary: "Icons in other sizes", parameters: [fileName] },
      ["image/png", "image/svg+xml"],
    ),
  ),
];
