import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { createTieredCache, type TieredCache } from "./cache";
import { type ConnectionCounts, createConnectionCounter } from "./clients/connection-counts";
import { type EmbeddedPostgres, openEmbeddedPostgres } from "./clients/embedded-postgres";
import { type MigrationReport, migrate } from "./clients/migrations";
import { embeddedNotices, postgresNotices } from "./clients/notice-connection";
import { describeTarget, type PostgresTarget, type Sql } from "./clients/postgres";
import { createQueryPool, type QueryPool } from "./clients/query-pool";
import { identifyDeployment, identifyPipeline } from "./deployment";
import { type Environment, environment } from "./env";
import { DatabaseUnreachableError, EmbeddedDatabaseError, StartupError } from "./errors";
import { createAdminGuard } from "./http/admin-guard";
import { createRefreshGuard } from "./http/refresh-guard";
import { createIsrCache } from "./isr/isr-cache";
import { shareIsrCache } from "./isr/shared-isr-cache";
import { pageTag } from "./isr/tags";
import { configureLog, log } from "./log";
import { openMarket } from "./market/market";
import { startObservability } from "./observability/observability";
import { secretsOf } from "./redaction";
import { tagsOfPath } from "./reports/cache-tags";
import { createCachedDocuments } from "./reports/cached-documents";
import { createCachedReports } from "./reports/cached-reports";
import { createDocuments, type Documents } from "./reports/document/documents";
import { startPublishing } from "./reports/publishing";
import { createReports, type Reports } from "./reports/reports";
import { createPooledRepository } from "./reports/repository";
import { insertSamples } from "./reports/samples";
import type { OpenServices } from "./services";

/**
 * Opens the parts of the site and wires them together. This is the only file that wires.
 *
 * @throws StartupError with one clear line
 */
export async function openServices(env: Environment = environment()): Promise<OpenServices> {
  startLog(env);
  const { target, queries, embedded, pool } = await openDatabase(env);
  try {
    const migrations = await migrate(target, resolve("migrations"));
    reportMigrations(migrations);
    if (embedded) await addSamples(queries.sql());
    // From here on nothing rejects: there is nothing to close after a failure.
    const documents = createDocuments();
    const { cache, reports } = await openCache(env, queries, documents);
    const [publishing, market] = await Promise.all([
      startPublishing({
        invalidate: (tags) => cache.invalidateTags([...tags, ...tags.map(pageTag)]),
        open: embedded ? embeddedNotices(embedded) : postgresNotices(target),
        told: embedded ? "embedded" : "trigger",
      }),
      openMarket({ redisUrl: env.redisUrl, cache, staleMs: env.marketStaleSeconds * 1_000 }),
    ]);
    if (env.redisUrl === undefined) log.info("the market is simulated: no REDIS_URL is set");
    const observability = await startObservability({
      target,
      pool,
      cache,
      migrations,
      publishing: publishing.status,
      market: market.status,
    });
    const admin = createAdminGuard(env.adminSecret);
    return {
      services: {
        environment: env,
        reports,
        sampleData: embedded !== null,
        cache,
        publishing,
        market,
        observability,
        admin,
        refreshes: createRefreshGuard(),
      },
      async close() {
        shareIsrCache(undefined);
        // The market before the cache, which keeps its last snapshot.
        await Promise.all([publishing.close(), market.close(), observability.close()]);
        await Promise.allSettled([documents.close(), cache.close(), queries.close(5)]);
        await embedded?.close();
      },
    };
  } catch (error) {
    await queries.close(1);
    await embedded?.close();
    throw env.databaseUrl
      ? new DatabaseUnreachableError(describeTarget(env.databaseUrl), error)
      : new EmbeddedDatabaseError(env.dataDirectory, error);
  }
}

function startLog({ debug, development, databaseUrl, redisUrl, adminSecret }: Environment): void {
  const secrets = [...secretsOf(databaseUrl), ...secretsOf(redisUrl), ...(adminSecret ? [adminSecret] : [])];
  configureLog({ debug, secrets, ...(development && { readable: true }) });
}

/** One cache for rows, documents and Next's pages. Works, and grows no older than need be, without Redis. */
async function openCache(
  env: Environment,
  queries: QueryPool,
  documents: Documents,
): Promise<{ cache: TieredCache; reports: Reports }> {
  const cache = createTieredCache({ redis: env.redisUrl });
  await cache.start();
  if (cache.stats().redis?.connected === false) {
    log.warn("Redis cannot be used: the site serves from its own memory, and goes on trying");
  }
  const deployment = await identifyDeployment(env);
  const namespace = `${deployment}/${identifyDatabase(env)}`;
  let outdatedReadAt = Number.NEGATIVE_INFINITY;
  const pipeline = await identifyPipeline(deployment, resolve(".build", "document-worker.js"));
  const cached = createCachedDocuments(cache, documents, pipeline);
  const reports = createCachedReports({
    cache,
    reports: createReports(createPooledRepository(queries), cached),
    namespace,
    onOutdated: () => {
      outdatedReadAt = performance.now();
    },
  });
  shareIsrCache(
    createIsrCache({ cache, namespace, tagsOf: tagsOfPath, outdatedReadAt: () => outdatedReadAt }),
  );
  return { cache, reports };
}

/** Reports of another database on the same Redis are others, even with the same ids. */
function identifyDatabase({ databaseUrl, dataDirectory }: Environment): string {
  const place = databaseUrl ? describeTarget(databaseUrl) : `${hostname()}:${resolve(dataDirectory)}`;
  return createHash("sha256").update(place).digest("base64url").slice(0, 12);
}

interface Database {
  readonly target: PostgresTarget;
  readonly queries: QueryPool;
  readonly embedded: EmbeddedPostgres | null;
  readonly pool: { readonly max: number; readonly counts: () => ConnectionCounts };
}

async function openDatabase(env: Environment): Promise<Database> {
  const { counts, ...counter } = createConnectionCounter();
  if (env.databaseUrl !== undefined) {
    const target = env.databaseUrl;
    log.info("database", { postgres: describeTarget(target) });
    const max = env.databasePoolMax;
    const queries = createQueryPool(target, { max, counter });
    return { target, queries, embedded: null, pool: { max, counts } };
  }
  log.info("database: embedded Postgres, no DATABASE_URL is set", { folder: env.dataDirectory });
  const embedded = await openEmbeddedPostgres(resolve(env.dataDirectory)).catch((error: unknown) => {
    throw error instanceof StartupError ? error : new EmbeddedDatabaseError(env.dataDirectory, error);
  });
  // One connection: PGlite runs one statement at a time in any case.
  const queries = createQueryPool(embedded.target, { max: 1, counter });
  return { target: embedded.target, queries, embedded, pool: { max: 1, counts } };
}

async function addSamples(sql: Sql): Promise<void> {
  const inserted = await insertSamples(sql, join(resolve("samples")), new Date());
  if (inserted > 0) log.info("sample reports inserted; their figures are made up", { reports: inserted });
}

function reportMigrations({ applied, refused }: MigrationReport): void {
  if (applied.length > 0) log.info("migrations applied", { names: applied.join(",") });
  for (const { name, reason } of refused) {
    log.warn("migration not made; the site works without it", { name, reason });
  }
}
