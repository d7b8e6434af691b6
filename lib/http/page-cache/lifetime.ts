import { type CacheControl, parseCacheControl } from "./cache-control";
import { type Fields, fieldOf, linesOf } from "./fields";
import { parseHttpDate } from "./http-date";

/** How long an answer may be reused, in milliseconds since it was asked for. */
export interface Lifetime {
  /** Fresh until this age. */
  readonly freshMs: number;
  /** Then it may be served while it is revalidated (RFC 5861), for this long. */
  readonly staleWhileRevalidateMs: number;
  /** Or in place of an error, for this long after it was fresh. */
  readonly staleIfErrorMs: number;
  /** Its age when it arrived. */
  readonly initialAgeMs: number;
}

export interface LifetimeOptions {
  /** For answers that do not say how long they may stand in for an error. */
  readonly staleIfErrorMs: number;
  /** The longest life of an answer that something is not there. */
  readonly negativeMs: number;
}

export interface AnsweredRequest {
  readonly hasAuthorization: boolean;
  /** Milliseconds from question to head. */
  readonly delayMs: number;
  /** Milliseconds since 1970, when the head came. */
  readonly at: number;
}

const SECOND = 1_000;

/** Cacheable by default (RFC 9110, section 15.1), less 206, which is part of something. */
const BY_DEFAULT = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);
/** Of one exchange: never kept, whatever their fields say. */
const OF_ONE_EXCHANGE = new Set([206, 304, 401, 407, 408, 412, 413, 416, 417, 421, 425, 426, 428, 429, 431]);

/**
 * Whether a shared cache may keep an answer to GET, and for how long (RFC 9111, sections 3 and 4.2). Stricter
 * than the RFC where it leaves a choice: without an explicit lifetime only "not there" is kept, and briefly.
 *
 * @returns null when it must not be kept
 */
export function lifetimeOf(
  status: number,
  fields: Fields,
  request: AnsweredRequest,
  options: LifetimeOptions,
): Lifetime | null {
  const control = parseCacheControl(linesOf(fields, "cache-control"));
  if (!isShareable(status, fields, control, request.hasAuthorization)) return null;
  const explicitMs = explicitLifetime(fields, control, request.at);
  const isNegative = status === 404 || status === 410;
  const isDefault = explicitMs === undefined && isNegative;
  if (explicitMs === undefined && !isDefault) return null;
  const limitMs = isNegative ? options.negativeMs : Number.POSITIVE_INFINITY;
  const freshMs = control.noCache ? 0 : Math.min(explicitMs ?? limitMs, limitMs);
  const stays = !(control.mustRevalidate || control.proxyRevalidate || control.noCache || isNegative);
  const swr = stays ? (control.staleWhileRevalidate ?? 0) * SECOND : 0;
  const sie = stays ? (control.staleIfError ?? options.staleIfErrorMs / SECOND) * SECOND : 0;
  if (freshMs === 0 && swr === 0 && !hasValidator(fields)) return null;
  return {
    freshMs,
    staleWhileRevalidateMs: swr,
    staleIfErrorMs: sie,
    initialAgeMs: initialAge(fields, request),
  };
}

function isShareable(
  status: number,
  fields: Fields,
  control: CacheControl,
  hasAuthorization: boolean,
): boolean {
  if (status < 200 || status >= 500 ? status !== 501 : OF_ONE_EXCHANGE.has(status)) return false;
  if (isForOne(fields, control)) return false;
  if (/(?:^|,)\s*\*\s*(?:,|$)/.test(fieldOf(fields, "vary") ?? "")) return false;
  const isPermitted = control.public || control.mustRevalidate || control.sMaxage !== undefined;
  if (hasAuthorization && !isPermitted) return false;
  const saysNothing = fieldOf(fields, "cache-control") === undefined;
  if (saysNothing && /\bno-cache\b/i.test(fieldOf(fields, "pragma") ?? "")) return false;
  return (
    BY_DEFAULT.has(status) || control.sMaxage !== undefined || control.maxAge !== undefined || control.public
  );
}

/** Whether the handler says, or shows, that an answer is for the one who asked. */
export function isForOne(
  fields: Fields,
  control: CacheControl = parseCacheControl(linesOf(fields, "cache-control")),
): boolean {
  return control.noStore || control.private || fieldOf(fields, "set-cookie") !== undefined;
}

function explicitLifetime(fields: Fields, control: CacheControl, receivedAt: number): number | undefined {
  if (control.sMaxage !== undefined) return control.sMaxage * SECOND;
  if (control.maxAge !== undefined) return control.maxAge * SECOND;
  const expires = fieldOf(fields, "expires");
  // No lifetime, but a validator to ask again with.
  if (expires === undefined) return control.noCache ? 0 : undefined;
  const end = parseHttpDate(expires);
  // "0" and other values that are no date mean the past.
  if (end === undefined) return 0;
  return Math.max(0, end - (parseHttpDate(fieldOf(fields, "date")) ?? receivedAt));
}

/** RFC 9111, section 4.2.3, with an age that counts from the question: the delay is part of it already. */
function initialAge(fields: Fields, { delayMs, at }: AnsweredRequest): number {
  const apparent = at - (parseHttpDate(fieldOf(fields, "date")) ?? at);
  const age = /^\s*(\d+)/.exec(fieldOf(fields, "age") ?? "")?.[1];
  return Math.max(0, apparent - delayMs, Number(age ?? 0) * SECOND);
}

function hasValidator(fields: Fields): boolean {
  return fieldOf(fields, "etag") !== undefined || fieldOf(fields, "last-modified") !== undefined;
}
