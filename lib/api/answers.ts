import * as z from "zod";
import { type Fields, fieldOf } from "../http/page-cache/fields";
import { INTERNAL_ERROR, PROBLEM_HEADERS, problemAnswer, problemText } from "../http/problem";
import type { Refusal } from "../http/refusal";
import { HEADERS, type HeaderName } from "./headers";
import { problem } from "./schemas";

export interface Body {
  /** Absent where the body is bytes. */
  readonly schema?: z.ZodType;
  /** By name. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly description: string;
  /** Fields that are there always, or sometimes. */
  readonly headers: Readonly<Partial<Record<HeaderName, "always" | "sometimes">>>;
  /** By media type; empty where there is no body. */
  readonly content: Readonly<Record<string, Body>>;
  /** Whether it comes without any body as well. */
  readonly mayBeEmpty?: true;
}

/** By status. */
export type Answers = Readonly<Record<number, Answer>>;

export const PROBLEM = "application/problem+json";
export const HTML = "text/html";

/** All that any of them says. */
export function merge(...parts: readonly Answers[]): Answers {
  const merged: Record<number, Answer> = {};
  for (const part of parts) {
    for (const [status, answer] of entriesOf(part)) {
      const before = merged[status];
      merged[status] = before === undefined || before === answer ? answer : either(before, answer);
    }
  }
  return merged;
}

export function entriesOf(answers: Answers): readonly (readonly [number, Answer])[] {
  return Object.entries(answers).map(([status, answer]) => [Number(status), answer]);
}

function either(one: Answer, other: Answer): Answer {
  const headers: Record<string, "always" | "sometimes"> = {};
  for (const name of Object.keys({ ...one.headers, ...other.headers }) as HeaderName[]) {
    const isAlways = one.headers[name] === "always" && other.headers[name] === "always";
    headers[name] = isAlways ? "always" : "sometimes";
  }
  const content: Record<string, Body> = { ...one.content };
  for (const [type, body] of Object.entries(other.content)) {
    const examples = { ...content[type]?.examples, ...body.examples };
    content[type] = { ...content[type], ...body, ...(Object.keys(examples).length > 0 && { examples }) };
  }
  const texts = new Set([...one.description.split("; "), ...other.description.split("; ")]);
  const mayBeEmpty = one.mayBeEmpty ?? other.mayBeEmpty;
  return { description: [...texts].join("; "), headers, content, ...(mayBeEmpty && { mayBeEmpty }) };
}

/** What errors are answered with. An error is made up here only to see what becomes of it. */
export function problems(...errors: readonly Error[]): Answers {
  return merge(
    ...errors.map((error) => {
      const { status, fields, body } = problemAnswer(error);
      return problemAs(status, fields, body.toString());
    }),
  );
}

/** The same of what is refused before it is a request to the site. */
export function refused(refusals: readonly Refusal[]): Answers {
  return merge(
    ...refusals.map((refusal) => {
      const fields = Object.entries({ ...PROBLEM_HEADERS, ...refusal.headers }).flat();
      return problemAs(refusal.status, fields, problemText(refusal));
    }),
  );
}

export const internalError: Answers = problemAs(
  INTERNAL_ERROR.status,
  Object.entries(PROBLEM_HEADERS).flat(),
  problemText(INTERNAL_ERROR),
);

function problemAs(status: number, fields: Fields, text: string): Answers {
  const document = problem.parse(JSON.parse(text));
  const examples = { [document.code ?? "unforeseen"]: document };
  const names = (Object.keys(HEADERS) as HeaderName[]).filter(
    (name) => fieldOf(fields, name.toLowerCase()) !== undefined,
  );
  return {
    [status]: {
      description: document.title,
      headers: Object.fromEntries(names.map((name) => [name, "always"])),
      content: { [PROBLEM]: { schema: problem, examples } },
    },
  };
}

/** The same answers, which a visitor who wants a page may also get as one. */
export function asPages(answers: Answers): Answers {
  return Object.fromEntries(
    entriesOf(answers).map(([status, answer]) => [
      status,
      { ...answer, content: { [HTML]: { schema: z.string() }, ...answer.content } },
    ]),
  );
}

/** One answer without a lifetime. */
export function made(status: number, description: string, content: Answer["content"]): Answers {
  return {
    [status]: { description, headers: { "Cache-Control": "always", "X-Cache": "sometimes" }, content },
  };
}

/** What is kept as bytes, so that it can be asked for again by its tag, and in parts. */
export function kept(description: string, content: Answer["content"]): Answers {
  const parts = Object.fromEntries(Object.keys(content).map((type) => [type, {}]));
  const common = {
    "Cache-Control": "always",
    ETag: "always",
    "X-Cache": "sometimes",
    Age: "sometimes",
  } as const;
  return {
    200: { description, headers: { ...common, "Accept-Ranges": "always" }, content },
    206: {
      description: "The part of it that was asked for",
      headers: { ...common, "Accept-Ranges": "always", "Content-Range": "always" },
      content: parts,
    },
    304: { description: "Nothing has changed", headers: common, content: {} },
    412: {
      description: "It is not what If-Match and If-Unmodified-Since want",
      headers: common,
      content: {},
    },
    416: {
      description: "There is no such part",
      headers: { ...common, "Content-Range": "always" },
      content: {},
    },
  };
}
