import { DeadlineError, settleWithin } from "../deadline";
import { log } from "../log";
import {
  createPostgres,
  type PostgresOptions,
  type PostgresTarget,
  type Sql,
  STATEMENT_TIMEOUT_MS,
} from "./postgres";

/** Postgres ends a statement by itself before; what takes longer waits for a connection that is none any more. */
const DEADLINE_MS = STATEMENT_TIMEOUT_MS + 2_000;

/** Connections that are thrown away, all of them, when one does not answer. */
export interface QueryPool {
  /**
   * Queries over the connections of now.
   *
   * @throws DeadlineError when they have not answered in time
   */
  run<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** The connections of now, for work that takes as long as it takes. */
  sql(): Sql;
  /** Waits for queries under way, seconds. */
  close(timeout: number): Promise<void>;
}

/**
 * The client notices neither that the other side of a connection has fallen silent, as after the failover of an address,
 * nor always that a connection was lost: what is asked in the moment between a socket's error and its end waits for
 * ever, and so does everybody who waits for the same row. So queries have a deadline here, and the one who misses it
 * has all connections replaced: the others went the same way, and each would be found out by a visitor of its own.
 */
export function createQueryPool(
  target: PostgresTarget,
  options: Pick<PostgresOptions, "max" | "counter">,
  deadlineMs = DEADLINE_MS,
): QueryPool {
  const closing = new AbortController();
  let current = open(target, options);

  return {
    sql: () => current.sql,
    async run(work) {
      const used = current;
      try {
        return await settleWithin(deadlineMs, closing.signal, () => work(used.sql));
      } catch (error) {
        if (error instanceof DeadlineError && used === current && !closing.signal.aborted) {
          log.warn("Postgres does not answer: its connections are opened anew", { ms: deadlineMs });
          current = open(target, options);
          // Those that still work have the time of a statement.
          void used.end(STATEMENT_TIMEOUT_MS / 1_000);
        }
        throw error;
      }
    },
    async close(timeout) {
      await current.end(timeout);
      closing.abort(new Error("the pool was closed"));
    },
  };
}

interface Connections {
  readonly sql: Sql;
  end(timeout: number): Promise<void>;
}

function open(target: PostgresTarget, options: Pick<PostgresOptions, "max" | "counter">): Connections {
  const end = new AbortController();
  const sql = createPostgres(target, { ...options, end: end.signal });
  return {
    sql,
    async end(timeout) {
      await sql.end({ timeout }).catch(() => {});
      end.abort();
    },
  };
}
