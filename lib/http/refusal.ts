import type { IncomingMessage, ServerResponse } from "node:http";
import { PROBLEM_HEADERS, problemText } from "./problem";
import { securityHeaders } from "./security-headers";

/** Why a request gets no answer from the site. */
export interface Refusal {
  readonly status: number;
  /** Stable. */
  readonly code: string;
  readonly title: string;
  /** What was wrong with it and what would be right, in words of ours alone. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The two sides may not mean the same by what else comes over the connection. */
  readonly closes?: boolean;
}

/**
 * How long what follows a refused request is read and thrown away. A connection that is closed while bytes
 * come in is reset, and the client loses the answer that would have told it why.
 */
export const LINGER_MS = 1_000;

/** Answers as an API does (`problem.ts`): who sends such requests is seldom a person with a browser. */
export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const body = problemText(refusal);
  const closes = refusal.closes === true || hasBody(response.req);
  response.writeHead(refusal.status, headersOf({ ...refusal, closes }, body));
  if (!closes) {
    response.end(body);
    return;
  }
  // The answer is complete for the client, but not for Node, which would close at once.
  response.write(body);
  const end = () => void response.end();
  const timer = setTimeout(end, LINGER_MS);
  response.once("close", () => clearTimeout(timer));
  response.req.once("end", end).resume();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** The same for where there is no response: bytes that could not be read as a request. */
export function refusalBytes(refusal: Refusal): string {
  const body = problemText(refusal);
  const headers = headersOf({ ...refusal, closes: true }, body);
  const lines = [`HTTP/1.1 ${refusal.status} ${refusal.title}`, `date: ${new Date().toUTCString()}`];
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function headersOf({ headers = {}, closes }: Refusal, body: string): string[] {
  const all = { ...PROBLEM_HEADERS, "content-length": String(Buffer.byteLength(body)), ...headers };
  const connection = closes ? ["connection", "close"] : [];
  return [...securityHeaders(), ...Object.entries(all).flat(), ...connection];
}
