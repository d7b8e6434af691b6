import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { migrate } from "../../lib/clients/migrations";
import { createPostgres, type Sql } from "../../lib/clients/postgres";
import { createReportRepository } from "../../lib/reports/repository";
import { insertSamples } from "../../lib/reports/samples";
import { createTestDatabase, type TestDatabase } from "../support/database";

const NOW = new Date("2026-03-01T12:00:00Z");

let database: TestDatabase;
let sql: Sql;
let index: { slug: string; hoursAgo: number }[];

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, "migrations");
  sql = createPostgres(database.url, { max: 2 });
  index = JSON.parse(await readFile("samples/index.json", "utf8"));
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

beforeEach(() => sql`TRUNCATE crypto_report RESTART IDENTITY`);

test("an empty table gets every sample once", async () => {
  expect(await insertSamples(sql, "samples", NOW)).toBe(index.length);
  expect(await insertSamples(sql, "samples", NOW)).toBe(0);
  expect(await createReportRepository(sql).count()).toBe(index.length);
});

test("samples are dated before now, and their ids ascend with their dates", async () => {
  await insertSamples(sql, "samples", NOW);
  const rows = await sql<
    { id: number; created_at: Date }[]
  >`SELECT id, created_at FROM crypto_report ORDER BY id`;
  const oldestFirst = index.map(({ hoursAgo }) => hoursAgo).sort((a, b) => b - a);
  expect(rows).toEqual(
    oldestFirst.map((hoursAgo, i) => ({
      id: i + 1,
      created_at: new Date(NOW.getTime() - hoursAgo * 3_600_000),
    })),
  );
});

test("each column holds its file, and a file that is not there is null", async () => {
  await insertSamples(sql, "samples", NOW);
  const newest = index.toSorted((a, b) => a.hoursAgo - b.hoursAgo)[0]?.slug;
  const file = (name: string) => readFile(`samples/${newest}/${name}`, "utf8");
  expect(await createReportRepository(sql).latest()).toMatchObject({
    vi: { html: await file("vi.html"), css: await file("style.css"), js: await file("vi.js") },
    en: { html: await file("en.html"), css: await file("style.css"), js: await file("en.js") },
  });
  const untranslated = await sql`
    SELECT css_content, js_content, js_content_en FROM crypto_report WHERE html_content_en IS NULL`;
  expect(untranslated).toEqual([{ css_content: null, js_content: null, js_content_en: null }]);
});

test("a table that holds a report stays as it is", async () => {
  await sql`INSERT INTO crypto_report (html_content) VALUES ('written by the generator')`;
  expect(await insertSamples(sql, "samples", NOW)).toBe(0);
  expect(await sql`SELECT html_content FROM crypto_report`).toEqual([
    { html_content: "written by the generator" },
  ]);
});
