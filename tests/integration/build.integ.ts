import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { COMPILE_HINT } from "../../scripts/compile-hints.mjs";

// A page that the build renders would read the database there. What keeps Next from it stands in the
// pages and routes themselves.

const APP = "app";
const RENDERED_ON_REQUEST = /^export const dynamic = "force-dynamic";$/m;
const NO_PARAMETERS = /^export function generateStaticParams\(\)[^{]*\{\s*return \[\];\s*\}$/m;

interface Source {
  readonly path: string;
  readonly text: string;
}

const sources: Source[] = readdirSync(APP, { recursive: true, encoding: "utf8" })
  .filter((path) => /(^|[\\/])(page|route|layout)\.tsx?$/.test(path))
  .map((path) => ({ path: path.replaceAll(sep, "/"), text: readFileSync(join(APP, path), "utf8") }));

const isLocalized = ({ path }: Source) => path.startsWith("[locale]/");
const isRoute = ({ path }: Source) => /\/route\.tsx?$/.test(path);
const hasParameterOfItsOwn = ({ path }: Source) => /\[/.test(path.replace("[locale]/", ""));
const paths = (found: readonly Source[]) => found.map(({ path }) => path);

test("there are pages and routes to look at", () => {
  expect(paths(sources)).toEqual(
    expect.arrayContaining(["[locale]/page.tsx", "[locale]/layout.tsx", "sitemap.xml/route.ts"]),
  );
});

test("the build knows no language, so it renders no localized page", () => {
  const layout = sources.find(({ path }) => path === "[locale]/layout.tsx");
  expect(layout?.text).toMatch(NO_PARAMETERS);
});

test("the build knows no report and no page number", () => {
  // A layout's parameters do not count for a route handler.
  const needed = sources.filter(
    (source) => isLocalized(source) && (isRoute(source) || hasParameterOfItsOwn(source)),
  );
  expect(needed.length).toBeGreaterThan(0);
  expect(
    paths(needed.filter(({ text }) => !NO_PARAMETERS.test(text) && !RENDERED_ON_REQUEST.test(text))),
  ).toEqual([]);
});

test("nothing names parameters for the build", () => {
  const naming = sources.filter(({ text }) => /generateStaticParams/.test(text) && !NO_PARAMETERS.test(text));
  expect(paths(naming)).toEqual([]);
});

test("what has no language is answered on request", () => {
  const others = sources.filter((source) => !isLocalized(source));
  expect(others.length).toBeGreaterThan(0);
  expect(paths(others.filter(({ text }) => !RENDERED_ON_REQUEST.test(text)))).toEqual([]);
});

test("the scripts of every page ask to be compiled while they arrive", () => {
  const manifest = JSON.parse(readFileSync(".next/build-manifest.json", "utf8")) as {
    rootMainFiles: string[];
  };
  expect(manifest.rootMainFiles.length).toBeGreaterThan(3);
  for (const file of manifest.rootMainFiles) {
    const parts = readFileSync(join(".next", file), "utf8").split(COMPILE_HINT);
    expect([file, parts.length, parts[0]]).toEqual([file, 2, ""]);
  }
});
