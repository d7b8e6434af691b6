import * as z from "zod";
import { KEY_PATTERN, MAX_KEY_LENGTH } from "../cache/keys";
import { routing } from "../i18n/routing";
import { MAX_REPORT_ID } from "../reports/report";
import { numberField } from "./schemas";

/** An input of an operation. Those in a path are always there. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly description: string;
  readonly schema: z.ZodType;
  readonly isRequired?: true;
  readonly example?: unknown;
}

const positive = z.int().min(1).max(MAX_REPORT_ID);

export const reportId: Parameter = {
  name: "id",
  in: "path",
  description: "A report, in plain decimal notation",
  schema: positive,
  example: 7,
};

export const latestOrId: Parameter = {
  name: "id",
  in: "query",
  description: "Leads to that report",
  schema: positive,
  example: 7,
};

export const pageOfList: Parameter = {
  name: "page",
  in: "query",
  description: "Counted from 1, the newest",
  schema: positive.default(1),
  example: 2,
};

export const partOfSitemap: Parameter = {
  name: "part",
  in: "path",
  description: "Counted from 1",
  schema: positive,
  example: 1,
};

export const language: Parameter = {
  name: "lang",
  in: "query",
  description: "Leads to the same in that language",
  schema: z.enum(routing.locales),
  example: "en",
};

export const historyField: Parameter = {
  name: "field",
  in: "query",
  description: "Which value",
  schema: numberField,
  isRequired: true,
  example: "btc_price_usd",
};

export const DEFAULT_POINTS = 200;
export const pointCount = z.int().min(2).max(2_000).default(DEFAULT_POINTS);

export const historyPoints: Parameter = {
  name: "points",
  in: "query",
  description:
    "How many points at most: where there are more, those are chosen that keep the look of the line",
  schema: pointCount,
  example: 100,
};

export const cacheKey: Parameter = {
  name: "key",
  in: "query",
  description: "Asks why this key is fresh, stale or missing",
  schema: z.string().max(MAX_KEY_LENGTH).regex(KEY_PATTERN),
  example: "report:v1:7",
};

const ifMatch: Parameter = {
  name: "If-Match",
  in: "header",
  description:
    "Entity tags of what is wanted: when none of them is right, the answer is 412. Weak ones never are",
  schema: z.string(),
};

const ifNoneMatch: Parameter = {
  name: "If-None-Match",
  in: "header",
  description: "Entity tags that are known: when one of them is still right, the answer is 304",
  schema: z.string(),
};

const range: Parameter = {
  name: "Range",
  in: "header",
  description: "One range of bytes; another form is as if nothing was asked",
  schema: z.string(),
  example: "bytes=0-99",
};

/** Of what is kept as bytes. */
export const conditions: readonly Parameter[] = [ifMatch, ifNoneMatch, range];

export const lastEventId: Parameter = {
  name: "Last-Event-ID",
  in: "header",
  description: "The event that was seen last: the stream goes on behind it, as far as it is still known",
  schema: z.string(),
  example: "1764230400000-0",
};

export const fileName: Parameter = {
  name: "name",
  in: "path",
  description: "Name of a file",
  schema: z.string(),
  example: "icon.svg",
};
