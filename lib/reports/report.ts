import type { ReportDocument, ReportSource } from "./document/model";

/** The languages a report can be written in. */
export type ReportLanguage = "vi" | "en";

/** Largest value of the `id` column (Postgres SERIAL). */
export const MAX_REPORT_ID = 2_147_483_647;

/** Reports on a page of the list. */
export const REPORTS_PER_PAGE = 10;

/** One row of `crypto_report`; texts that are null, empty or only white space are null. */
export interface Report {
  readonly id: number;
  readonly createdAt: Date;
  readonly vi: ReportSource;
  /** Null when the report was not translated. */
  readonly en: ReportSource | null;
}

/** What a list, a feed or a link needs to know of a report. */
export interface ReportHeadline {
  readonly id: number;
  readonly createdAt: Date;
  /** The language of `title` and `summary`: Vietnamese when there is no translation. */
  readonly language: ReportLanguage;
  /** Null when the report has no usable text. */
  readonly title: string | null;
  readonly summary: string;
}

/** A report as a page shows it. */
export interface RenderedReport {
  readonly id: number;
  readonly createdAt: Date;
  /** The language of the document: Vietnamese when there is no translation. */
  readonly language: ReportLanguage;
  readonly document: ReportDocument;
}

/**
 * A report id as it stands in a URL.
 * @returns null unless it is a positive 32-bit integer in plain decimal notation.
 */
export function parseReportId(text: string): number | null {
  return parsePositiveInteger(text);
}

/** A page number as it stands in a URL; null unless it is a positive 32-bit integer. */
export function parsePageNumber(text: string): number | null {
  return parsePositiveInteger(text);
}

function parsePositiveInteger(text: string): number | null {
  if (!/^[1-9]\d{0,9}$/.test(text)) return null;
  const value = Number(text);
  return value <= MAX_REPORT_ID ? value : null;
}
