import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { migrate } from "../../lib/clients/migrations";
import {
  createPostgres,
  type PostgresOptions,
  type PostgresTarget,
  type Sql,
} from "../../lib/clients/postgres";
import { createReportRepository } from "../../lib/reports/repository";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { startTcpProxy } from "../support/tcp-proxy";

let database: TestDatabase;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, "migrations");
});

afterAll(() => database.drop());

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function open(target: PostgresTarget, options: PostgresOptions): Sql {
  const sql = createPostgres(target, options);
  cleanUps.push(() => sql.end({ timeout: 1 }));
  return sql;
}

/** Listens on a free port of 127.0.0.1 and hands each connection to `answer`. */
async function listen(answer: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    answer(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** The test database as it is reached on another port. */
function throughPort(port: number): string {
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}

describe("the pool", () => {
  test("opens no more connections than it may, and answers all", async () => {
    const sql = open(database.url, { max: 4 });
    const answers = await Promise.all(
      Array.from(
        { length: 200 },
        (_, i) => sql<{ i: number; pid: number; open: number }[]>`
          SELECT ${i}::int AS i, pg_backend_pid() AS pid,
                 (SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'web-server-report'
                  AND datname = current_database()) AS open`,
      ),
    );
    const rows = answers.flat();
    expect(rows.map(({ i }) => i)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(new Set(rows.map(({ pid }) => pid)).size).toBe(4);
    expect(Math.max(...rows.map(({ open }) => open))).toBeLessThanOrEqual(4);
  });

  test("gives every statement five seconds", async () => {
    const sql = open(database.url, { max: 3 });
    const rows = await Promise.all(
      Array.from({ length: 12 }, () => sql`SELECT current_setting('statement_timeout') AS value`),
    );
    expect(rows.flat()).toEqual(Array.from({ length: 12 }, () => ({ value: "5s" })));
  });

  test("has Postgres cancel a statement that takes longer, and goes on", async () => {
    const sql = open(database.url, { max: 1, statementTimeout: 50 });
    await expect(sql`SELECT pg_sleep(30)`).rejects.toMatchObject({ code: "57014" });
    expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });

  test("prepares each of the repository's statements once", async () => {
    const sql = open(database.url, { max: 1 });
    const repository = createReportRepository(sql);
    const prepared = () => sql<{ name: string }[]>`
      SELECT name FROM pg_prepared_statements WHERE statement LIKE '%FROM crypto_report%' ORDER BY prepare_time`;
    // The statement above is one of those it finds.
    await prepared();
    for (const id of [1, 2, 3]) {
      await repository.byId(id);
      await repository.openings({ offset: id * 10, limit: 10, total: 100 });
      await repository.neighbours(id, 3);
    }
    const statements = await prepared();
    expect(statements).toHaveLength(1 + 1 + 1 + 2);
    expect(statements.every(({ name }) => name !== "")).toBe(true);
  });

  test("reads dates also from a database that writes them in another order", async () => {
    const [row] = await open(database.url, { max: 1 })<{ name: string }[]>`SELECT current_database() AS name`;
    const admin = open(database.url, { max: 1 });
    await admin.unsafe(`ALTER DATABASE ${row?.name} SET datestyle = 'SQL, DMY'`);
    cleanUps.push(() => admin.unsafe(`ALTER DATABASE ${row?.name} RESET datestyle`));

    const sql = open(database.url, { max: 1 });
    expect(await sql`SELECT TIMESTAMPTZ '2026-11-18 07:30:00+07' AS moment`).toEqual([
      { moment: new Date("2026-11-18T00:30:00Z") },
    ]);
  });

  test("opens a new connection for one that was lost", async () => {
    const sql = open(database.url, { max: 1 });
    const lost = /CONNECTION_CLOSED|terminating connection/;
    await expect(sql`SELECT pg_terminate_backend(pg_backend_pid())`).rejects.toThrow(lost);
    await vi.waitFor(async () => expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]));
  });

  test("answers who asks again as soon as a connection was reset", async () => {
    const { hostname, port } = new URL(database.url);
    const proxy = await startTcpProxy(Number(port), hostname);
    cleanUps.push(() => proxy.close());
    const sql = open(throughPort(proxy.port), { max: 1 });
    await sql`SELECT 1`;
    const running = sql`SELECT pg_sleep(30)`;
    const again = running.catch((error: { code: string }) => [error.code, sql`SELECT 1 AS one`] as const);
    const admin = open(database.url, { max: 1 });
    await vi.waitFor(async () => {
      const sleeping = await admin`
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
      expect(sleeping).toHaveLength(1);
    });
    proxy.reset();
    const [code, answer] = await again;
    expect(code).toBe("ECONNRESET");
    expect(await answer).toEqual([{ one: 1 }]);
  });
});

describe("a database that cannot be reached", () => {
  test("that refuses connections is an error for every query", async () => {
    const { server, port } = await listen(() => {});
    server.close();
    await once(server, "close");
    const sql = open(throughPort(port), { max: 2 });
    for (let i = 0; i < 6; i++) await expect(sql`SELECT 1`).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("behind a proxy that hangs up is an error, asked for once a query, until it is back", async () => {
    const { hostname, port: backend } = new URL(database.url);
    let isUp = false;
    let connections = 0;
    const { port } = await listen((client) => {
      connections++;
      if (!isUp) return client.end();
      const upstream = connect(Number(backend), hostname).on("error", () => client.destroy());
      client.pipe(upstream).pipe(client);
      client.on("close", () => upstream.destroy());
    });
    const sql = open(throughPort(port), { max: 2 });
    for (let i = 0; i < 6; i++) {
      await expect(sql`SELECT 1`).rejects.toThrow("the server closed the connection unanswered");
    }
    expect(connections).toBe(6);

    isUp = true;
    expect(await Promise.all([sql`SELECT 1 AS one`, sql`SELECT 2 AS two`])).toEqual([
      [{ one: 1 }],
      [{ two: 2 }],
    ]);
  });

  test("at an IPv6 address is named", async () => {
    const { server, port } = await listen(() => {});
    server.close();
    await once(server, "close");
    const sql = open(`postgres://user@[::1]:${port}/reports`, { max: 1 });
    await expect(sql`SELECT 1`).rejects.toThrow(`::1:${port}`);
  });
});

test("TLS asks for the certificate of the host in the URL", async () => {
  let serverName: unknown;
  const { port } = await listen((socket) => {
    // The client's request for TLS; "S" agrees. Without a certificate the handshake then fails.
    socket.once("data", () => {
      const secure = new TLSSocket(socket, {
        isServer: true,
        SNICallback: (name, done) => {
          serverName = name;
          done(null);
        },
      });
      secure.on("error", () => {});
      socket.write("S");
    });
  });
  const sql = open(`postgres://user@localhost:${port}/reports?sslmode=require`, { max: 1 });
  await expect(sql`SELECT 1`).rejects.toThrow();
  expect(serverName).toBe("localhost");
});
