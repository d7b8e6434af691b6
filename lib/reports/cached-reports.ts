import * as z from "zod";
import { type CacheKey, type CacheTag, custom, defineKeys, type TieredCache } from "../cache";
import { reportsTag, reportTag } from "./cache-tags";
import type { RenderedReport, ReportHeadline } from "./report";
import type { Neighbours, ReportPage, Reports } from "./reports";
import type { ReportReference } from "./repository";

export interface CachedReportsOptions {
  readonly cache: TieredCache;
  readonly reports: Reports;
  /** Of the database and the deployment: reports of others are never taken for ours. */
  readonly namespace: string;
  /** Called when outdated data were handed out, since the database does not answer or is being asked. */
  readonly onOutdated: () => void;
}

const MINUTE = 60_000;
/**
 * A change is told and invalidates by tag; that all is read again after ten minutes is for the case that
 * nobody tells. Pages live half as long, and seldom find outdated data. For a day the site goes on with what
 * it has when the database is away.
 */
const PUBLISHED = custom({ ttlMs: 10 * MINUTE, graceMs: 24 * 60 * MINUTE });

const keys = {
  latest: defineKeys("report-latest", 2),
  byId: defineKeys("report", 2),
  headline: defineKeys("report-headline", 1),
  neighbours: defineKeys("report-neighbours", 1),
  page: defineKeys("report-list", 1),
  recent: defineKeys("report-recent", 1),
  count: defineKeys("report-count", 1),
  references: defineKeys("report-references", 1),
};

// What comes from Redis may be anything. The tree of a document is checked at its top only: whoever can
// write into Redis can write whole pages there.
const language = z.enum(["vi", "en"]);
const headline = z.object({
  id: z.int(),
  createdAt: z.date(),
  language,
  title: z.string().nullable(),
  summary: z.string(),
});
const headlines = z.array(headline);
export const reportDocument = z.looseObject({
  title: z.string().nullable(),
  summary: z.string(),
  body: z.looseObject({ type: z.literal("root"), children: z.array(z.unknown()) }),
  css: z.string(),
  charts: z.array(z.unknown()),
  sections: z.array(z.object({ id: z.string(), title: z.string() })),
  wordCount: z.number(),
  isCut: z.boolean(),
});
const rendered = z.object({ id: z.int(), createdAt: z.date(), language, document: reportDocument });
const neighbours = z.object({ newer: headline.nullable(), older: headlines });
const page = z.object({ page: z.int(), pageCount: z.int(), total: z.int(), reports: headlines });
const references = z.array(z.object({ id: z.int(), createdAt: z.date() }));

/** `Reports` that asks the database once for what several pages, visitors and instances need. */
export function createCachedReports({
  cache,
  reports,
  namespace,
  onOutdated,
}: CachedReportsOptions): Reports {
  async function read<V>(
    key: CacheKey,
    tags: readonly CacheTag[],
    schema: z.ZodType,
    load: () => Promise<V>,
  ): Promise<V> {
    const validate = (value: unknown) => {
      schema.parse(value);
      return value as NonNullable<V>;
    };
    const { value, state } = await cache.lookup<V>(key, PUBLISHED, load, { tags, validate });
    if (state === "stale") onOutdated();
    return value;
  }

  return {
    latest: (inLanguage) =>
      read<RenderedReport | null>(keys.latest(namespace, inLanguage), [reportsTag], rendered, () =>
        reports.latest(inLanguage),
      ),
    byId: (id, inLanguage) =>
      read<RenderedReport | null>(keys.byId(namespace, id, inLanguage), tagsOf(id), rendered, () =>
        reports.byId(id, inLanguage),
      ),
    headline: (id, inLanguage) =>
      read<ReportHeadline | null>(keys.headline(namespace, id, inLanguage), tagsOf(id), headline, () =>
        reports.headline(id, inLanguage),
      ),
    neighbours: (id, inLanguage) =>
      read<Neighbours>(keys.neighbours(namespace, id, inLanguage), tagsOf(id), neighbours, () =>
        reports.neighbours(id, inLanguage),
      ),
    page: (number, inLanguage) =>
      read<ReportPage | null>(keys.page(namespace, number, inLanguage), [reportsTag], page, () =>
        reports.page(number, inLanguage),
      ),
    recent: (limit, inLanguage) =>
      read<readonly ReportHeadline[]>(
        keys.recent(namespace, limit, inLanguage),
        [reportsTag],
        headlines,
        () => reports.recent(limit, inLanguage),
      ),
    count: () => read<number>(keys.count(namespace), [reportsTag], z.int(), () => reports.count()),
    references: (range) =>
      read<readonly ReportReference[]>(
        keys.references(namespace, range.offset, range.limit),
        [reportsTag],
        references,
        () => reports.references(range),
      ),
  };
}

function tagsOf(id: number): readonly CacheTag[] {
  return [reportsTag, reportTag(id)];
}
