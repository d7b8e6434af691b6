import { runChartScript, type ScriptFailure } from "./charts/run-script";
import { sanitizeInlineStyle } from "./css/inline-style";
import { scopeStylesheet } from "./css/stylesheet";
import { cutToSize } from "./cut-to-size";
import { placeCharts } from "./html/chart-hosts";
import type { Headline } from "./html/headline";
import { prepareHtml } from "./html/prepare";
import type { ReportDocument, ReportSource } from "./model";

export interface BuiltDocument {
  readonly document: ReportDocument;
  /** What the report's script did wrong; for the log, never for readers. */
  readonly failures: readonly ScriptFailure[];
}

/** Of a report's HTML, UTF-16 code units; what comes after them is not read. To parse more may take the thread its heap. */
const MAX_SOURCE = 8_000_000;

/**
 * Runs the whole pipeline over one language of a report. Never rejects because of what a report holds.
 *
 * @param date When the report was written: what its script takes for the present.
 */
export async function buildDocument(
  source: ReportSource,
  language: "vi" | "en",
  date: Date,
): Promise<BuiltDocument> {
  const prepared = prepareHtml(source.html.slice(0, MAX_SOURCE), { sanitizeInlineStyle });
  const { drawn, failures } =
    source.js === null
      ? { drawn: [], failures: [] }
      : await runChartScript(source.js, prepared.elements, { locale: language, date });
  const { body, charts } = placeCharts(prepared, drawn);
  const { title, summary, sections, wordCount } = prepared;
  const css = source.css === null ? "" : scopeStylesheet(source.css);
  const isCut = source.html.length > MAX_SOURCE;
  const document = cutToSize({ title, summary, body, css, charts, sections, wordCount, isCut });
  return { document, failures };
}

/** Title and summary alone, from a report's HTML or its beginning. */
export function readHeadline(html: string): Headline {
  const { title, summary } = prepareHtml(html, { sanitizeInlineStyle: () => "" });
  return { title, summary };
}
