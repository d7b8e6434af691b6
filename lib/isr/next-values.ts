import * as z from "zod";

/**
 * What Next 16 hands to a cache handler and expects back, as far as a site with an app directory needs it.
 * Unknown properties are kept: a patch release of Next may add some.
 */
const bytes = z.instanceof(Buffer);
const headers = z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional());

const page = z.looseObject({
  kind: z.literal("APP_PAGE"),
  html: z.string(),
  rscData: bytes.optional(),
  status: z.number().optional(),
  postponed: z.string().optional(),
  headers: headers.optional(),
  segmentData: z.map(z.string(), bytes).optional(),
});

const route = z.looseObject({
  kind: z.literal("APP_ROUTE"),
  body: bytes,
  status: z.number(),
  headers,
});

const redirect = z.looseObject({ kind: z.literal("REDIRECT"), props: z.looseObject({}) });

/** A value of Next's response cache; null is a page that does not exist. */
export const nextValue = z.discriminatedUnion("kind", [page, route, redirect]).nullable();
export type NextValue = z.infer<typeof nextValue>;

/** Seconds. `revalidate: false`: never by age. */
const cacheControl = z.object({
  revalidate: z.union([z.number(), z.literal(false)]),
  expire: z.number().optional(),
});
export type CacheControl = z.infer<typeof cacheControl>;

/** What this handler keeps under a key. */
export const storedEntry = z.object({ value: nextValue, cacheControl });
export type StoredEntry = z.infer<typeof storedEntry>;

/** What Next gets. Its `lastModified` says how fresh it is to be taken for (`lifetime.ts`). */
export interface NextEntry extends StoredEntry {
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export const TAGS_HEADER = "x-next-cache-tags";

/** Tags that Next has given a page or route. */
export function tagsInHeaders(value: NextValue): readonly string[] {
  if (value === null || !("headers" in value)) return [];
  const tags = (value.headers as z.infer<typeof headers> | undefined)?.[TAGS_HEADER];
  return typeof tags === "string" && tags !== "" ? tags.split(",") : [];
}

/** Of a page or route that is no success. */
export function isAbsence(value: NextValue): boolean {
  if (value === null) return true;
  return "status" in value && typeof value.status === "number" && value.status >= 400;
}
