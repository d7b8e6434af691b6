import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { entriesOf } from "@/lib/api/answers";
import { openApiJson } from "@/lib/api/document";
import { operations } from "@/lib/api/operations";
import { marketSummary, unitOf } from "@/lib/api/schemas";
import { PATHS_WITHOUT_LANGUAGE, routePattern } from "@/lib/http/route-pattern";
import { routeRequest } from "@/lib/i18n/route-request";
import { routing } from "@/lib/i18n/routing";
import { NUMBER_FIELDS, NUMBER_RULES } from "@/lib/market/fields";
import { decodeEntry } from "@/lib/market/snapshot";
import { asJson, VALUES } from "../support/market";

interface Described {
  readonly $ref?: string;
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly value: unknown }>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly (Described & { name: string; in: string; required?: boolean })[];
  readonly security?: readonly Record<string, unknown>[];
  readonly responses: Record<
    string,
    Described & { description: string; content?: Record<string, Described> }
  >;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly version: string; readonly title: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, DescribedOperation>>;
  readonly components: Record<string, Record<string, object>>;
}

const text = openApiJson("https://reports.example.com");
const document = JSON.parse(text) as OpenApi;
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** All objects of the document, with the place they are at. */
function* objectsIn(value: unknown, place = "#"): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  yield [place, value as Record<string, unknown>];
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, `${place}/${key}`);
}

function resolved(reference: string): unknown {
  return reference
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

/** A schema of the document as something that checks, made from nothing but its text. */
function checkOf(schema: object): z.ZodType {
  const whole = { ...schema, $defs: document.components.schemas };
  return z.fromJSONSchema(JSON.parse(JSON.stringify(whole).replaceAll("#/components/schemas/", "#/$defs/")));
}

describe("the document", () => {
  test("is OpenAPI 3.1, of this version of the site, at the address that it was asked for", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info.title).not.toBe("");
    expect(document.info.version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
    expect(document.servers).toEqual([{ url: "https://reports.example.com" }]);
    expect(JSON.parse(openApiJson("/")).servers).toEqual([{ url: "/" }]);
  });

  test("refers to nothing that is not in it, and holds nothing that is referred to by nobody", () => {
    const references = new Set(
      [...objectsIn(document)].flatMap(([, { $ref }]) => ($ref ? [String($ref)] : [])),
    );
    expect(references.size).toBeGreaterThan(10);
    expect([...references].filter((reference) => typeof resolved(reference) !== "object")).toEqual([]);
    const named = Object.entries(document.components)
      .filter(([kind]) => kind !== "securitySchemes")
      .flatMap(([kind, all]) => Object.keys(all).map((name) => `#/components/${kind}/${name}`));
    expect(named.filter((place) => !references.has(place))).toEqual([]);
  });

  test("names schemas by their place alone", () => {
    const odd = [...objectsIn(document)].filter(([, object]) => "$id" in object || "$schema" in object);
    expect(odd.map(([place]) => place)).toEqual([]);
  });

  test("gives each operation an id of its own, a summary, a known tag, and answers", () => {
    const ids = described.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { operation } of described) {
      const { operationId, summary, responses } = operation;
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary, operationId).toMatch(/^[A-Z]/);
      expect(
        operation.tags.filter((tag) => !tags.includes(tag)),
        operationId,
      ).toEqual([]);
      expect(Object.keys(responses), operationId).toContain("200");
      for (const [status, response] of Object.entries(responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/);
        const { description } = (response.$ref ? resolved(response.$ref) : response) as typeof response;
        expect(description, `${operationId} ${status}`).not.toBe("");
      }
    }
    expect(described.length).toBe(operations.length);
  });

  test("declares each parameter of a path, and no other there; and none twice", () => {
    for (const { path, operation } of described) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation.parameters ?? [];
      const declared = parameters.filter((parameter) => parameter.in === "path");
      expect(
        declared.map(({ name }) => name),
        path,
      ).toEqual(inPath);
      expect(
        declared.filter(({ required }) => !required),
        path,
      ).toEqual([]);
      const names = parameters.map(({ name, in: place }) => `${place} ${name}`);
      expect(new Set(names).size, path).toBe(names.length);
    }
  });

  test("has a scheme for everything that takes a secret, and says so of nothing else", () => {
    const { securitySchemes = {} } = document.components;
    const secured = described.filter(({ operation }) => operation.security);
    expect(secured.map(({ path }) => path)).toEqual(["/cache-stats", "/clear-cache"]);
    for (const { operation } of secured) {
      expect(Object.keys(operation.security?.[0] ?? {})).toEqual(Object.keys(securitySchemes));
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["401", "403", "429"]));
    }
    expect(described.filter(({ operation }) => !operation.security && operation.responses["401"])).toEqual(
      [],
    );
  });

  test("says with each error that asks for patience how much", () => {
    const impatient = operations.flatMap(({ id, answers }) =>
      entriesOf(answers)
        .filter(([status, answer]) => status === 429 && answer.headers["Retry-After"] !== "always")
        .map(([status]) => `${id} ${status}`),
    );
    expect(impatient).toEqual([]);
  });
});

describe("each example is what its schema says", () => {
  const examples = [...objectsIn(document)].flatMap(([place, object]) => {
    const { schema, example, examples: several = {} } = object as Described;
    if (schema === undefined) return [];
    const values = Object.entries(several).map(
      ([name, { value }]) => [`${place} ${name}`, schema, value] as const,
    );
    return example === undefined ? values : [...values, [place, schema, example] as const];
  });

  test("as it is published", () => {
    expect(examples.length).toBeGreaterThan(50);
    for (const [place, schema, value] of examples) {
      const { success, error } = checkOf(schema).safeParse(value);
      expect([success, error?.issues], place).toEqual([true, undefined]);
    }
  });

  test("and as the site itself has it, without a field that is not described", () => {
    for (const { answers } of operations) {
      for (const [, { content }] of entriesOf(answers)) {
        for (const { schema, examples: several = {} } of Object.values(content)) {
          for (const value of Object.values(several)) expect(schema?.parse(value)).toEqual(value);
        }
      }
    }
  });
});

describe("what is described is what there is", () => {
  const files = readdirSync("app", { recursive: true, encoding: "utf8" });
  /** Documents of errors, which are answers of every other path (lib/http/error-documents.ts). */
  const ofErrors = ["[locale]/missing/page.tsx", "[locale]/failed/page.tsx"];
  const routes = files.filter((file) => /(?:^|\/)(?:page\.tsx|route\.tsx?)$/.test(file)).sort();
  const publicFiles = readdirSync("public", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice("public".length));

  const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const sampleOf = (path: string) => path.replace("{name}", "icon.svg").replaceAll(/\{\w+\}/g, "7");

  /** The file that serves a public path. */
  function fileOf(path: string): string | undefined {
    const sample = sampleOf(path);
    if (publicFiles.includes(sample)) return `public${sample}`;
    const decision = routeRequest(sample, new URLSearchParams());
    const internal = decision.kind === "rewrite" ? decision.path : sample;
    return routes.find((file) => {
      if (file.startsWith("[locale]/") !== (decision.kind === "rewrite")) return false;
      const segments = file.replace(/\/?(?:page|route)\.tsx?$/, "").split("/");
      const pattern = segments.map((segment) => (segment.startsWith("[") ? "[^/]+" : literally(segment)));
      return new RegExp(`^/${pattern.join("/")}$`).test(internal);
    });
  }

  test("each described path is served by a file, and by a page in each language where it has one", () => {
    const served = new Map<string, string[]>();
    for (const path of Object.keys(document.paths)) {
      const file = fileOf(path) ?? "nothing";
      served.set(file, [...(served.get(file) ?? []), path]);
    }
    expect(served.get("nothing")).toBeUndefined();
    const own = [...served.keys()].filter((file) => !file.startsWith("public/"));
    expect(own.sort()).toEqual(routes.filter((file) => !ofErrors.includes(file)));
    for (const [file, paths] of served) {
      expect(paths, file).toHaveLength(file.startsWith("[locale]/") ? routing.locales.length : 1);
    }
  });

  test("the front server knows every route and file without a language, and no other", () => {
    const ofRoutes = routes
      .filter((file) => !file.startsWith("[locale]/"))
      .map((file) => `/${file.replace(/\/route\.tsx?$/, "")}`);
    const ofFiles = publicFiles.filter((path) => !path.startsWith("/static/"));
    const hasParameter = (path: string) => path.includes("[");
    expect([...PATHS_WITHOUT_LANGUAGE].sort()).toEqual(
      [...ofRoutes.filter((path) => !hasParameter(path)), ...ofFiles].sort(),
    );
    for (const path of ofRoutes.filter(hasParameter)) {
      const sample = path.replaceAll(/\[\w+\]/g, "7");
      expect(routeRequest(sample, new URLSearchParams()), path).toEqual({ kind: "pass" });
    }
  });

  test("each public file is at a described path", () => {
    const patterns = Object.keys(document.paths).map(
      (path) =>
        new RegExp(
          `^${path
            .split(/\{\w+\}/)
            .map(literally)
            .join("[^/]+")}$`,
        ),
    );
    expect(publicFiles.filter((file) => !patterns.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  test("the methods are those that the file answers", () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const file = fileOf(path) ?? "";
      if (!/route\.tsx?$/.test(file)) {
        expect(Object.keys(methods), path).toEqual(["get"]);
        continue;
      }
      const source = readFileSync(`app/${file}`, "utf8");
      const exported = [
        ...source.matchAll(/export (?:const|(?:async )?function) ([A-Z]+)\b/g),
        ...source.matchAll(/\b(?!other\b)\w+ as ([A-Z]+)\b/g),
      ].map(([, method = ""]) => method.toLowerCase());
      const answered = exported.filter((method) => method !== "head").sort();
      expect(Object.keys(methods).sort(), path).toEqual(answered);
    }
  });

  test("metrics and logs know each path by its own name, without the language", () => {
    for (const path of Object.keys(document.paths)) {
      const own = path.replace(/^\/en(?=\/|$)/, "") || "/";
      expect(routePattern(sampleOf(path)), path).toBe(own.replace("/static/{name}", "/static/*"));
    }
  });
});

describe("the schema of the market", () => {
  const snapshot = decodeEntry(asJson(VALUES), (part, reason) => {
    throw new Error(`${part}: ${reason}`);
  });
  const summary = {
    ...snapshot,
    age_seconds: 1,
    stale: false,
    interrupted: false,
    source: "stream",
    observed_at: "2026-11-27T08:00:00.000Z",
  };
  const check = checkOf({ $ref: "#/components/schemas/MarketSummary" });

  test.each(NUMBER_FIELDS)("%s has the bounds that entries are held to, and a unit", (field) => {
    const { min, max, above, integer } = NUMBER_RULES[field];
    const accepts = (value: unknown) =>
      [marketSummary, check].map((schema) => schema.safeParse({ ...summary, [field]: value }).success);
    expect(accepts(null)).toEqual([true, true]);
    expect(accepts(max)).toEqual([true, true]);
    expect(accepts(max + max / 1_000)).toEqual([false, false]);
    expect(accepts(min)).toEqual([!above, !above]);
    expect(accepts(min - 1)).toEqual([false, false]);
    expect(accepts(0.5 + Math.max(min, 0))).toEqual([!integer, !integer]);
    expect(accepts("1")).toEqual([false, false]);
    expect(unitOf(field)).toBeDefined();
  });

  test("leaves room for fields that come later", () => {
    expect(check.safeParse({ ...summary, later: 1 }).success).toBe(true);
    const { stale: _missing, ...less } = summary;
    expect(check.safeParse(less).success).toBe(false);
  });
});
