import * as z from "zod";
import { type Locale, localizedPath, routing } from "../../i18n/routing";
import { type Answers, asPages, HTML, internalError, kept, merge } from "../answers";
import {
  ABSENT,
  FAILED,
  MISSING,
  ONLY_READ,
  type Operation,
  OVERLOADED,
  REFUSED,
  UNANSWERED,
} from "../operation";
import { conditions, language, latestOrId, pageOfList, reportId } from "../parameters";

const LANGUAGES: Readonly<Record<Locale, string>> = { vi: "Vietnamese", en: "English" };

/** The same in each language: Vietnamese without a prefix, English under `/en`. */
function inEachLanguage(operation: Operation): readonly Operation[] {
  return routing.locales.map((locale) => ({
    ...operation,
    id: `${operation.id}In${LANGUAGES[locale]}`,
    path: localizedPath(locale, operation.path),
    summary: `${operation.summary}, in ${LANGUAGES[locale]}`,
  }));
}

const text = { schema: z.string() };

const redirected: Answers = {
  308: {
    description: "It has another address: in the language of lang, or of the report of id",
    headers: { Location: "always", "X-Cache": "sometimes" },
    content: {},
  },
};

/** What a page may be answered with beside itself: people get errors as pages in their language. */
const otherwise = merge(
  redirected,
  ONLY_READ,
  asPages(merge(OVERLOADED, UNANSWERED, internalError)),
  REFUSED,
);
const ofPages = [language, ...conditions];

const pages: readonly Operation[] = [
  {
    id: "readHome",
    method: "get",
    path: "/",
    tag: "pages",
    summary: "Home",
    description: "The market now, the latest report in brief, and recent reports.",
    parameters: ofPages,
    answers: merge(kept("The page", { [HTML]: text }), otherwise),
  },
  {
    id: "readLatestReport",
    method: "get",
    path: "/crypto_report",
    tag: "pages",
    summary: "The latest report",
    parameters: [latestOrId, ...ofPages],
    answers: merge(kept("The page", { [HTML]: text }), MISSING, otherwise),
  },
  {
    id: "readReport",
    method: "get",
    path: "/crypto_report/{id}",
    tag: "pages",
    summary: "One report",
    parameters: [reportId, ...ofPages],
    answers: merge(kept("The page", { [HTML]: text }), MISSING, otherwise),
  },
  {
    id: "listReports",
    method: "get",
    path: "/crypto_reports_list",
    tag: "pages",
    summary: "All reports",
    description: "Newest first, 10 a page.",
    parameters: [pageOfList, ...ofPages],
    answers: merge(kept("The page", { [HTML]: text }), MISSING, otherwise),
  },
  {
    id: "readStatus",
    method: "get",
    path: "/status",
    tag: "pages",
    summary: "How the site does, for a person",
    description: "Made anew for each visitor.",
    parameters: ofPages,
    answers: merge(kept("The page", { [HTML]: text }), otherwise),
  },
  {
    id: "readCard",
    method: "get",
    path: "/crypto_report/{id}/card.png",
    tag: "feeds",
    summary: "The picture of a report for sharing",
    parameters: [reportId, ...ofPages],
    answers: merge(kept("The picture", { "image/png": {} }), ABSENT, FAILED, otherwise),
  },
  {
    id: "readSiteCard",
    method: "get",
    path: "/card.png",
    tag: "feeds",
    summary: "The picture of the site for sharing",
    parameters: ofPages,
    answers: merge(kept("The picture", { "image/png": {} }), FAILED, otherwise),
  },
  {
    id: "readFeed",
    method: "get",
    path: "/rss.xml",
    tag: "feeds",
    summary: "The latest reports as RSS 2.0",
    parameters: ofPages,
    answers: merge(kept("The feed", { "application/rss+xml": text }), FAILED, otherwise),
  },
];

export const pageOperations: readonly Operation[] = pages.flatMap(inEachLanguage);
