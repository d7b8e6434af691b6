import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { isNotModified, isUnwanted, mayContinue } from "./conditional";
import { type Fields, linesOf, replaceFields, withoutFields } from "./fields";
import type { Outcome } from "./outcome";
import { parseRange } from "./ranges";
import type { Representation, StoredAnswer } from "./stored-answer";

export interface Sending {
  readonly answer: StoredAnswer;
  /** Absent where there was no cache to ask, as for a file. */
  readonly outcome?: Outcome;
  readonly ageMs?: number;
  /** How long the handler took. */
  readonly handlerMs?: number;
  /** Of this one exchange. */
  readonly fields: Fields;
}

/** What is to be sent, with no regard to the connection it goes over. */
export interface Reply {
  readonly status: number;
  readonly representation: Representation;
  readonly fields: Fields;
  readonly body: Buffer | null;
}

const EMPTY: Fields = ["content-length", "0"];

/** Chooses representation, status and bytes for a GET or HEAD. */
export function replyTo(
  method: string | undefined,
  headers: IncomingHttpHeaders,
  answer: StoredAnswer,
): Reply {
  const wantsRange = headers.range !== undefined && method === "GET" && answer.status === 200;
  const representation = wantsRange ? answer.identity : answer.choose(headers["accept-encoding"]);
  const { body, fields, notModifiedFields } = representation;
  const validators = answer.validators(representation);
  if (answer.status === 200 && isUnwanted(headers, validators)) {
    const fields = replaceFields(notModifiedFields, EMPTY);
    return { status: 412, representation, fields, body: null };
  }
  if (answer.status === 200 && isNotModified(headers, validators)) {
    return { status: 304, representation, fields: notModifiedFields, body: null };
  }
  if (wantsRange && mayContinue(headers["if-range"] as string | undefined, validators)) {
    const range = parseRange(headers.range, body.length);
    if (range === "unsatisfiable") {
      const unsatisfiable = ["content-range", `bytes */${body.length}`, "content-length", "0"];
      return {
        status: 416,
        representation,
        fields: replaceFields(notModifiedFields, unsatisfiable),
        body: null,
      };
    }
    if (range !== null) {
      const part = body.subarray(range.start, range.end + 1);
      const contentRange = `bytes ${range.start}-${range.end}/${body.length}`;
      const partial = ["content-range", contentRange, "content-length", String(part.length)];
      return { status: 206, representation, fields: replaceFields(fields, partial), body: part };
    }
  }
  return { status: answer.status, representation, fields, body: method === "HEAD" ? null : body };
}

/** What the cache says of itself: `Age`, `X-Cache`, `Server-Timing`. */
export function cacheFields({ outcome, ageMs, handlerMs }: Omit<Sending, "answer" | "fields">): Fields {
  if (outcome === undefined) return [];
  const fields = ["x-cache", outcome, "server-timing", serverTiming(outcome, handlerMs)];
  if (ageMs !== undefined) fields.push("age", String(Math.floor(ageMs / 1_000)));
  return fields;
}

function serverTiming(outcome: Outcome, handlerMs: number | undefined): string {
  const cache = `cache;desc=${outcome}`;
  return handlerMs === undefined ? cache : `${cache}, handler;dur=${handlerMs.toFixed(1)}`;
}

/**
 * Of a list given to `writeHead`, Node keeps only the last field of a name where one was set before. Those that
 * come several times are therefore set on their own.
 */
export function writeFields(response: ServerResponse, status: number, fields: Fields): void {
  const names = new Set<string>();
  const repeated = new Set<string>();
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? "";
    (names.has(name) ? repeated : names).add(name);
  }
  for (const name of repeated) response.setHeader(name, linesOf(fields, name));
  response.writeHead(
    status,
    repeated.size > 0 ? withoutFields(fields, (name) => repeated.has(name)) : [...fields],
  );
}

export function sendAnswer(request: IncomingMessage, response: ServerResponse, sending: Sending): void {
  if (response.destroyed || response.headersSent) return;
  const { status, fields, body } = replyTo(request.method, request.headers, sending.answer);
  writeFields(response, status, [...fields, ...cacheFields(sending), ...sending.fields]);
  if (body === null) response.end();
  else response.end(body);
}
