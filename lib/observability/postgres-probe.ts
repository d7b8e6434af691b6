import { createPostgres, type PostgresTarget, type Sql } from "../clients/postgres";
import type { Finding, Probe } from "./health";

export interface PostgresProbe {
  readonly probe: Probe;
  /** When the newest report was written, as last read; null when there is none, undefined when unknown. */
  newestReportAt(): Date | null | undefined;
  close(): Promise<void>;
}

interface Connection {
  readonly sql: Sql;
  /** Closes the socket at once, whether its other side answers or not. */
  end(): void;
}

/**
 * Reads what the site lives on, the newest report, over a connection of its own: a pool that is busy is
 * no outage, and a connection that fell silent is thrown away rather than waited for.
 */
export function createPostgresProbe(
  target: PostgresTarget,
  elapsed: () => number = () => performance.now(),
): PostgresProbe {
  let connection: Connection | undefined;
  let newest: Date | null | undefined;

  function drop(): void {
    connection?.end();
    connection = undefined;
  }

  async function probe(signal: AbortSignal): Promise<Finding> {
    connection ??= open(target);
    signal.addEventListener("abort", drop, { once: true });
    const begin = elapsed();
    try {
      newest = await readNewest(connection.sql);
      return { status: "ok", latencyMs: elapsed() - begin };
    } catch (error) {
      newest = undefined;
      drop();
      return { status: "down", message: explain(error) };
    } finally {
      signal.removeEventListener("abort", drop);
    }
  }

  return {
    probe,
    newestReportAt: () => newest,
    async close() {
      drop();
    },
  };
}

function open(target: PostgresTarget): Connection {
  const end = new AbortController();
  const lasting = { heard() {}, lost() {} };
  const sql = createPostgres(target, { max: 1, statementTimeout: 2_000, lasting, end: end.signal });
  return {
    sql,
    end() {
      end.abort();
      void sql.end({ timeout: 0 }).catch(() => {});
    },
  };
}

async function readNewest(sql: Sql): Promise<Date | null> {
  const [row] = await sql<{ createdAt: Date }[]>`
    SELECT created_at AS "createdAt" FROM crypto_report ORDER BY created_at DESC, id DESC LIMIT 1`;
  return row?.createdAt ?? null;
}

/** In words of our own: what Postgres and sockets say names hosts, users and queries. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:57014|CONNECT_TIMEOUT|ETIMEDOUT)$/, "no answer in time"],
  [/^(?:28|0P)/, "the login is refused"],
  [/^3D/, "the database does not exist"],
  [/^53/, "out of connections, memory or disk"],
  [/^57P/, "the server is starting or stopping"],
  [/^42P01$/, "the table crypto_report is missing"],
  [/^42501$/, "the table crypto_report may not be read"],
  [/^E[A-Z_]+$|^CONNECTION_|^08/, "cannot be reached"],
];

function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? "a query failed";
}
