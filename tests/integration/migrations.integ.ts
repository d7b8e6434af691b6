import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { migrate } from "../../lib/clients/migrations";
import { createPostgres, type Sql } from "../../lib/clients/postgres";
import { createReportRepository } from "../../lib/reports/repository";
import { createTestDatabase, type TestDatabase } from "../support/database";

const MIGRATIONS = "migrations";
const TABLE = "001_crypto_report.sql";
const INDEX = "002_newest_first_index.sql";
const NOTICES = "003_change_notices.sql";

let database: TestDatabase;
let owner: Sql;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  owner = createPostgres(database.url, { max: 4 });
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await owner.end({ timeout: 1 });
  await database.drop();
});

/** The table as a report generator leaves it. */
async function createFullTable(rows: number): Promise<void> {
  await owner`
    CREATE TABLE crypto_report (
      id              SERIAL PRIMARY KEY,
      html_content    TEXT NOT NULL,
      css_content     TEXT,
      js_content      TEXT,
      html_content_en TEXT,
      js_content_en   TEXT,
      created_at      TIMESTAMPTZ NOT NULL DEFAULT now()
    )`;
  await owner`
    INSERT INTO crypto_report (html_content, created_at)
    SELECT 'report ' || i, TIMESTAMPTZ '2026-01-01 00:00Z' + i * INTERVAL '1 hour'
    FROM generate_series(1, ${rows}) AS i`;
}

/** A role that can log in and may do nothing else; returns its name and its URL of the database. */
async function createRole(): Promise<{ role: string; url: string }> {
  const role = `role_${randomUUID().replaceAll("-", "")}`;
  await owner.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
  await owner`REVOKE CREATE ON SCHEMA public FROM PUBLIC`;
  cleanUps.push(async () => {
    await owner.unsafe(`DROP OWNED BY ${role}`);
    await owner.unsafe(`DROP ROLE ${role}`);
  });
  const url = new URL(database.url);
  url.username = role;
  url.password = "secret";
  return { role, url: url.href };
}

async function createFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  cleanUps.push(() => rm(folder, { recursive: true }));
  for (const [name, statement] of Object.entries(files)) await writeFile(join(folder, name), statement);
  return folder;
}

async function ledger(): Promise<string[]> {
  const rows = await owner<{ name: string }[]>`SELECT name FROM site_migrations ORDER BY name`;
  return rows.map((row) => row.name);
}

/** The definition of the index, and whether Postgres uses it. */
async function index(): Promise<{ valid: boolean; definition: string } | undefined> {
  const [row] = await owner<{ valid: boolean; definition: string }[]>`
    SELECT indisvalid AS valid, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indexrelid = to_regclass('crypto_report_newest_first')`;
  return row;
}

const VALID_INDEX = {
  valid: true,
  definition: expect.stringContaining("(created_at DESC, id DESC)"),
};

describe("what is added", () => {
  test("an empty database gets the table and its index", async () => {
    const report = await migrate(database.url, MIGRATIONS);

    expect(report).toEqual({ applied: [TABLE, INDEX, NOTICES], refused: [] });
    expect(await index()).toEqual(VALID_INDEX);
    expect(await ledger()).toEqual([TABLE, INDEX, NOTICES]);
    await owner`INSERT INTO crypto_report (html_content) VALUES ('first')`;
    expect(await createReportRepository(owner).count()).toBe(1);
  });

  test("a full table gets the index, and its rows stay where they are", async () => {
    await createFullTable(500);
    const rows = () => owner`SELECT ctid, xmin, * FROM crypto_report ORDER BY id`;
    const before = await rows();

    const report = await migrate(database.url, MIGRATIONS);

    expect(report).toEqual({ applied: [INDEX, NOTICES], refused: [] });
    expect(await index()).toEqual(VALID_INDEX);
    expect(await rows()).toEqual(before);
  });

  test("a second start adds nothing", async () => {
    await migrate(database.url, MIGRATIONS);
    expect(await migrate(database.url, MIGRATIONS)).toEqual({ applied: [], refused: [] });
    expect(await ledger()).toEqual([TABLE, INDEX, NOTICES]);
  });

  test("the generator goes on inserting while the index is built", async () => {
    await createFullTable(10);
    const generator = await owner.reserve();
    await generator`BEGIN`;
    await generator`INSERT INTO crypto_report (html_content) VALUES ('not committed yet')`;
    const migration = migrate(database.url, MIGRATIONS);
    await vi.waitFor(async () => {
      const waiting = await owner`
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%CREATE INDEX%' AND wait_event_type = 'Lock'`;
      expect(waiting).toHaveLength(1);
    }, 10_000);

    await owner`INSERT INTO crypto_report (html_content) VALUES ('while the index is built')`;
    await generator`COMMIT`;
    generator.release();

    expect((await migration).applied).toEqual([INDEX, NOTICES]);
    expect(await createReportRepository(owner).count()).toBe(12);
  });
});

describe("several processes at once", () => {
  test("apply each migration once and all go on", async () => {
    await createFullTable(2_000);

    const reports = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url, MIGRATIONS)));

    expect(reports.flatMap((report) => report.applied)).toEqual([INDEX, NOTICES]);
    expect(reports.flatMap((report) => report.refused)).toEqual([]);
    expect(await index()).toEqual(VALID_INDEX);
  });

  test("create an empty database's table once", async () => {
    const reports = await Promise.all(Array.from({ length: 2 }, () => migrate(database.url, MIGRATIONS)));
    expect(reports.flatMap((report) => report.applied)).toEqual([TABLE, INDEX, NOTICES]);
  });
});

describe("a role without the right to change the schema", () => {
  test("that may only read gets a working site, and is told what is missing", async () => {
    await createFullTable(30);
    const { role, url } = await createRole();
    await owner.unsafe(`GRANT SELECT ON crypto_report TO ${role}`);

    const report = await migrate(url, MIGRATIONS);

    expect(report).toEqual({
      applied: [],
      refused: [
        { name: INDEX, reason: "must be owner of table crypto_report" },
        { name: NOTICES, reason: "permission denied for schema public" },
      ],
    });
    expect(await index()).toBeUndefined();
    const reader = createPostgres(url, { max: 2 });
    cleanUps.push(() => reader.end());
    const repository = createReportRepository(reader);
    expect(await repository.count()).toBe(30);
    expect((await repository.latest())?.vi.html).toBe("report 30");
    expect(await repository.openings({ offset: 20, limit: 10, total: 30 })).toHaveLength(10);
  });

  test("misses nothing when the owner has added everything", async () => {
    await migrate(database.url, MIGRATIONS);
    const { role, url } = await createRole();
    await owner.unsafe(`GRANT SELECT ON crypto_report TO ${role}`);

    expect(await migrate(url, MIGRATIONS)).toEqual({ applied: [], refused: [] });
  });

  test("that may create tables but does not own this one is refused index and triggers at each start", async () => {
    await createFullTable(30);
    const { role, url } = await createRole();
    await owner.unsafe(`GRANT SELECT ON crypto_report TO ${role}`);
    await owner.unsafe(`GRANT CREATE ON SCHEMA public TO ${role}`);

    for (const _start of [1, 2]) {
      expect(await migrate(url, MIGRATIONS)).toEqual({
        applied: [],
        refused: [
          { name: INDEX, reason: "must be owner of table crypto_report" },
          { name: NOTICES, reason: "permission denied for table crypto_report" },
        ],
      });
    }
    expect(await ledger()).toEqual([TABLE]);
    // Once the owner starts the site, both are added.
    expect((await migrate(database.url, MIGRATIONS)).applied).toEqual([INDEX, NOTICES]);
  });

  test("is told when the table itself is missing", async () => {
    const { url } = await createRole();
    await expect(migrate(url, MIGRATIONS)).rejects.toMatchObject({ code: "42P01" });
  });
});

describe("a table that another program keeps locked", () => {
  test("does not get its triggers now, and the other program does not wait long behind us", async () => {
    await createFullTable(10);
    const generator = await owner.reserve();
    const folder = await createFolder({ [NOTICES]: await readFile(join(MIGRATIONS, NOTICES), "utf8") });
    await generator`BEGIN`;
    await generator`INSERT INTO crypto_report (html_content) VALUES ('not committed for long')`;

    const reason = "canceling statement due to lock timeout";
    expect(await migrate(database.url, folder)).toEqual({
      applied: [],
      refused: [{ name: NOTICES, reason }],
    });
    await owner`INSERT INTO crypto_report (html_content) VALUES ('in the meantime')`;
    await generator`COMMIT`;
    generator.release();

    expect(await migrate(database.url, folder)).toEqual({ applied: [NOTICES], refused: [] });
  });
});

describe("a lock that another process keeps", () => {
  test("is waited for as long as may be, and the start goes on without the migrations", async () => {
    // As one that is left behind on a pooler's session.
    const left = createPostgres(database.url, { max: 1 });
    await left`SELECT pg_advisory_lock(7203114922)`;
    const reason = "another process has held the lock for 0.2 s";
    expect(await migrate(database.url, MIGRATIONS, 200)).toEqual({
      applied: [],
      refused: [TABLE, INDEX, NOTICES].map((name) => ({ name, reason })),
    });
    await left.end();
    expect((await migrate(database.url, MIGRATIONS)).refused).toEqual([]);
  });
});

describe("an index that an interrupted build left invalid", () => {
  /** Lets a concurrent build wait for an open transaction until its time is over. */
  async function interruptBuild(): Promise<void> {
    await createFullTable(100);
    const generator = await owner.reserve();
    await generator`BEGIN`;
    await generator`INSERT INTO crypto_report (html_content) VALUES ('in the way')`;
    const impatient = createPostgres(database.url, { max: 1, statementTimeout: 200 });
    await expect(
      impatient`CREATE INDEX CONCURRENTLY crypto_report_newest_first ON crypto_report (created_at DESC, id DESC)`,
    ).rejects.toMatchObject({ code: "57014" });
    await impatient.end();
    await generator`COMMIT`;
    generator.release();
    expect(await index()).toEqual({ ...VALID_INDEX, valid: false });
  }

  test("is built anew at the next start", async () => {
    await interruptBuild();
    expect(await migrate(database.url, MIGRATIONS)).toEqual({ applied: [INDEX, NOTICES], refused: [] });
    expect(await index()).toEqual(VALID_INDEX);
  });

  test("is built anew also when it was finished once", async () => {
    await migrate(database.url, await createFolder({ [INDEX]: "SELECT 1" }));
    expect(await ledger()).toEqual([INDEX]);
    await interruptBuild();

    expect((await migrate(database.url, MIGRATIONS)).applied).toEqual([INDEX, NOTICES]);
    expect(await index()).toEqual(VALID_INDEX);
    expect(await ledger()).toEqual([TABLE, INDEX, NOTICES]);
  });

  test("is reported when the role does not own it", async () => {
    await interruptBuild();
    const { role, url } = await createRole();
    await owner.unsafe(`GRANT SELECT ON crypto_report TO ${role}`);

    const { refused } = await migrate(url, MIGRATIONS);
    expect(refused).toContainEqual({ name: INDEX, reason: expect.stringContaining("must be owner") });
  });
});

describe("a migration that fails", () => {
  test("rejects with Postgres' error, keeps what was applied before it, and releases the lock", async () => {
    const folder = await createFolder({
      "001.sql": "CREATE TABLE IF NOT EXISTS first (id INT)",
      "002.sql": "CREATE TABEL second (id INT)",
      "003.sql": "CREATE TABLE IF NOT EXISTS third (id INT)",
    });
    await expect(migrate(database.url, folder)).rejects.toMatchObject({
      code: "42601",
      message: 'syntax error at or near "TABEL"',
    });
    expect(await ledger()).toEqual(["001.sql"]);

    await writeFile(join(folder, "002.sql"), "CREATE TABLE IF NOT EXISTS second (id INT)");
    expect((await migrate(database.url, folder)).applied).toEqual(["002.sql", "003.sql"]);
  });

  test("rejects when the connection is lost, and the next start goes on", async () => {
    const folder = await createFolder({ "001.sql": "SELECT pg_terminate_backend(pg_backend_pid())" });
    await expect(migrate(database.url, folder)).rejects.toThrow(/CONNECTION_CLOSED|terminating connection/);

    expect((await migrate(database.url, MIGRATIONS)).applied).toEqual([TABLE, INDEX, NOTICES]);
  });
});

test("a migration may take longer than a page's query, which keeps its limit", async () => {
  const folder = await createFolder({
    "001.sql": "CREATE TABLE IF NOT EXISTS seen AS SELECT current_setting('statement_timeout') AS value",
  });
  await migrate(database.url, folder);

  expect(await owner`SELECT value FROM seen`).toEqual([{ value: "0" }]);
  expect(await owner`SELECT current_setting('statement_timeout') AS value`).toEqual([{ value: "5s" }]);
});

test("a migration leaves no connection and no lock behind", async () => {
  await migrate(database.url, MIGRATIONS);
  await vi.waitFor(async () => {
    const others = await owner`
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
    expect(others).toHaveLength(0);
  });
  expect(
    await owner`SELECT FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  ).toHaveLength(0);
});
