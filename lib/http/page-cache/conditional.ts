import type { IncomingHttpHeaders } from "node:http";
import { matchesStrongly, matchesTag } from "../entity-tag";
import { parseHttpDate } from "./http-date";

/** What an answer can be recognised by. `etag` as it stands in the field; `lastModified` in ms since 1970. */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: number | undefined;
}

/**
 * Whether the visitor wants the answer only if it is another one than it is (RFC 9110, sections 13.1.1 and 13.1.4): asked
 * before everything else, the date only where no entity tag is.
 */
export function isUnwanted(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const tags = headers["if-match"];
  if (tags !== undefined) return !matchesStrongly(tags, etag);
  const since = headers["if-unmodified-since"];
  if (since === undefined || lastModified === undefined) return false;
  const date = parseHttpDate(since);
  return date !== undefined && lastModified > date;
}

/**
 * Whether the visitor has the answer already (RFC 9110, section 13.2.2). Entity tags are compared weakly,
 * and a date is asked only where no entity tag is.
 */
export function isNotModified(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const tags = headers["if-none-match"];
  // By far the most frequent: the very tag that was given.
  if (tags !== undefined) return etag !== undefined && (tags === etag || matchesTag(tags, etag));
  const since = headers["if-modified-since"];
  if (since === undefined || lastModified === undefined) return false;
  const date = parseHttpDate(since);
  return date !== undefined && lastModified <= date;
}

/** Whether a range of what the visitor has may be completed with one of this (RFC 9110, section 13.1.5). */
export function mayContinue(ifRange: string | undefined, { etag, lastModified }: Validators): boolean {
  if (ifRange === undefined) return true;
  // Only a strong comparison tells that the bytes are the same.
  if (ifRange.startsWith('"')) return ifRange === etag;
  if (ifRange.startsWith("W/")) return false;
  return lastModified !== undefined && parseHttpDate(ifRange) === lastModified;
}
