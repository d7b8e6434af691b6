import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "../../lib/clients/embedded-postgres";
import { migrate } from "../../lib/clients/migrations";
import {
  embeddedNotices,
  type OpenNoticeConnection,
  postgresNotices,
} from "../../lib/clients/notice-connection";
import { createPostgres, type PostgresTarget, type Sql } from "../../lib/clients/postgres";
import { EVERYTHING, type ReportChange } from "../../lib/reports/changes/change";
import type { WatchOptions } from "../../lib/reports/changes/watch-report-changes";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { startTcpProxy } from "../support/tcp-proxy";
import { TOLD_ONLY, type WatchedReports, watchReports } from "../support/watched-reports";

const WAIT = { timeout: 20_000, interval: 20 };

const cleanUps: (() => unknown)[] = [];

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function connect(target: PostgresTarget): Sql {
  const sql = createPostgres(target, { max: 2 });
  cleanUps.push(() => sql.end({ timeout: 1 }));
  return sql;
}

async function watched(open: OpenNoticeConnection, options?: Partial<WatchOptions>): Promise<WatchedReports> {
  const reports = await watchReports(open, options);
  cleanUps.push(() => reports.watch.close());
  return reports;
}

async function insert(sql: Sql, html = "<p>text</p>"): Promise<number> {
  const [row] = await sql<[{ id: number }]>`
    INSERT INTO crypto_report (html_content) VALUES (${html}) RETURNING id`;
  return row.id;
}

const changed = (...ids: number[]): ReportChange => ({ kind: "changed", ids });

/** What a writer does to the table, and what the database tells of it. */
const WRITES: [string, (sql: Sql, id: number) => Promise<unknown>, (id: number) => ReportChange][] = [
  ["inserted", (sql) => insert(sql), (id) => changed(id + 1)],
  ["edited", (sql, id) => sql`UPDATE crypto_report SET css_content = 'a{}' WHERE id = ${id}`, changed],
  [
    "given another id",
    (sql, id) => sql`UPDATE crypto_report SET id = ${id + 1000} WHERE id = ${id}`,
    (id) => changed(id, id + 1000),
  ],
  ["deleted", (sql, id) => sql`DELETE FROM crypto_report WHERE id = ${id}`, changed],
  ["removed with all others", (sql) => sql`TRUNCATE crypto_report`, () => EVERYTHING],
];

describe("Postgres", () => {
  let database: TestDatabase;
  /** The report generator's connection. */
  let generator: Sql;

  beforeEach(async () => {
    database = await createTestDatabase();
    await migrate(database.url, "migrations");
    generator = connect(database.url);
    cleanUps.unshift(() => database.drop());
  });

  /** A role that may read and write the rows, and nothing else. */
  async function createRole(): Promise<{ role: string; url: string }> {
    const role = `role_${randomUUID().replaceAll("-", "")}`;
    await generator.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    await generator.unsafe(`GRANT SELECT, INSERT, UPDATE, DELETE ON crypto_report TO ${role}`);
    await generator.unsafe(`GRANT USAGE ON SEQUENCE crypto_report_id_seq TO ${role}`);
    cleanUps.push(async () => {
      await generator.unsafe(`DROP OWNED BY ${role}`);
      await generator.unsafe(`DROP ROLE ${role}`);
    });
    const url = new URL(database.url);
    url.username = role;
    url.password = "secret";
    return { role, url: url.href };
  }

  /** A network in front of the database, and the database's URL through it. */
  async function openProxy() {
    const url = new URL(database.url);
    const proxy = await startTcpProxy(Number(url.port || 5432), url.hostname);
    cleanUps.push(() => proxy.close());
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    return { proxy, url: url.href };
  }

  /** Server processes of this database whose last statement was one of the watch. */
  async function listeners(): Promise<number[]> {
    const rows = await generator<{ pid: number }[]>`
      SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'web-server-report'
        AND pid <> pg_backend_pid() AND query ~ 'pg_listening_channels|AS fingerprint'`;
    return rows.map(({ pid }) => pid);
  }

  /** A check that happens to run at the same moment may find the row first: then once more. */
  async function expectToBeTold(reports: WatchedReports): Promise<void> {
    await vi.waitFor(async () => {
      let id = 0;
      const told = await reports.after(async () => {
        id = await insert(generator);
      });
      expect(told).toEqual([changed(id)]);
    }, WAIT);
  }

  describe("tells as it is committed", () => {
    test.each(WRITES)("that a row was %s", async (_what, write, expected) => {
      const id = await insert(generator);
      const reports = await watched(postgresNotices(database.url), { timing: TOLD_ONLY });
      expect(await reports.after(() => write(generator, id))).toEqual([expected(id)]);
      expect(reports.watch.status()).toMatchObject({ mode: "trigger", connected: true });
      expect(reports.watch.status().reason).toBeUndefined();
      expect(reports.watch.status().lastChangeAt).not.toBeNull();
    });

    test("nothing of what was rolled back", async () => {
      const reports = await watched(postgresNotices(database.url), { timing: TOLD_ONLY });
      let kept = 0;
      const told = await reports.after(() =>
        generator.begin(async (transaction) => {
          await expect(
            transaction.savepoint(async (savepoint) => {
              await insert(savepoint as unknown as Sql);
              throw new Error("changed my mind");
            }),
          ).rejects.toThrow("changed my mind");
          kept = await insert(transaction as unknown as Sql);
        }),
      );
      expect(told).toEqual([changed(kept)]);
    });

    test("of anything when somebody else notifies", async () => {
      const reports = await watched(postgresNotices(database.url), { timing: TOLD_ONLY });
      await generator`NOTIFY crypto_report_changed, 'not from a trigger'`;
      await vi.waitFor(() => expect(reports.changes).toEqual([EVERYTHING]), WAIT);
    });
  });

  describe("many rows", () => {
    async function notices(write: () => Promise<unknown>): Promise<string[]> {
      const heard: string[] = [];
      const listener = connect(database.url);
      await listener.listen("crypto_report_changed", (payload) => heard.push(payload));
      await write();
      await listener.notify("crypto_report_changed", "the end");
      await vi.waitFor(() => expect(heard.at(-1)).toBe("the end"), WAIT);
      return heard.slice(0, -1);
    }

    const hundredThousand = () => generator`
      INSERT INTO crypto_report (html_content) SELECT 'report ' || i FROM generate_series(1, 100000) AS i`;

    test("in one statement are one change", async () => {
      const reports = await watched(postgresNotices(database.url), { timing: TOLD_ONLY });
      expect(await reports.after(hundredThousand)).toEqual([EVERYTHING]);
      await generator`NOTIFY crypto_report_changed, '{"ids":[1]}'`;
      await vi.waitFor(() => expect(reports.changes).toEqual([changed(1)]), WAIT);
    });

    test("queue 21 notices, in one statement or in many", async () => {
      expect(await notices(hundredThousand)).toHaveLength(21);
      const statements = await notices(() =>
        generator.begin(async (transaction) => {
          for (let i = 0; i < 100; i++) await insert(transaction as unknown as Sql);
        }),
      );
      expect(statements).toHaveLength(21);
      expect(statements.at(-1)).toBe('{"operation":"MANY"}');
      // The next transaction names its rows again.
      expect(await notices(() => insert(generator))).toEqual([expect.stringContaining("INSERT")]);
    });
  });

  describe("the generator does not notice", () => {
    test("when telling fails, and the change is found all the same", async () => {
      const { url } = await createRole();
      const writer = connect(url);
      const reports = await watched(postgresNotices(database.url));
      await generator`REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC`;
      await expect(writer`SELECT pg_notify('crypto_report_changed', '')`).rejects.toMatchObject({
        code: "42501",
      });
      expect(await reports.after(() => insert(writer, "written all the same"))).toEqual([EVERYTHING]);
      expect(await generator`SELECT html_content FROM crypto_report`).toEqual([
        { html_content: "written all the same" },
      ]);
    });

    test("when somebody made a mess of the counter", async () => {
      const reports = await watched(postgresNotices(database.url));
      const told = await reports.after(() =>
        generator.begin(async (transaction) => {
          await transaction`SELECT set_config('web_server_report.changes_told', 'many', true)`;
          await insert(transaction as unknown as Sql);
        }),
      );
      expect(told).toEqual([EVERYTHING]);
    });
  });

  describe("without the triggers", () => {
    test.each(WRITES)("a row that was %s is found", async (_what, write) => {
      await generator`DROP TRIGGER crypto_report_changed ON crypto_report`;
      await generator`DROP TRIGGER crypto_report_emptied ON crypto_report`;
      const id = await insert(generator);
      const reports = await watched(postgresNotices(database.url));
      expect(reports.watch.status()).toMatchObject({
        mode: "poll",
        connected: true,
        reason: "the triggers on crypto_report are missing or disabled",
      });
      expect(await reports.after(() => write(generator, id))).toEqual([EVERYTHING]);
    });

    test("a role that may only read finds changes too", async () => {
      await generator`DROP TABLE crypto_report, site_migrations`;
      await generator.unsafe(await readFile("migrations/001_crypto_report.sql", "utf8"));
      const { role, url } = await createRole();
      await generator`REVOKE CREATE ON SCHEMA public FROM PUBLIC`;
      await generator.unsafe(`REVOKE INSERT, UPDATE, DELETE ON crypto_report FROM ${role}`);
      const { refused } = await migrate(url, "migrations");
      expect(refused.map(({ name }) => name)).toContain("003_change_notices.sql");

      const reports = await watched(postgresNotices(url));
      expect(reports.watch.status()).toMatchObject({ mode: "poll", connected: true });
      let id = 0;
      const writes = [
        async () => {
          id = await insert(generator);
        },
        () => generator`UPDATE crypto_report SET html_content = 'edited' WHERE id = ${id}`,
        () => generator`DELETE FROM crypto_report WHERE id = ${id}`,
      ];
      for (const write of writes) expect(await reports.after(write)).toEqual([EVERYTHING]);
    });

    test("what they do not fire for is found: a replicated row", async () => {
      const reports = await watched(postgresNotices(database.url));
      const told = await reports.after(() =>
        generator.begin(async (transaction) => {
          await transaction`SET LOCAL session_replication_role = replica`;
          await insert(transaction as unknown as Sql);
        }),
      );
      expect(told).toEqual([EVERYTHING]);
      expect(reports.watch.status().mode).toBe("trigger");
    });

    test("disabled at run time the table is compared, until they are back", async () => {
      const reports = await watched(postgresNotices(database.url));
      await generator`ALTER TABLE crypto_report DISABLE TRIGGER USER`;
      await vi.waitFor(() => expect(reports.watch.status().mode).toBe("poll"), WAIT);
      expect(await reports.after(() => insert(generator))).toEqual([EVERYTHING]);
      await generator`ALTER TABLE crypto_report ENABLE TRIGGER USER`;
      await vi.waitFor(() => expect(reports.watch.status().mode).toBe("trigger"), WAIT);
      await expectToBeTold(reports);
    });

    test("dropped at run time with the table, and its successor is watched", async () => {
      const reports = await watched(postgresNotices(database.url));
      const noticed = await reports.after(() => generator`DROP TABLE crypto_report`);
      expect(noticed).toEqual([EVERYTHING]);
      await generator.unsafe(await readFile("migrations/001_crypto_report.sql", "utf8"));
      await insert(generator);
      await vi.waitFor(() => expect(reports.changes.at(-1)).toEqual(EVERYTHING), WAIT);
      expect(await reports.after(() => insert(generator))).toEqual([EVERYTHING]);
      expect(reports.watch.status()).toMatchObject({ mode: "poll", connected: true });
    });
  });

  describe("a lost connection", () => {
    test("that was killed is opened anew, and what happened meanwhile is caught up with", async () => {
      const reports = await watched(postgresNotices(database.url), { timing: TOLD_ONLY });
      const [killed, ...others] = await listeners();
      expect(others).toEqual([]);
      const told = await reports.after(async () => {
        await generator`SELECT pg_terminate_backend(${killed ?? 0})`;
        await insert(generator);
      });
      expect(told).toContainEqual(EVERYTHING);
      const id = await insert(generator);
      await vi.waitFor(() => expect(reports.changes.at(-1)).toEqual(changed(id)), WAIT);
      expect(await listeners()).not.toEqual([killed]);
    });

    test("that fell silent is noticed and given up, and caught up with", async () => {
      const { proxy, url } = await openProxy();
      const reports = await watched(postgresNotices(url));
      proxy.swallow();
      await vi.waitFor(
        () =>
          expect(reports.watch.status()).toMatchObject({
            mode: "trigger",
            connected: false,
            reason: "no answer within 2 s",
          }),
        WAIT,
      );
      await insert(generator);
      expect(reports.changes).toEqual([]);
      expect(await reports.after(() => proxy.restore())).toEqual([EVERYTHING]);
      expect(reports.watch.status()).toMatchObject({ mode: "trigger", connected: true });
      await vi.waitFor(() => expect(proxy.connections()).toBe(1), WAIT);
      await expectToBeTold(reports);
    });

    test("that is silent from the start does not keep closing waiting", async () => {
      const { proxy, url } = await openProxy();
      const reports = await watched(postgresNotices(url));
      proxy.swallow();
      await reports.watch.close();
      await vi.waitFor(() => expect(proxy.connections()).toBe(0), WAIT);
    });
  });

  test("a callback that rejects is called again until it does not", async () => {
    let failures = 3;
    const reports = await watched(postgresNotices(database.url), {
      timing: TOLD_ONLY,
      async onChange({ kind }) {
        if (kind === "changed" && failures-- > 0) throw new Error("the cache is gone");
      },
    });
    let id = 0;
    const told = await reports.after(async () => {
      id = await insert(generator);
    });
    expect(told).toEqual([changed(id)]);
    expect(failures).toBeLessThan(0);
  });

  test("has one connection of its own, which closing ends", async () => {
    const reports = await watched(postgresNotices(database.url), { timing: TOLD_ONLY });
    expect(await listeners()).toHaveLength(1);
    await reports.watch.close();
    await insert(generator);
    await vi.waitFor(async () => expect(await listeners()).toEqual([]), WAIT);
    expect(reports.changes).toEqual([]);
  });
});

describe("the embedded database", () => {
  let folder: string;
  let embedded: EmbeddedPostgres;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-changes-"));
    embedded = await openEmbeddedPostgres(folder);
    await migrate(embedded.target, "migrations");
  });

  afterAll(async () => {
    await embedded.close();
    await rm(folder, { recursive: true });
  });

  test.each(WRITES)("tells that a row was %s", async (_what, write, expected) => {
    const writer = connect(embedded.target);
    const id = await insert(writer);
    const reports = await watched(embeddedNotices(embedded), { told: "embedded", timing: TOLD_ONLY });
    expect(await reports.after(() => write(writer, id))).toEqual([expected(id)]);
    expect(reports.watch.status()).toMatchObject({ mode: "embedded", connected: true });
  });

  test("is compared where the triggers are missing", async () => {
    const writer = connect(embedded.target);
    await writer`ALTER TABLE crypto_report DISABLE TRIGGER USER`;
    cleanUps.push(() => writer`ALTER TABLE crypto_report ENABLE TRIGGER USER`);
    const reports = await watched(embeddedNotices(embedded), { told: "embedded" });
    expect(reports.watch.status()).toMatchObject({ mode: "poll", connected: true });
    expect(await reports.after(() => insert(writer))).toEqual([EVERYTHING]);
    expect(await reports.after(() => writer`UPDATE crypto_report SET js_content = 'x'`)).toEqual([
      EVERYTHING,
    ]);
    expect(await reports.after(() => writer`DELETE FROM crypto_report`)).toEqual([EVERYTHING]);
  });

  test("tells nobody who has closed", async () => {
    const writer = connect(embedded.target);
    const reports = await watched(embeddedNotices(embedded), { told: "embedded", timing: TOLD_ONLY });
    await reports.watch.close();
    const other = await watched(embeddedNotices(embedded), { told: "embedded", timing: TOLD_ONLY });
    expect(await other.after(() => insert(writer))).toHaveLength(1);
    expect(reports.changes).toEqual([]);
  });
});
