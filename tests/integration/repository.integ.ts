import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../lib/clients/migrations";
import { createPostgres, type Sql } from "../../lib/clients/postgres";
import { createReportRepository, type ReportRepository } from "../../lib/reports/repository";
import { createTestDatabase, type TestDatabase } from "../support/database";

interface Row {
  id?: number;
  html_content: string;
  css_content?: string | null;
  js_content?: string | null;
  html_content_en?: string | null;
  js_content_en?: string | null;
  created_at: string;
}

let database: TestDatabase;
let sql: Sql;
let repository: ReportRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, "migrations");
  sql = createPostgres(database.url, { max: 4 });
  repository = createReportRepository(sql);
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

beforeEach(() => sql`TRUNCATE crypto_report RESTART IDENTITY`);

async function insert(...rows: Row[]): Promise<void> {
  for (const { created_at, ...row } of rows) {
    const [inserted] = await sql<{ id: number }[]>`INSERT INTO crypto_report ${sql(row)} RETURNING id`;
    // As text: the client would make a Date of it, which has no microseconds.
    await sql`
      UPDATE crypto_report SET created_at = ${created_at}::text::timestamptz WHERE id = ${inserted?.id ?? 0}`;
  }
}

/** Reports 1 to `count`, an hour apart, in the order of their ids. */
function insertHourly(count: number) {
  return sql`
    INSERT INTO crypto_report (html_content, created_at)
    SELECT 'report ' || i, TIMESTAMPTZ '2026-01-01 00:00Z' + i * INTERVAL '1 hour'
    FROM generate_series(1, ${count}::int) AS i`;
}

const ids = (openings: readonly { id: number }[]) => openings.map(({ id }) => id);

describe("an empty table", () => {
  test("has no latest report, no page, no neighbours and no references", async () => {
    expect(await repository.latest()).toBeNull();
    expect(await repository.byId(1)).toBeNull();
    expect(await repository.opening(1)).toBeNull();
    expect(await repository.openings({ offset: 0, limit: 10, total: 0 })).toEqual([]);
    expect(await repository.neighbours(1, 3)).toEqual({ newer: null, older: [] });
    expect(await repository.count()).toBe(0);
    expect(await repository.references({ offset: 0, limit: 10 })).toEqual([]);
  });
});

describe("one report", () => {
  const full: Row = {
    html_content: "<p>vi</p>",
    css_content: "p { color: red }",
    js_content: "vi()",
    html_content_en: "<p>en</p>",
    js_content_en: "en()",
    created_at: "2026-11-18 07:30:00+07",
  };

  test("comes with both languages, the style in both", async () => {
    await insert(full);
    const report = {
      id: 1,
      createdAt: new Date("2026-11-18T00:30:00Z"),
      vi: { html: "<p>vi</p>", css: "p { color: red }", js: "vi()" },
      en: { html: "<p>en</p>", css: "p { color: red }", js: "en()" },
    };
    expect(await repository.byId(1)).toEqual(report);
    expect(await repository.latest()).toEqual(report);
    expect(await repository.opening(1)).toEqual({
      id: 1,
      createdAt: report.createdAt,
      vi: "<p>vi</p>",
      en: "<p>en</p>",
    });
  });

  test("a translation without a script does not get the Vietnamese one", async () => {
    await insert({ ...full, js_content_en: null });
    expect((await repository.byId(1))?.en).toEqual({
      html: "<p>en</p>",
      css: "p { color: red }",
      js: null,
    });
  });

  test.each([
    ["null", null],
    ["empty", ""],
    ["white space", " \n\t "],
    ["no-break space", "\u00a0 \u00a0"],
  ])("a column that is %s is absent", async (_name, text) => {
    await insert({ ...full, css_content: text, js_content: text, js_content_en: text });
    await insert({ ...full, html_content_en: text });

    expect(await repository.byId(1)).toMatchObject({
      vi: { html: "<p>vi</p>", css: null, js: null },
      en: { html: "<p>en</p>", css: null, js: null },
    });
    expect((await repository.byId(2))?.en).toBeNull();
    expect((await repository.opening(2))?.en).toBeNull();
  });

  test.each([
    ["2026-11-18T07:30:00.5+07:00", "2026-11-18T00:30:00.500Z"],
    ["2026-03-29 02:30:00-09:30", "2026-03-29T12:00:00.000Z"],
    ["1999-12-31 23:59:59.999Z", "1999-12-31T23:59:59.999Z"],
    ["2026-06-01 00:00:00.000999+00", "2026-06-01T00:00:00.000Z"],
  ])("keeps the moment it was created, %s", async (created_at, moment) => {
    await insert({ ...full, created_at });
    expect((await repository.byId(1))?.createdAt.toISOString()).toBe(moment);
  });

  test("may have the largest id", async () => {
    await insert({ ...full, id: 2_147_483_647 });
    expect((await repository.byId(2_147_483_647))?.id).toBe(2_147_483_647);
    expect((await repository.opening(2_147_483_647))?.id).toBe(2_147_483_647);
    expect(await repository.neighbours(2_147_483_647, 3)).toEqual({ newer: null, older: [] });
  });

  test("an id nobody has is no report", async () => {
    await insert(full);
    expect(await repository.byId(2)).toBeNull();
    expect(await repository.opening(2)).toBeNull();
    expect(await repository.neighbours(2, 3)).toEqual({ newer: null, older: [] });
  });

  test("hostile text comes back as it was written", async () => {
    const text = `'; DROP TABLE crypto_report; -- "\\' $1 $$ \${x} %s \\u0000 </script> \u202e 🐋\ud7ff\r\n\u0001`;
    await insert({ ...full, html_content: text, css_content: text, js_content: text, html_content_en: text });
    expect(await repository.byId(1)).toMatchObject({
      vi: { html: text, css: text, js: text },
      en: { html: text },
    });
    expect(await repository.opening(1)).toMatchObject({ vi: text, en: text });
  });

  test("of 2 MB comes back whole, and only its beginning as an opening", async () => {
    const html = `<p>${"Bitcoin tăng 🐋 ".repeat(105_000)}</p>`;
    expect(Buffer.byteLength(html)).toBeGreaterThan(1_900_000);
    await insert({ ...full, html_content: html, html_content_en: html });

    expect((await repository.byId(1))?.vi.html === html).toBe(true);
    const opening = await repository.opening(1);
    const beginning = [...html].slice(0, 20_000).join("");
    expect(opening?.vi === beginning).toBe(true);
    expect(opening?.en === beginning).toBe(true);
  });
});

describe("the latest report", () => {
  test("is the one created last, not the one inserted last", async () => {
    await insert(
      { html_content: "old", created_at: "2026-01-01Z" },
      { html_content: "new", created_at: "2026-01-03Z" },
      { html_content: "late", created_at: "2026-01-02Z" },
    );
    expect((await repository.latest())?.vi.html).toBe("new");
  });

  test("is the one with the higher id when two were created at once", async () => {
    await insert(
      { html_content: "first", created_at: "2026-01-01Z" },
      { html_content: "second", created_at: "2026-01-01Z" },
    );
    expect((await repository.latest())?.vi.html).toBe("second");
  });
});

describe("pages", () => {
  test.each([1, 9, 10, 11, 25, 40])(
    "of %i reports are the parts of one order, newest first",
    async (total) => {
      await insertHourly(total);
      const newestFirst = Array.from({ length: total }, (_, i) => total - i);
      for (let offset = 0; offset < total + 12; offset += 1) {
        for (const limit of [1, 3, 10]) {
          const openings = await repository.openings({ offset, limit, total });
          expect(ids(openings), `offset ${offset}, limit ${limit}`).toEqual(
            newestFirst.slice(offset, offset + limit),
          );
        }
      }
    },
  );

  test("a page longer than the table holds all of it", async () => {
    await insertHourly(3);
    expect(ids(await repository.openings({ offset: 0, limit: 100, total: 3 }))).toEqual([3, 2, 1]);
  });

  test("reports created at the same moment keep one order over all pages", async () => {
    await insert(
      ...Array.from({ length: 12 }, (_, i) => ({ html_content: `${i}`, created_at: "2026-01-01Z" })),
    );
    const pages = await Promise.all(
      [0, 5, 10].map((offset) => repository.openings({ offset, limit: 5, total: 12 })),
    );
    expect(pages.map(ids)).toEqual([
      [12, 11, 10, 9, 8],
      [7, 6, 5, 4, 3],
      [2, 1],
    ]);
  });

  test("follow the dates where ids do not", async () => {
    await insert(
      { html_content: "b", created_at: "2026-01-02Z" },
      { html_content: "c", created_at: "2026-01-03Z" },
      { html_content: "a", created_at: "2026-01-01Z" },
    );
    expect(ids(await repository.openings({ offset: 0, limit: 2, total: 3 }))).toEqual([2, 1]);
    expect(ids(await repository.openings({ offset: 2, limit: 2, total: 3 }))).toEqual([3]);
  });

  test("carry the openings, not whole reports", async () => {
    await insert({
      html_content: "ă".repeat(20_001),
      html_content_en: " ",
      created_at: "2026-01-01 12:00+07",
    });
    expect(await repository.openings({ offset: 0, limit: 10, total: 1 })).toEqual([
      { id: 1, createdAt: new Date("2026-01-01T05:00:00Z"), vi: "ă".repeat(20_000), en: null },
    ]);
  });
});

describe("neighbours", () => {
  const neighbourIds = async (id: number, olderCount = 3) => {
    const { newer, older } = await repository.neighbours(id, olderCount);
    return { newer: newer?.id ?? null, older: ids(older) };
  };

  test("are the next newer report and the next older ones", async () => {
    await insertHourly(6);
    expect(await neighbourIds(5)).toEqual({ newer: 6, older: [4, 3, 2] });
    expect(await neighbourIds(6)).toEqual({ newer: null, older: [5, 4, 3] });
    expect(await neighbourIds(2)).toEqual({ newer: 3, older: [1] });
    expect(await neighbourIds(1)).toEqual({ newer: 2, older: [] });
    expect(await neighbourIds(4, 1)).toEqual({ newer: 5, older: [3] });
  });

  test("created at the same moment are told apart by id", async () => {
    await insert(
      ...Array.from({ length: 4 }, (_, i) => ({ html_content: `${i}`, created_at: "2026-01-01Z" })),
    );
    expect(await neighbourIds(2)).toEqual({ newer: 3, older: [1] });
    expect(await neighbourIds(4)).toEqual({ newer: null, older: [3, 2, 1] });
  });

  test("that differ by microseconds are told apart", async () => {
    await insert(
      { html_content: "third", created_at: "2026-01-01 00:00:00.000003Z" },
      { html_content: "first", created_at: "2026-01-01 00:00:00.000001Z" },
      { html_content: "second", created_at: "2026-01-01 00:00:00.000002Z" },
    );
    expect(await neighbourIds(3)).toEqual({ newer: 1, older: [2] });
    expect(await neighbourIds(1)).toEqual({ newer: null, older: [3, 2] });
    expect(await neighbourIds(2)).toEqual({ newer: 3, older: [] });
  });
});

describe("count and references", () => {
  test("count every report", async () => {
    await insertHourly(123);
    expect(await repository.count()).toBe(123);
  });

  test("references are parts of the table in the order of ids", async () => {
    await insertHourly(5);
    const all = await repository.references({ offset: 0, limit: 5 });
    expect(all).toEqual(
      [1, 2, 3, 4, 5].map((id) => ({
        id,
        createdAt: new Date(Date.UTC(2026, 0, 1, id)),
      })),
    );
    expect(await repository.references({ offset: 3, limit: 5 })).toEqual(all.slice(3));
    expect(await repository.references({ offset: 5, limit: 5 })).toEqual([]);
  });
});

test("a database that fails is Postgres' own error", async () => {
  const other = createPostgres(database.url, { max: 1 });
  await other`SET search_path = nowhere`;
  await expect(createReportRepository(other).count()).rejects.toMatchObject({ code: "42P01" });
  await other.end();
});

describe("rows that can have no page", () => {
  test.each([
    ["infinity", 5],
    ["-infinity", 5],
    ["294276-12-31 00:00Z", 5],
    ["4713-01-01 00:00Z BC", 5],
    ["20000-01-01 00:00Z", 5],
    ["2026-01-01 00:00Z", -5],
  ])("are none of the site's: %s, id %d", async (created_at, id) => {
    await insertHourly(2);
    await insert({ id, html_content: "odd", created_at });
    expect(await repository.count()).toBe(2);
    expect((await repository.latest())?.id).toBe(2);
    expect(await repository.byId(id)).toBeNull();
    expect(await repository.opening(id)).toBeNull();
    expect(ids(await repository.openings({ offset: 0, limit: 10, total: 2 }))).toEqual([2, 1]);
    expect(ids(await repository.openings({ offset: 1, limit: 1, total: 2 }))).toEqual([1]);
    expect((await repository.neighbours(2, 3)).newer).toBeNull();
    expect(ids((await repository.neighbours(2, 3)).older)).toEqual([1]);
    expect(ids(await repository.references({ offset: 0, limit: 10 }))).toEqual([1, 2]);
  });
});
