import * as z from "zod";
import { MethodNotAllowedError, OverloadedError, RateLimitedError } from "../errors";
import { CLIENT_REFUSALS } from "../http/client-errors";
import { HandlerTimeoutError } from "../http/page-cache/flights";
import { NotCachedError } from "../http/page-cache/page-cache";
import { READ_ONLY, REFUSALS } from "../http/request-guard";
import { type Answer, type Answers, HTML, merge, problems, refused } from "./answers";
import type { Parameter } from "./parameters";

export type Tag = "pages" | "feeds" | "market" | "health" | "administration" | "files" | "description";

/** A method of a public path. GET stands for HEAD as well. */
export interface Operation {
  /** Unique. */
  readonly id: string;
  readonly method: "get" | "post";
  /** As in `/crypto_report/{id}`, with the language prefix where there is one. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  /** For those who know the secret. */
  readonly isAdmin?: true;
  readonly answers: Answers;
}

/** What any request may be refused with, whatever it asks for. */
export const REFUSED: Answers = merge(refused([...REFUSALS, ...CLIENT_REFUSALS]), {
  503: {
    description: "The site is being opened",
    headers: { "Retry-After": "always", "Cache-Control": "always" },
    content: { "text/plain": { schema: z.string() } },
  },
});

/** The application is asked, and does not answer in time; or is not to be asked. */
export const UNANSWERED = problems(
  new HandlerTimeoutError("The handler took too long"),
  new NotCachedError(),
);

/** What stands between a visitor and the application. */
export const OVERLOADED = problems(new RateLimitedError(1_000), new OverloadedError("queue", 1_500));

/** Of what can only be read: routes say so themselves, the front server says it for pages and files. */
export const ONLY_READ: Answers = merge(
  problems(new MethodNotAllowedError(["GET", "HEAD", "OPTIONS"])),
  refused([READ_ONLY]),
);

const missing: Answer = {
  description: "There is no such page",
  headers: { "Cache-Control": "sometimes", "X-Cache": "sometimes" },
  content: { [HTML]: { schema: z.string() } },
};

export const MISSING: Answers = { 404: missing };

/** Of a picture or a feed: not always with words. */
export const ABSENT: Answers = { 404: { ...missing, description: "There is none", mayBeEmpty: true } };

export const FAILED: Answers = {
  500: {
    description: "Internal Server Error",
    headers: { "X-Cache": "sometimes" },
    content: { "text/plain": { schema: z.string() } },
    mayBeEmpty: true,
  },
};
