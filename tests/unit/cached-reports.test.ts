import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CacheKey, createTieredCache, type TieredCache } from "@/lib/cache";
import { decodeValue, encodeValue } from "@/lib/cache/codec";
import { reportsTag, reportTag, tagsOfChange, tagsOfPath } from "@/lib/reports/cache-tags";
import { createCachedDocuments } from "@/lib/reports/cached-documents";
import { createCachedReports } from "@/lib/reports/cached-reports";
import type { BuildRequest, Documents } from "@/lib/reports/document/documents";
import type { ReportDocument } from "@/lib/reports/document/model";
import type { Reports } from "@/lib/reports/reports";

const MINUTE = 60_000;
const createdAt = new Date("2026-01-31T08:00:00.123Z");
const document: ReportDocument = {
  title: "Title",
  summary: "",
  body: { type: "root", children: [] },
  css: "",
  charts: [],
  sections: [{ id: "s", title: "S" }],
  wordCount: 3,
  isCut: false,
};
const rendered = { id: 7, createdAt, language: "vi" as const, document };
const headline = { id: 7, createdAt, language: "vi" as const, title: null, summary: "Text." };

const source = {
  latest: vi.fn<Reports["latest"]>(async () => rendered),
  byId: vi.fn<Reports["byId"]>(async (id) => (id === 7 ? rendered : null)),
  headline: vi.fn<Reports["headline"]>(async () => headline),
  neighbours: vi.fn<Reports["neighbours"]>(async () => ({ newer: null, older: [headline] })),
  page: vi.fn<Reports["page"]>(async (page) => ({ page, pageCount: 1, total: 1, reports: [headline] })),
  recent: vi.fn<Reports["recent"]>(async () => [headline]),
  count: vi.fn<Reports["count"]>(async () => 1),
  references: vi.fn<Reports["references"]>(async () => [{ id: 7, createdAt }]),
};

const READS: [name: keyof Reports, read: (reports: Reports) => Promise<unknown>, value: unknown][] = [
  ["latest", (reports) => reports.latest("vi"), rendered],
  ["byId", (reports) => reports.byId(7, "vi"), rendered],
  ["headline", (reports) => reports.headline(7, "vi"), headline],
  ["neighbours", (reports) => reports.neighbours(7, "vi"), { newer: null, older: [headline] }],
  ["page", (reports) => reports.page(1, "vi"), { page: 1, pageCount: 1, total: 1, reports: [headline] }],
  ["recent", (reports) => reports.recent(6, "vi"), [headline]],
  ["count", (reports) => reports.count(), 1],
  ["references", (reports) => reports.references({ offset: 0, limit: 10 }), [{ id: 7, createdAt }]],
];

let now = 0;
let cache: TieredCache;
let reports: Reports;
const onOutdated = vi.fn();

beforeEach(() => {
  now = 0;
  cache = createTieredCache({ now: () => now });
  reports = createCachedReports({ cache, reports: source, namespace: "one", onOutdated });
  vi.clearAllMocks();
});
afterEach(() => cache.close());

describe.each(READS)("%s", (name, read, value) => {
  test("is read once for all who ask, at once and later", async () => {
    expect(await Promise.all([read(reports), read(reports)])).toEqual([value, value]);
    now += 5 * MINUTE;
    expect(await read(reports)).toEqual(value);
    expect(source[name]).toHaveBeenCalledTimes(1);
  });

  test("is read again when a report changes", async () => {
    await read(reports);
    await cache.invalidateTags(tagsOfChange({ kind: "changed", ids: [99] }));
    await read(reports);
    expect(source[name]).toHaveBeenCalledTimes(2);
  });

  test("is not that of another database", async () => {
    await read(reports);
    await read(createCachedReports({ cache, reports: source, namespace: "two", onOutdated }));
    expect(source[name]).toHaveBeenCalledTimes(2);
  });

  test("survives the way through Redis, dates included, and nothing else passes for it", async () => {
    const lookup = vi.spyOn(cache, "lookup");
    await read(reports);
    const validate = lookup.mock.calls[0]?.[3]?.validate;
    expect(validate?.(decodeValue(encodeValue(value)))).toEqual(value);
    expect(() => validate?.({ strange: true })).toThrow();
    expect(() => validate?.("text")).toThrow();
  });

  test("goes on, and is told to be outdated, when the database fails after a change", async () => {
    await read(reports);
    await cache.invalidateTags([reportsTag]);
    source[name].mockRejectedValueOnce(new Error("database gone"));
    expect(await read(reports)).toEqual(value);
    expect(onOutdated).toHaveBeenCalled();
  });

  test("fails when there is nothing to go on with", async () => {
    source[name].mockRejectedValueOnce(new Error("database gone"));
    await expect(read(reports)).rejects.toThrow("database gone");
    expect(await read(reports)).toEqual(value);
  });
});

test("a report that does not exist is remembered, for a short time", async () => {
  expect(await reports.byId(8, "vi")).toBeNull();
  expect(await reports.byId(8, "vi")).toBeNull();
  expect(source.byId).toHaveBeenCalledTimes(1);
  now += MINUTE;
  await reports.byId(8, "vi");
  expect(source.byId).toHaveBeenCalledTimes(2);
});

describe("documents", () => {
  const request: BuildRequest = {
    reportId: 7,
    source: { html: "<p>text</p>", css: null, js: null },
    language: "vi",
    date: createdAt,
  };
  const build = vi.fn<Documents["build"]>(async () => document);
  const builder: Documents = { build, headlines: async () => [], close: async () => {} };

  test("are built once for the same text, whatever changes around it", async () => {
    const documents = createCachedDocuments(cache, builder, "one");
    expect(await documents.build(request)).toEqual(document);
    await cache.invalidateTags([reportsTag, reportTag(7)]);
    expect(await documents.build({ ...request, reportId: 8 })).toEqual(document);
    expect(build).toHaveBeenCalledTimes(1);
  });

  test.each<[string, Partial<BuildRequest>, string]>([
    ["another text", { source: { html: "<p>other</p>", css: null, js: null } }, "one"],
    ["a script that holds what was the style", { source: { html: "<p>text</p>", css: "", js: null } }, "one"],
    ["another script", { source: { html: "<p>text</p>", css: null, js: "draw()" } }, "one"],
    ["another language", { language: "en" }, "one"],
    ["another date", { date: new Date(0) }, "one"],
    ["another deployment", {}, "two"],
  ])("are built anew for %s", async (_, change, namespace) => {
    build.mockClear();
    await createCachedDocuments(cache, builder, "one").build(request);
    await createCachedDocuments(cache, builder, namespace).build({ ...request, ...change });
    expect(build).toHaveBeenCalledTimes(2);
  });
});

describe("tags", () => {
  test.each([
    ["/vi/crypto_report/7", ["reports", "report:7"]],
    ["/en/crypto_report/7/card.png", ["reports", "report:7"]],
    ["/vi/crypto_report", ["reports"]],
    ["/vi", ["reports"]],
    ["/vi/crypto_reports_list/2", ["reports"]],
    ["/en/rss.xml", ["reports"]],
    ["/en/a-page-to-come", ["reports"]],
    ["/vi/missing", []],
    ["/en/card.png", []],
    ["/en/failed", []],
    ["/_not-found", []],
  ])("of %s", (path, tags) => {
    expect(tagsOfPath(path)).toEqual(tags);
  });

  test("of a change", () => {
    expect(tagsOfChange({ kind: "changed", ids: [1, 2] })).toEqual(["reports", "report:1", "report:2"]);
    expect(tagsOfChange({ kind: "everything" })).toEqual(["reports"]);
  });
});

test("a key is never that of another read", async () => {
  const lookup = vi.spyOn(cache, "lookup");
  for (const [, read] of READS) await read(reports);
  const keys = new Set<CacheKey>(lookup.mock.calls.map(([key]) => key));
  expect(keys.size).toBe(READS.length);
});
