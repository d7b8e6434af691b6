import { join, resolve } from "node:path";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "./clients/embedded-postgres";
import { type MigrationReport, migrate } from "./clients/migrations";
import { createPostgres, describeTarget, type PostgresTarget, type Sql } from "./clients/postgres";
import { type Environment, environment } from "./env";
import { DatabaseUnreachableError } from "./errors";
import { enableDebugLog, log } from "./log";
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
}

interface Connections {
  readonly environment: Environment;
  readonly embedded: EmbeddedPostgres | null;
  readonly sql: Sql;
  readonly documents: Documents;
  readonly migrations: MigrationReport;
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
  await Promise.allSettled([connections.documents.close(), connections.sql.end({ timeout: 5 })]);
  await connections.embedded?.close();
}

function compose({ environment, sql, documents, embedded }: Connections): Services {
  return {
    environment,
    reports: createReports(createReportRepository(sql), documents),
    sampleData: embedded !== null,
  };
}

async function connect(env: Environment): Promise<Connections> {
  enableDebugLog(env.debug);
  const { target, sql, embedded } = await openDatabase(env);
  try {
    const migrations = await migrate(target, resolve("migrations"));
    reportMigrations(migrations);
    if (embedded) await addSamples(sql);
    return { environment: env, embedded, sql, documents: createDocuments(), migrations };
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
}

async function openDatabase(env: Environment): Promise<Database> {
  if (env.databaseUrl !== undefined) {
    const target = env.databaseUrl;
    log.info("database", { postgres: describeTarget(target) });
    return { target, sql: createPostgres(target, { max: env.databasePoolMax }), embedded: null };
  }
  log.info("database: embedded Postgres, no DATABASE_URL is set", { folder: env.dataDirectory });
  const embedded = await openEmbeddedPostgres(resolve(env.dataDirectory));
  // One connection: PGlite runs one statement at a time in any case.
  return { target: embedded.target, sql: createPostgres(embedded.target, { max: 1 }), embedded };
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
