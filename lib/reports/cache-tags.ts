import { type CacheTag, defineTags } from "../cache";
import type { ReportChange } from "./changes/change";
import { parseReportId } from "./report";

/** On everything that was made of reports: each change may move it in a list, or be a neighbour of it. */
export const reportsTag = defineTags("reports")();
/** On what was made of one report, by its id. */
export const reportTag = defineTags("report");

/** Internal paths without reports (app/): Next's own, those of the market, the documents of errors, the picture of the site. */
const WITHOUT_REPORTS = /^\/_|^\/api\/|^\/[^/]+\/(?:missing|failed|card\.png)$/;
const OF_ONE_REPORT = /^\/[^/]+\/crypto_report\/([^/]+)(?:\/|$)/;

/** Tags of the page at an internal path, such as `/vi/crypto_report/7`. An unknown page counts as made of reports. */
export function tagsOfPath(path: string): readonly CacheTag[] {
  if (WITHOUT_REPORTS.test(path)) return [];
  const id = parseReportId(OF_ONE_REPORT.exec(path)?.[1] ?? "");
  return id === null ? [reportsTag] : [reportsTag, reportTag(id)];
}

/** What to invalidate after a change. */
export function tagsOfChange(change: ReportChange): readonly CacheTag[] {
  return change.kind === "everything" ? [reportsTag] : [reportsTag, ...change.ids.map((id) => reportTag(id))];
}
