import type { Documents } from "./document/documents";
import type { ReportSource } from "./document/model";
import {
  REPORTS_PER_PAGE,
  type RenderedReport,
  type Report,
  type ReportHeadline,
  type ReportLanguage,
} from "./report";
import type { ReportNeighbours, ReportOpening, ReportReference, ReportRepository } from "./repository";

export interface ReportPage {
  readonly page: number;
  readonly pageCount: number;
  /** Reports on all pages. */
  readonly total: number;
  readonly reports: readonly ReportHeadline[];
}

export interface Neighbours {
  readonly newer: ReportHeadline | null;
  /** Newest first; the first is the previous report. */
  readonly older: readonly ReportHeadline[];
}

/** Everything that pages, feeds and the sitemap read of reports. */
export interface Reports {
  /** Null when there is no report yet. */
  latest(language: ReportLanguage): Promise<RenderedReport | null>;
  byId(id: number, language: ReportLanguage): Promise<RenderedReport | null>;
  /** Title and summary of one report; null when there is none with this id. */
  headline(id: number, language: ReportLanguage): Promise<ReportHeadline | null>;
  neighbours(id: number, language: ReportLanguage): Promise<Neighbours>;
  /** Null when the page does not exist; page 1 exists also when there is no report. */
  page(page: number, language: ReportLanguage): Promise<ReportPage | null>;
  /** The newest `limit` reports. */
  recent(limit: number, language: ReportLanguage): Promise<readonly ReportHeadline[]>;
  count(): Promise<number>;
  references(range: { offset: number; limit: number }): Promise<readonly ReportReference[]>;
}

/** Older reports offered at the end of a report. */
const EARLIER_REPORTS = 3;

export function createReports(repository: ReportRepository, documents: Documents): Reports {
  async function render(report: Report | null, language: ReportLanguage): Promise<RenderedReport | null> {
    if (report === null) return null;
    const { source, language: written } = inLanguage(report, language);
    const document = await documents.build({
      source,
      language: written,
      date: report.createdAt,
      reportId: report.id,
    });
    return { id: report.id, createdAt: report.createdAt, language: written, document };
  }

  async function headlines(
    openings: readonly ReportOpening[],
    language: ReportLanguage,
  ): Promise<ReportHeadline[]> {
    if (openings.length === 0) return [];
    const texts = openings.map((opening) => (language === "en" && opening.en) || opening.vi);
    const found = await documents.headlines(texts);
    return openings.map(({ id, createdAt, en }, index) => ({
      id,
      createdAt,
      language: language === "en" && en !== null ? "en" : "vi",
      title: found[index]?.title ?? null,
      summary: found[index]?.summary ?? "",
    }));
  }

  async function headlineNeighbours(
    { newer, older }: ReportNeighbours,
    language: ReportLanguage,
  ): Promise<Neighbours> {
    const all = await headlines(newer ? [newer, ...older] : older, language);
    return newer ? { newer: all[0] ?? null, older: all.slice(1) } : { newer: null, older: all };
  }

  return {
    latest: async (language) => render(await repository.latest(), language),
    byId: async (id, language) => render(await repository.byId(id), language),
    async headline(id, language) {
      const opening = await repository.opening(id);
      return opening === null ? null : ((await headlines([opening], language))[0] ?? null);
    },
    neighbours: async (id, language) =>
      headlineNeighbours(await repository.neighbours(id, EARLIER_REPORTS), language),
    async page(page, language) {
      const total = await repository.count();
      const pageCount = Math.max(1, Math.ceil(total / REPORTS_PER_PAGE));
      if (page > pageCount) return null;
      const range = { offset: (page - 1) * REPORTS_PER_PAGE, limit: REPORTS_PER_PAGE, total };
      return { page, pageCount, total, reports: await headlines(await repository.openings(range), language) };
    },
    async recent(limit, language) {
      const total = await repository.count();
      return headlines(await repository.openings({ offset: 0, limit, total }), language);
    },
    count: () => repository.count(),
    references: (range) => repository.references(range),
  };
}

function inLanguage(
  report: Report,
  language: ReportLanguage,
): { source: ReportSource; language: ReportLanguage } {
  if (language === "en" && report.en !== null) return { source: report.en, language: "en" };
  return { source: report.vi, language: "vi" };
}
