import type { Root } from "hast";
import type { Chart } from "./charts/model";

/**
 * A report, ready to render: what is left of a row's untrusted HTML, CSS and JavaScript once the
 * pipeline has run. Plain data, so that it can cross a worker boundary and live in a cache.
 */
export interface ReportDocument {
  /** The report's own heading for lists, feeds and `<title>`, or null when it has no usable text. */
  readonly title: string | null;
  /** One to three sentences of the report's lead paragraph, at most 300 characters; may be empty. */
  readonly summary: string;
  /** Allow-listed elements only. Chart hosts are `div[data-chart]`, see `html/chart-hosts.ts`. */
  readonly body: Root;
  /** Style rules that can match only inside `#report-container`; may be empty. */
  readonly css: string;
  /** What the report drew; `div[data-chart="n"]` in `body` refers to `charts[n]`. */
  readonly charts: readonly Chart[];
  /** `section[id] > h2`, in document order; ids are those found in `body`. */
  readonly sections: readonly Section[];
  /** Words of running text, for the reading time. */
  readonly wordCount: number;
  /** Whether this is the beginning of a report that is too long for a page. */
  readonly isCut: boolean;
}

export interface Section {
  readonly id: string;
  readonly title: string;
}

/** The columns of one language of a `crypto_report` row (contracts: section 1). */
export interface ReportSource {
  readonly html: string;
  readonly css: string | null;
  readonly js: string | null;
}
