import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log";
import { createPostgres, type PostgresTarget, type Sql } from "./postgres";

export interface MigrationReport {
  readonly applied: readonly string[];
  /** What this role may not add, or not now, with Postgres' reason. The site works without. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** Any number; the same for every process that migrates this database. */
const ADVISORY_LOCK = 7_203_114_922;
/** Missing rights; a table that another program kept locked for longer than a file wanted to wait. */
const REFUSALS = new Set(["42501", "55P03"]);

/**
 * Applies the SQL files of `folder`, in the order of their names, that the ledger
 * `site_migrations` does not list yet. Files are idempotent. The statements of a file are one
 * transaction; `CREATE INDEX CONCURRENTLY`, which none may contain, has a file to itself. An index
 * that an interrupted build left invalid is built anew.
 *
 * Safe when several processes start at once. Polls for the lock: a session that *waits* for an
 * advisory lock holds a snapshot, which a concurrent index build in the winner would wait for.
 *
 * @param lockWaitMs how long another process may migrate before this one goes on without it. Behind a pooler that shares
 * sessions a lock may stay behind when whoever took it is gone.
 * @throws Postgres' own errors, except missing rights and locks, which are returned as `refused`.
 */
export async function migrate(
  target: PostgresTarget,
  folder: string,
  lockWaitMs = 30_000,
): Promise<MigrationReport> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  // Closing a session of its own gives back lock and settings, however the migration ended.
  const session = createPostgres(target, { max: 1 });
  try {
    // An index over a full table may take longer than a page's query is allowed to.
    await session`SET statement_timeout = 0`;
    if (!(await acquireLock(session, lockWaitMs))) {
      const reason = `another process has held the lock for ${lockWaitMs / 1_000} s`;
      return { applied: [], refused: names.map((name) => ({ name, reason })) };
    }
    try {
      return await applyMissing(session, folder, names);
    } finally {
      // The end of the session gives both back, but not behind a pooler, which keeps the session.
      await session`SELECT pg_advisory_unlock(${ADVISORY_LOCK})`.catch(() => {});
      await session`RESET statement_timeout`.catch(() => {});
    }
  } finally {
    await session.end({ timeout: 1 });
  }
}

async function acquireLock(session: Sql, waitMs: number): Promise<boolean> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt++) {
    const [row] = await session<
      { locked: boolean }[]
    >`SELECT pg_try_advisory_lock(${ADVISORY_LOCK}) AS locked`;
    if (row?.locked) return true;
    if (performance.now() - startedAt >= waitMs) return false;
    if (attempt === 0) log.info("another process migrates the database: waiting for it", { ms: waitMs });
    await sleep(100);
  }
}

async function applyMissing(
  session: Sql,
  folder: string,
  names: readonly string[],
): Promise<MigrationReport> {
  const applied: string[] = [];
  const refused: { name: string; reason: string }[] = [];
  const ledger = await openLedger(session);
  for (const name of names) {
    const statements = await readFile(join(folder, name), "utf8");
    const object = await lookUp(session, statements);
    if (ledger.names.has(name) && !object.invalid) continue;
    try {
      if (object.invalid) await session`DROP INDEX CONCURRENTLY ${session(object.name)}`;
      if (object.invalid || !object.exists) {
        await session.unsafe(statements);
        applied.push(name);
      }
      if (ledger.writable) {
        await session`INSERT INTO site_migrations (name) VALUES (${name}) ON CONFLICT DO NOTHING`;
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push({ name, reason: error.message });
    }
  }
  return { applied, refused };
}

interface SchemaObject {
  readonly name: string;
  readonly exists: boolean;
  /** An index that an interrupted concurrent build left behind. */
  readonly invalid: boolean;
}

/**
 * What the table, index or (last) trigger that a file creates is like now. `IF NOT EXISTS` alone asks
 * for the right to create also where nothing is missing, and takes an invalid index for a finished one.
 */
async function lookUp(session: Sql, statements: string): Promise<SchemaObject> {
  const trigger = [...statements.matchAll(/^CREATE OR REPLACE TRIGGER (\w+)/gm)].at(-1)?.[1];
  if (trigger !== undefined) {
    const [state] = await session<{ exists: boolean }[]>`
      SELECT EXISTS (SELECT FROM pg_trigger
                     WHERE tgname = ${trigger} AND pg_table_is_visible(tgrelid)) AS exists`;
    return { name: trigger, exists: state?.exists === true, invalid: false };
  }
  const name = /\bCREATE (?:TABLE|INDEX)\b.*?\bIF NOT EXISTS (\w+)/s.exec(statements)?.[1];
  if (name === undefined) return { name: "", exists: false, invalid: false };
  const [state] = await session<{ exists: boolean; invalid: boolean }[]>`
    SELECT to_regclass(${name}) IS NOT NULL AS exists,
           EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(${name}) AND NOT indisvalid) AS invalid`;
  return { name, exists: state?.exists === true, invalid: state?.invalid === true };
}

async function openLedger(session: Sql): Promise<{ names: Set<string>; writable: boolean }> {
  try {
    const [existing] = await session<{ found: boolean }[]>`
      SELECT to_regclass('site_migrations') IS NOT NULL AS found`;
    if (!existing?.found) {
      await session`
        CREATE TABLE site_migrations (
          name       TEXT PRIMARY KEY,
          applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
        )`;
    }
    const rows = await session<{ name: string }[]>`SELECT name FROM site_migrations`;
    return { names: new Set(rows.map((row) => row.name)), writable: true };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { names: new Set(), writable: false };
  }
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && "code" in error && REFUSALS.has(String(error.code));
}
