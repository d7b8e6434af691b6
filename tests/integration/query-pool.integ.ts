import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createConnectionCounter } from "../../lib/clients/connection-counts";
import { createQueryPool, type QueryPool } from "../../lib/clients/query-pool";
import { createTestDatabase, type TestDatabase } from "../support/database";

/** For the tests; long enough for what answers. */
const DEADLINE_MS = 1_000;
const SEEN = { timeout: 30_000, interval: 20 };

let database: TestDatabase;
let line: Line;
let pool: QueryPool;
let counter: ReturnType<typeof createConnectionCounter>;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  line = await openLine();
  counter = createConnectionCounter();
  pool = createQueryPool(line.url, { max: 4, counter }, DEADLINE_MS);
});

afterEach(async () => {
  await pool.close(0);
  line.close();
});

interface Line {
  readonly url: string;
  /** Connections that are open now lose every byte from now on, in both directions, and are not closed. */
  fallSilent(): void;
  /** Connections that are open now are reset. */
  reset(): void;
  close(): void;
}

/** The way to the database. */
async function openLine(): Promise<Line> {
  const { hostname, port } = new URL(database.url);
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  const listener = createServer((client) => {
    const pair = { client, server: connect(Number(port || 5432), hostname) };
    pairs.add(pair);
    client.pipe(pair.server).pipe(client);
    for (const socket of [client, pair.server]) socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String((listener.address() as AddressInfo).port);
  return {
    url: url.href,
    fallSilent() {
      for (const { client, server } of pairs) {
        client.unpipe(server).resume();
        server.unpipe(client).resume();
      }
    },
    reset() {
      for (const { client } of pairs) client.resetAndDestroy();
    },
    close() {
      listener.close();
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
    },
  };
}

const ask = () => pool.run((sql) => sql<{ one: number }[]>`SELECT 1 AS one`);
/** Opens several connections. */
const warm = () => Promise.all([1, 2, 3, 4].map(() => pool.run((sql) => sql`SELECT pg_sleep(0.05)`)));
const answered = () => vi.waitFor(async () => expect(await ask()).toEqual([{ one: 1 }]), SEEN);

describe("connections that fall silent", () => {
  test("are an error for those who wait, in time, and others answer afterwards", async () => {
    await warm();
    line.fallSilent();
    const waiting = await Promise.allSettled([ask(), ask(), ask(), ask(), ask(), ask()]);
    expect(waiting.map(({ status }) => status)).toEqual(Array(6).fill("rejected"));
    expect(waiting[0]).toMatchObject({ reason: { code: "E_DEADLINE" } });
    // At once: those that one of them has had replaced are all new.
    expect(await ask()).toEqual([{ one: 1 }]);
  });

  test("are closed, and counted as that", async () => {
    await warm();
    const open = counter.counts().open;
    expect(open).toBeGreaterThan(1);
    line.fallSilent();
    await expect(ask()).rejects.toMatchObject({ code: "E_DEADLINE" });
    await answered();
    await vi.waitFor(() => expect(counter.counts().open).toBe(1), SEEN);
  });
});

describe("connections that are reset", () => {
  test.each(["once", "again and again"])(
    "leave nobody who asks at once waiting for ever: %s",
    async (how) => {
      for (let time = 0; time < (how === "once" ? 1 : 3); time++) {
        // A connection that was lost before may still be found out.
        await vi.waitFor(warm, SEEN);
        const first = pool.run((sql) => sql`SELECT pg_sleep(30)`);
        // Asked in the moment between the socket's error and its end.
        const again = first.catch(() => Promise.allSettled([ask(), ask(), ask(), ask()]));
        // The statement has been sent once another one, over the next connection, is answered.
        await answered();
        line.reset();
        expect(await again).toHaveLength(4);
      }
      await answered();
    },
  );
});

test("a statement that fails is the error that it was, and replaces nothing", async () => {
  await warm();
  const { opened } = counter.counts();
  await expect(pool.run((sql) => sql`SELECT nothing`)).rejects.toMatchObject({ code: "42703" });
  await ask();
  expect(counter.counts().opened).toBe(opened);
});

test("who closes the pool waits for what is under way", async () => {
  const slow = pool.run((sql) => sql<{ one: number }[]>`SELECT 1 AS one, pg_sleep(0.3)`);
  // The statement has been sent once another one, over the next connection, is answered.
  await ask();
  await pool.close(5);
  expect(await slow).toMatchObject([{ one: 1 }]);
  await vi.waitFor(() => expect(counter.counts().open).toBe(0), SEEN);
  await expect(ask()).rejects.toThrow("closed");
});
