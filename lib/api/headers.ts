import * as z from "zod";
import type { Outcome } from "../http/page-cache/outcome";
import { exactly } from "./exactly";

export interface Header {
  readonly description: string;
  readonly schema: z.ZodType;
}

/** Fields of answers that a client may want to read, by their names as they are usually written. */
export const HEADERS = {
  "Accept-Ranges": { description: "Parts may be asked for", schema: z.literal("bytes") },
  Age: { description: "Seconds since the answer was made", schema: z.int().nonnegative() },
  Allow: { description: "The methods that are answered", schema: z.string().regex(/^[A-Z]+(?:, [A-Z]+)*$/) },
  "Cache-Control": { description: "Who may keep the answer, and for how long", schema: z.string() },
  "Content-Range": {
    description: "Which bytes of how many",
    schema: z.string().regex(/^bytes (?:\*|\d+-\d+)\/\d+$/),
  },
  ETag: {
    description: "To ask again with, in If-None-Match",
    schema: z.string().regex(/^(?:W\/)?"[^"]*"$/),
  },
  "Last-Modified": { description: "When the file was written", schema: z.string() },
  Location: { description: "Where it is instead", schema: z.string() },
  "Retry-After": { description: "Seconds until it is worth asking again", schema: z.int().positive() },
  "WWW-Authenticate": { description: "How to say who asks", schema: z.string().regex(/^Bearer /) },
  "X-Cache": {
    description: "What the cache of pages did: HIT, STALE, REVALIDATED or MISS",
    schema: exactly<Outcome>()(z.enum(["HIT", "STALE", "REVALIDATED", "MISS"])),
  },
  "X-Request-Id": {
    description: "Stands in the log of the site; that of the request, where it has one",
    schema: z.string(),
  },
} as const satisfies Readonly<Record<string, Header>>;

export type HeaderName = keyof typeof HEADERS;
