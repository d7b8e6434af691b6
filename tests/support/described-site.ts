import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { expect, vi } from "vitest";
import * as z from "zod";
import { PROBLEM } from "../../lib/api/answers";
import { HEADERS, type HeaderName } from "../../lib/api/headers";
import type { Operation } from "../../lib/api/operation";
import { operations } from "../../lib/api/operations";

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In place of the examples of parameters. */
  readonly path?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const PATIENCE = { timeout: 30_000, interval: 100 };

export interface DescribedSite {
  /** Asks an operation, and holds the answer against its description. A HEAD is held against its GET. */
  ask(operation: Operation, asking?: Asking): Promise<Answered>;
}

export function operationOf(id: string): Operation {
  const found = operations.find((operation) => operation.id === id);
  if (found === undefined) throw new TypeError(`no operation has the id ${id}`);
  return found;
}

/** A path with the examples of its parameters in it, and of the query what is required. */
export function exampleOf({ path, parameters = [] }: Operation): string {
  let example = path;
  const query = new URLSearchParams();
  for (const { name, in: place, isRequired, example: value } of parameters) {
    if (place === "path") example = example.replace(`{${name}}`, String(value));
    else if (place === "query" && isRequired) query.set(name, String(value));
  }
  return query.size > 0 ? `${example}?${query}` : example;
}

/** @param url origin of a running site */
export function describedSite(url: string): DescribedSite {
  let addresses = 0;
  async function exchange(operation: Operation, asking: Asking): Promise<Answered> {
    const { method = operation.method.toUpperCase(), headers = {}, body, path } = asking;
    const target = path ?? exampleOf(operation);
    const sending = request(url + target, {
      method,
      // Each from an address of its own, so that none is told to wait.
      headers: { "x-forwarded-for": `198.51.100.${++addresses % 250}`, ...headers },
      agent: false,
    });
    // A site that refuses a request need not read all of it.
    sending.on("error", () => {});
    sending.end(body);
    const [response] = (await once(sending, "response")) as [IncomingMessage];
    const { statusCode: status = 0, headers: fields } = response;
    const isEndless = fields["content-type"] === "text/event-stream" && method !== "HEAD";
    const text = isEndless ? await firstEvent(response) : (await buffer(response)).toString();
    const answered = { status, headers: fields, text };
    check(operation, answered, method === "HEAD", `${method} ${target}: ${status}`);
    return answered;
  }

  return {
    ask(operation, asking = {}) {
      // A busy site asks for patience, which is described as well: so it is asked again.
      return vi.waitFor(async () => {
        const answered = await exchange(operation, asking);
        if (answered.status === 503 && isOverload(answered)) throw new Error("The site has too much to do");
        return answered;
      }, PATIENCE);
    },
  };
}

/** Pages say it as pages. */
function isOverload({ headers, text }: Answered): boolean {
  return String(headers["content-type"]).startsWith("text/html") || text.includes("E_OVERLOADED");
}

/** Of an answer that has no end. */
async function firstEvent(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const bytes of response) {
    text += String(bytes);
    if (/^data: .*\n\n/m.test(text)) break;
  }
  return text;
}

function check(
  { answers }: Operation,
  { status, headers, text }: Answered,
  isHead: boolean,
  how: string,
): void {
  const answer = answers[status];
  if (answer === undefined) throw new Error(`${how} is not described`);
  for (const [name, when] of Object.entries(answer.headers)) {
    const value = headers[name.toLowerCase()];
    if (when === "always") expect(value, `${how}, ${name}`).toBeDefined();
    if (value === undefined) continue;
    const { schema } = HEADERS[name as HeaderName];
    expect(
      schema.safeParse(schema instanceof z.ZodNumber ? Number(value) : value).success,
      `${how}, ${name}: ${value}`,
    ).toBe(true);
  }
  const types = Object.keys(answer.content);
  if (headers["content-type"] === undefined) {
    // The text of a redirect has no type.
    if (status !== 308) expect([text, answer.mayBeEmpty ?? types.length === 0], how).toEqual(["", true]);
    return;
  }
  const type = String(headers["content-type"]).split(";", 1)[0] ?? "";
  expect(types, how).toContain(type);
  if (isHead) {
    expect(text, how).toBe("");
    return;
  }
  const { schema, examples = {} } = answer.content[type] ?? {};
  if (schema === undefined) {
    expect(text, how).not.toBe("");
    return;
  }
  const body = /[/+]json$/.test(type) ? JSON.parse(text) : text;
  // What is not described is dropped by the schema, and missed here.
  expect(schema.parse(body), how).toEqual(body);
  if (type !== PROBLEM) return;
  expect(body.status, how).toBe(status);
  expect(Object.keys(examples), how).toContain(body.code ?? "unforeseen");
}
