import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openEmbeddedPostgres } from "../../lib/clients/embedded-postgres";
import { createPostgres } from "../../lib/clients/postgres";
import { type Environment, readEnvironment } from "../../lib/env";
import { DatabaseUnreachableError, EmbeddedDatabaseError } from "../../lib/errors";
import { startServices, stopServices } from "../../lib/services";
import index from "../../samples/index.json";
import { createTestDatabase, type TestDatabase } from "../support/database";

vi.mock("../../lib/clients/embedded-postgres", { spy: true });

/** The document pipeline has tests of its own. */
const DOCUMENT_WORKER = `
  exports.build = async () => { throw new Error("no document is built in these tests"); };
  exports.headlines = async (openings) => openings.map(() => ({ title: "Title", summary: "" }));
`;

const project = process.cwd();
let folder: string;
const cleanUps: (() => unknown)[] = [];

// The site finds what it stands on in its working directory; a build need not have been made.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "services-"));
  for (const name of ["migrations", "samples"]) await symlink(resolve(name), join(folder, name), "junction");
  await mkdir(join(folder, ".build"));
  await writeFile(join(folder, ".build", "document-worker.js"), DOCUMENT_WORKER);
  process.chdir(folder);
});

afterAll(async () => {
  process.chdir(project);
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});

afterEach(async () => {
  await stopServices();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  vi.clearAllMocks();
});

const withDatabase = (url: string): Environment =>
  readEnvironment({ DATABASE_URL: url, DATABASE_POOL_MAX: "4" });

async function listen(
  answer: (socket: Socket) => void,
): Promise<{ port: number; close(): Promise<unknown> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    answer(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server.close(), "close");
  };
  cleanUps.push(close);
  return { port: (server.address() as AddressInfo).port, close };
}

async function useDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  cleanUps.push(() => stopServices().then(() => database.drop()));
  return database;
}

describe("with a database", () => {
  test("the site reads its reports, and adds no samples", async () => {
    const database = await useDatabase();
    const { reports, sampleData } = await startServices(withDatabase(database.url));
    expect(sampleData).toBe(false);
    expect(await reports.count()).toBe(0);
    expect(await reports.latest("vi")).toBeNull();

    const generator = createPostgres(database.url, { max: 1 });
    await generator`INSERT INTO crypto_report (html_content) VALUES ('<p>new</p>')`;
    await generator.end();
    expect(await reports.page(1, "en")).toMatchObject({ total: 1, pageCount: 1, reports: [{ id: 1 }] });
    expect(await reports.page(2, "en")).toBeNull();
  });

  test("that cannot be reached, the start fails and names it without user and password", async () => {
    const { port, close } = await listen(() => {});
    await close();
    const env = withDatabase(
      `postgres://hidden-user:hidden-password@127.0.0.1:${port}/reports?sslmode=disable`,
    );

    const error = await startServices(env).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    expect(error).toMatchObject({
      code: "E_DATABASE",
      message: expect.stringContaining(`127.0.0.1:${port}/reports: connect ECONNREFUSED`),
    });
    const logged = vi.mocked(console.log).mock.calls.concat(vi.mocked(console.error).mock.calls);
    expect(`${error} ${JSON.stringify(logged)}`).not.toContain("hidden");
  });

  test("that never answers, the start fails too", { timeout: 20_000 }, async () => {
    const { port } = await listen(() => {});
    const env = withDatabase(`postgres://hidden-user:hidden-password@127.0.0.1:${port}/reports`);
    const error = await startServices(env).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    expect(String(error)).toContain(`127.0.0.1:${port}/reports: `);
    expect(String(error)).not.toContain("hidden");
  });

  test("that comes up after a failed start, the next start succeeds", async () => {
    const database = await useDatabase();
    const { hostname, port: backend } = new URL(database.url);
    let isUp = false;
    const { port } = await listen((client) => {
      if (!isUp) return client.end();
      const upstream = connect(Number(backend), hostname).on("error", () => client.destroy());
      client.pipe(upstream).pipe(client);
      client.on("close", () => upstream.destroy());
    });
    const url = new URL(database.url);
    url.host = `127.0.0.1:${port}`;
    const env = withDatabase(url.href);

    const failed = await Promise.allSettled([startServices(env), startServices(env)]);
    expect(failed.map((result) => result.status)).toEqual(["rejected", "rejected"]);

    isUp = true;
    const { reports } = await startServices(env);
    expect(await reports.count()).toBe(0);
  });
});

describe("without a database", () => {
  // To create the database takes seconds, on a busy machine many.
  test("the embedded one is opened once, with the samples, and keeps them", {
    timeout: 120_000,
  }, async () => {
    const env = readEnvironment({ DATA_DIR: "data" });

    const [one, two] = await Promise.all([startServices(env), startServices(env)]);
    expect(openEmbeddedPostgres).toHaveBeenCalledTimes(1);
    expect([one.sampleData, two.sampleData]).toEqual([true, true]);
    expect(await one.reports.count()).toBe(index.length);
    const newest = await two.reports.recent(1, "vi");
    expect(newest).toMatchObject([{ id: index.length, title: "Title" }]);

    await stopServices();
    const { reports } = await startServices(env);
    expect(openEmbeddedPostgres).toHaveBeenCalledTimes(2);
    expect(await reports.count()).toBe(index.length);
    expect(await reports.recent(1, "vi")).toEqual(newest);
  });

  test("a folder that another process has open stops the start and names the process", async () => {
    const other = process.ppid;
    await mkdir(join("taken", "processes"), { recursive: true });
    await writeFile(join("taken", "processes", String(other)), "");
    await expect(startServices(readEnvironment({ DATA_DIR: "taken" }))).rejects.toMatchObject({
      code: "E_DATA_DIRECTORY",
      message: expect.stringContaining(`process ${other}`),
    });
  });
});

test("a folder that the embedded database cannot have is named, with the variable that chooses another", async () => {
  await writeFile(join(folder, "file"), "");
  const started = startServices(readEnvironment({ DATA_DIR: "file" }));
  await expect(started).rejects.toThrow(EmbeddedDatabaseError);
  await expect(started).rejects.toThrow(
    /^Cannot use the embedded database in file: ENOTDIR.* DATA_DIR, or set DATABASE_URL/,
  );
});
