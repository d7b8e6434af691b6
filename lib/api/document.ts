import { STATUS_CODES } from "node:http";
import * as z from "zod";
import { type Answer, entriesOf } from "./answers";
import { HEADERS, type HeaderName } from "./headers";
import type { Operation, Tag } from "./operation";
import { operations } from "./operations";
import type { Parameter } from "./parameters";
import { components } from "./schemas";

export const API_VERSION = "0.1.0";

const DESCRIPTION = `Crypto market reports in Vietnamese and English, beside a live market.

Paths of pages have no prefix in Vietnamese and /en in English; /vi leads to the one without. HEAD is answered
wherever GET is, with the same status and fields. Errors are problem documents (RFC 9457) whose code is stable; pages
have errors as pages. All text is UTF-8, and compressed as Accept-Encoding allows.`;

const TAGS: Readonly<Record<Tag, string>> = {
  pages: "HTML for people",
  feeds: "What readers, social networks and search engines ask for",
  market: "The live market as JSON",
  health: "How the site does, for those who watch over it",
  administration: "For operators who know the secret",
  files: "Files as they are",
  description: "This document",
};

const ADMIN = "adminSecret";
const UNLIMITED = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];

type JsonObject = Readonly<Record<string, unknown>>;

let assembled: JsonObject | undefined;

/**
 * The description of the site (OpenAPI 3.1), as JSON.
 *
 * @param server where its paths begin: an origin, or "/" for the host that the document comes from
 */
export function openApiJson(server: string): string {
  assembled ??= assemble();
  const { openapi, info, ...rest } = assembled;
  return JSON.stringify({ openapi, info, servers: [{ url: server }], ...rest });
}

function assemble(): JsonObject {
  const names = nameSharedAnswers();
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) {
    const described = describeOperation(operation, names);
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "web-server-report",
      version: API_VERSION,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: describeComponents(),
      responses: Object.fromEntries([...names].map(([text, name]) => [name, JSON.parse(text)])),
      securitySchemes: {
        [ADMIN]: {
          type: "http",
          scheme: "bearer",
          description: "The value of AUTO_UPDATE_SECRET_KEY. Where none is set, the answer is 403",
        },
      },
    },
  };
}

/** Answers that several operations have, as JSON, and a name for each: `BadRequest`, `BadRequest2`. */
function nameSharedAnswers(): ReadonlyMap<string, string> {
  const seen = new Set<string>();
  const names = new Map<string, string>();
  const taken = new Map<string, number>();
  for (const [status, answer] of operations.flatMap(({ answers }) => entriesOf(answers))) {
    const text = JSON.stringify(describeAnswer(answer));
    const isRepeated = seen.has(text);
    seen.add(text);
    if (!isRepeated || names.has(text)) continue;
    const reason = STATUS_CODES[status]?.replaceAll(/\W/g, "") ?? `Status${status}`;
    const count = (taken.get(reason) ?? 0) + 1;
    taken.set(reason, count);
    names.set(text, count === 1 ? reason : `${reason}${count}`);
  }
  return names;
}

function describeOperation(operation: Operation, names: ReadonlyMap<string, string>): JsonObject {
  const { id, tag, summary, description, parameters = [], isAdmin, answers } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters: parameters.map(describeParameter) }),
    ...(isAdmin && { security: [{ [ADMIN]: [] }] }),
    responses: Object.fromEntries(
      entriesOf(answers).map(([status, answer]) => {
        const described = describeAnswer(answer);
        const name = names.get(JSON.stringify(described));
        return [status, name === undefined ? described : { $ref: `#/components/responses/${name}` }];
      }),
    ),
  };
}

function describeParameter(parameter: Parameter): JsonObject {
  const { name, in: place, description, schema, isRequired, example } = parameter;
  return {
    name,
    in: place,
    description,
    ...((isRequired || place === "path") && { required: true }),
    schema: describeSchema(schema),
    ...(example !== undefined && { example }),
  };
}

function describeAnswer({ description, headers, content, mayBeEmpty }: Answer): JsonObject {
  const all = { ...headers, "X-Request-Id": "sometimes" };
  const bodies = Object.entries(content).map(([type, { schema, examples }]) => [
    type,
    {
      ...(schema && { schema: describeSchema(schema) }),
      ...(examples && {
        examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
      }),
    },
  ]);
  return {
    description: mayBeEmpty ? `${description}; perhaps without a body` : description,
    headers: Object.fromEntries(
      Object.entries(all).map(([name, when]) => {
        const header = HEADERS[name as HeaderName];
        const required = when === "always" && { required: true };
        return [
          name,
          { description: header.description, ...required, schema: describeSchema(header.schema) },
        ];
      }),
    ),
    ...(bodies.length > 0 && { content: Object.fromEntries(bodies) }),
  };
}

const describedSchemas = new WeakMap<z.ZodType, JsonObject>();

/** By reference where it has a name. Each is worked out once: those of headers are in hundreds of answers. */
function describeSchema(schema: z.ZodType): JsonObject {
  const known = describedSchemas.get(schema);
  if (known) return known;
  const id = components.get(schema)?.id;
  const described = id === undefined ? plain(z.toJSONSchema(schema, FORM)) : { $ref: referenceTo(id) };
  describedSchemas.set(schema, described);
  return described;
}

function describeComponents(): JsonObject {
  const { schemas } = z.toJSONSchema(components, { ...FORM, uri: referenceTo });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

const referenceTo = (id: string) => `#/components/schemas/${id}`;

const FORM = {
  // As it is read: with room for fields that are added later.
  io: "input",
  override({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) {
    // A format says the same as its pattern of several hundred characters.
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    if (UNLIMITED.includes(jsonSchema.maximum ?? 0)) delete jsonSchema.maximum;
    if (UNLIMITED.includes(jsonSchema.minimum ?? 0)) delete jsonSchema.minimum;
  },
} as const;

/** OpenAPI 3.1 says for all schemas at once what dialect they are in, and names them by their place. */
function plain({ $schema: _dialect, $id: _place, ...schema }: z.core.JSONSchema.BaseSchema): JsonObject {
  return schema;
}
