import { join, resolve } from "node:path";
import { createTieredCache, type TieredCache } from "./cache";
import { type ConnectionCounts, createConnectionCounter } from "./clients/connection-counts";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "./clients/embedded-postgres";
import { type MigrationReport, migrate } from "./clients/migrations";
import { createPostgres, describeTarget, type PostgresTarget, type Sql } from "./clients/postgres";
import { type Environment, environment } from "./env";
import { DatabaseUnreachableError } from "./errors";
import { type AdminGuard, createAdminGuard } from "./http/admin-guard";
import { configureLog, log } from "./log";
import { type Observability, startObservability } from "./observability/observability";
import { secretsOf } from "./redaction";
import { createDocuments, type Documents } from "./reports/document/documents";
import { createReports, type Reports } from "./reports/reports";
import { createReportRepository } from "./reports/repository";
import { insertSamples } from "./reports/samples";

/** The parts of the running site, wired together. This is the only file that wires. */
export interface Services {
  readonly environment: Environment;
  readonly reports: Reports;
  /** True when the site shows the sample reports of the embedded database, and must say so. */
  readonly sampleData: boolean;
  readonly cache: TieredCache;
  readonly observability: Observability;
  readonly admin: AdminGuard;
}

interface Connections {
  readonly environment: Environment;
  readonly embedded: EmbeddedPostgres | null;
  readonly sql: Sql;
  readonly documents: Documents;
  readonly cache: TieredCache;
  readonly observability: Observability;
  readonly admin: AdminGuard;
}

// Next compiles routes, instrumentation and the production entry apart from each other: module state
// would exist several times in one process.
const KEY = Symbol.for("web-server-report.connections");
const store = globalThis as { [KEY]?: Promise<Connections> };

/**
 * Opens what the site stands on, once a process: database, migrations, samples, worker threads.
 * @throws StartupError with one clear line.
 */
export async function startServices(env: Environment = environment()): Promise<Services> {
  store[KEY] ??= connect(env);
  store[KEY].catch(() => {
    // The next call tries again: in development the database may come up after the site.
    delete store[KEY];
  });
  return compose(await store[KEY]);
}

export const getServices = () => startServices();

/** Closes everything that `startServices` opened. */
export async function stopServices(): Promise<void> {
  const connections = await store[KEY]?.catch(() => null);
  delete store[KEY];
  if (!connections) return;
  await connections.observability.close();
  await Promise.allSettled([
    connections.documents.close(),
    connections.cache.close(),
    connections.sql.end({ timeout: 5 }),
  ]);
  await connections.embedded?.close();
}

function compose({ environment, sql, documents, embedded, ...rest }: Connections): Services {
  const { cache, observability, admin } = rest;
  return {
    environment,
    cache,
    observability,
    admin,
    reports: createReports(createReportRepository(sql), documents),
    sampleData: embedded !== null,
  };
}

async function connect(env: Environment): Promise<Connections> {
  configureLog({
    debug: env.debug,
    secrets: [
      ...secretsOf(env.databaseUrl),
      ...secretsOf(env.redisUrl),
      ...(env.adminSecret === undefined ? [] : [env.adminSecret]),
    ],
    ...(env.development && { readable: true }),
  });
  const { target, sql, embedded, pool } = await openDatabase(env);
  try {
    const migrations = await migrate(target, resolve("migrations"));
    reportMigrations(migrations);
    if (embedded) await addSamples(sql);
    const cache = createTieredCache({ redis: env.redisUrl });
    await cache.start();
    const observability = await startObservability({ target, pool, cache, migrations });
    const admin = createAdminGuard(env.adminSecret);
    return { environment: env, embedded, sql, documents: createDocuments(), cache, observability, admin };
  } catch (error) {
    await sql.end({ timeout: 1 });
    await embedded?.close();
    throw new DatabaseUnreachableError(
      env.databaseUrl ? describeTarget(env.databaseUrl) : env.dataDirectory,
      error,
    );
  }
}

interface Database {
  readonly target: PostgresTarget;
  readonly sql: Sql;
  readonly embedded: EmbeddedPostgres | null;
  readonly pool: { readonly max: number; readonly counts: () => ConnectionCounts };
}

async function openDatabase(env: Environment): Promise<Database> {
  const counter = createConnectionCounter();
  if (env.databaseUrl !== undefined) {
    const target = env.databaseUrl;
    log.info("database", { postgres: describeTarget(target) });
    const max = env.databasePoolMax;
    const sql = createPostgres(target, { max, counter });
    return { target, sql, embedded: null, pool: { max, counts: counter.counts } };
  }
  log.info("database: embedded Postgres, no DATABASE_URL is set", { folder: env.dataDirectory });
  const embedded = await openEmbeddedPostgres(resolve(env.dataDirectory));
  // One connection: PGlite runs one statement at a time in any case.
  const sql = createPostgres(embedded.target, { max: 1, counter });
  return { target: embedded.target, sql, embedded, pool: { max: 1, counts: counter.counts } };
}

async function addSamples(sql: Sql): Promise<void> {
  const inserted = await insertSamples(sql, join(resolve("samples")), new Date());
  if (inserted > 0) log.info("sample reports inserted; their figures are made up", { reports: inserted });
}

function reportMigrations({ applied, refused }: MigrationReport): void {
  if (applied.length > 0) log.info("migrations applied", { names: applied.join(",") });
  for (const { name, reason } of refused) {
    log.warn("migration refused: this database role may not make the change", { name, reason });
  }
}
