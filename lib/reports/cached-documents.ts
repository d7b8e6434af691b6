import { createHash } from "node:crypto";
import { defineKeys, mediumTerm, type TieredCache } from "../cache";
import { reportDocument } from "./cached-reports";
import type { BuildRequest, Documents } from "./document/documents";
import type { ReportDocument } from "./document/model";

const documentKey = defineKeys("document", 2);

/**
 * `Documents` that builds a document once for all instances. It is kept by what goes into it, so that a
 * change of one report leaves those of the others as they are, and the same text is built once.
 *
 * @param namespace of the program: another one may build something else of the same text
 */
export function createCachedDocuments(
  cache: TieredCache,
  documents: Documents,
  namespace: string,
): Documents {
  const validate = (value: unknown) => {
    reportDocument.parse(value);
    return value as ReportDocument;
  };
  return {
    build: (request) =>
      cache.getOrLoad(documentKey(namespace, identity(request)), mediumTerm, () => documents.build(request), {
        validate,
      }),
    headlines: (openings) => documents.headlines(openings),
    close: () => documents.close(),
  };
}

function identity({ source, language, date }: BuildRequest): string {
  // As JSON, where no text can be mistaken for the end of one and the beginning of the next.
  const parts = JSON.stringify([source.html, source.css, source.js, language, date.getTime()]);
  return createHash("sha256").update(parts).digest("base64url");
}
