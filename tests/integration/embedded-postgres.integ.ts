import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "../../lib/clients/embedded-postgres";
import { migrate } from "../../lib/clients/migrations";
import { createPostgres, type PostgresTarget, type Sql } from "../../lib/clients/postgres";
import { createReportRepository, type ReportRepository } from "../../lib/reports/repository";
import { createTestDatabase, type TestDatabase } from "../support/database";

const FIXTURES = "tests/fixtures/reports";

/** A folder with an empty database: to create one takes seconds, to copy it does not. */
let template: string;

beforeAll(async () => {
  template = await createFolder();
  await (await openEmbeddedPostgres(template)).close();
});

afterAll(() => rm(template, { recursive: true }));

function createFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "embedded-"));
}

async function insertFixtures(sql: Sql): Promise<void> {
  for (const file of (await readdir(FIXTURES)).sort()) {
    await sql`INSERT INTO crypto_report ${sql(JSON.parse(await readFile(join(FIXTURES, file), "utf8")))}`;
  }
}

describe("beside Postgres, with the same rows", () => {
  const ROWS = 4;
  let folder: string;
  let embedded: EmbeddedPostgres;
  let database: TestDatabase;
  let pools: Sql[];
  let repositories: ReportRepository[];

  beforeAll(async () => {
    folder = await createFolder();
    await cp(template, folder, { recursive: true });
    embedded = await openEmbeddedPostgres(folder);
    database = await createTestDatabase();
    const targets: PostgresTarget[] = [database.url, embedded.target];
    pools = targets.map((target) => createPostgres(target, { max: 1 }));
    repositories = pools.map(createReportRepository);
    const reports = await Promise.all(targets.map((target) => migrate(target, "migrations")));
    expect(reports[1]).toEqual(reports[0]);
    await Promise.all(pools.map(insertFixtures));
  });

  afterAll(async () => {
    await Promise.all(pools.map((sql) => sql.end({ timeout: 1 })));
    await embedded.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const pages = [0, 1, 2, 3, 4].flatMap((offset) =>
    [1, 2, 10].map((limit) => ({ offset, limit, total: ROWS })),
  );

  test.each<[string, (repository: ReportRepository) => Promise<unknown>]>([
    ["the number of reports", (repository) => repository.count()],
    ["the latest report", (repository) => repository.latest()],
    ...[1, 2, 3, 4, 5].flatMap((id): [string, (repository: ReportRepository) => Promise<unknown>][] => [
      [`report ${id}`, (repository) => repository.byId(id)],
      [`the opening of report ${id}`, (repository) => repository.opening(id)],
      [`the neighbours of report ${id}`, (repository) => repository.neighbours(id, 2)],
    ]),
    ["every page", (repository) => Promise.all(pages.map((page) => repository.openings(page)))],
    ["the references", (repository) => repository.references({ offset: 0, limit: 10 })],
  ])("%s is the same", async (_what, read) => {
    const [postgres, pglite] = await Promise.all(repositories.map(read));
    expect(pglite).toEqual(postgres);
  });

  test("the fixtures are in both", async () => {
    expect(await Promise.all(repositories.map((repository) => repository.count()))).toEqual([ROWS, ROWS]);
    const [, latest] = await Promise.all(repositories.map((repository) => repository.latest()));
    expect(latest).toMatchObject({ id: 1, createdAt: new Date("2026-11-18T00:30:00Z") });
    expect(latest?.vi.html).toContain("<section");
  });

  test("a second migration adds nothing", async () => {
    expect(await migrate(embedded.target, "migrations")).toEqual({ applied: [], refused: [] });
  });

  test("many queries at once are all answered", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => repositories[1]?.byId((i % ROWS) + 1)),
    );
    expect(answers.map((report) => report?.id)).toEqual(
      Array.from({ length: 100 }, (_, i) => (i % ROWS) + 1),
    );
  });
});

describe("the folder", () => {
  let folder: string;
  const opened: EmbeddedPostgres[] = [];
  const processes: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await createFolder();
  });

  afterEach(async () => {
    for (const embedded of opened.splice(0)) await embedded.close();
    for (const child of processes.splice(0)) await end(child);
    await rm(folder, { recursive: true });
  });

  async function startProcess(): Promise<{ child: ChildProcess; pid: number }> {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    processes.push(child);
    await once(child, "spawn");
    return { child, pid: child.pid ?? Number.NaN };
  }

  async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async function open(): Promise<EmbeddedPostgres> {
    const embedded = await openEmbeddedPostgres(folder);
    opened.push(embedded);
    return embedded;
  }

  const holders = () => join(folder, "processes");

  /** As a process with this pid leaves it that has the folder open, or was killed. */
  async function hold(pid: number): Promise<void> {
    await mkdir(holders(), { recursive: true });
    await writeFile(join(holders(), String(pid)), "");
  }

  test("that another living process has open is refused, and left to it", async () => {
    const { pid } = await startProcess();
    await hold(pid);

    await expect(open()).rejects.toMatchObject({
      code: "E_DATA_DIRECTORY",
      message: expect.stringMatching(new RegExp(`${folder}.* process ${pid};`)),
    });
    expect(await readdir(holders())).toEqual([String(pid)]);
    expect(await readdir(folder)).toEqual(["processes"]);
  });

  test("that a dead process had open is taken over, and given back when closed", async () => {
    await cp(template, folder, { recursive: true });
    const { child, pid } = await startProcess();
    await end(child);
    await hold(pid);

    const embedded = await open();
    expect(await readdir(holders())).toEqual([String(process.pid)]);
    opened.splice(0);
    await embedded.close();
    expect(await readdir(holders())).toEqual([]);
  });

  test("keeps its data when closed and opened again", async () => {
    await cp(template, folder, { recursive: true });
    const first = await open();
    await migrate(first.target, "migrations");
    const writer = createPostgres(first.target, { max: 1 });
    await insertFixtures(writer);
    const before = await createReportRepository(writer).latest();
    await writer.end();
    opened.splice(0);
    await first.close();

    const second = await open();
    expect(await migrate(second.target, "migrations")).toEqual({ applied: [], refused: [] });
    const reader = createPostgres(second.target, { max: 1 });
    expect(await createReportRepository(reader).latest()).toEqual(before);
    await reader.end();
  });

  test("that cannot be opened is given back", async () => {
    await mkdir(join(folder, "postgres"));
    await writeFile(join(folder, "postgres", "PG_VERSION"), "not a version");
    await expect(open()).rejects.toThrow();
    expect(await readdir(holders())).toEqual([]);
  });
});
