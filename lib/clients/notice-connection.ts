import type { EmbeddedPostgres } from "./embedded-postgres";
import { createPostgres, type PostgresTarget, type Sql } from "./postgres";

/** One connection, of no pool, that hears what the database notifies (`LISTEN`). */
export interface NoticeConnection {
  /** Queries go over the connection that listens: an answer proves that it lives. */
  readonly sql: Sql;
  listen(channel: string): Promise<void>;
  /** Also ends a connection whose other side answers no more. */
  close(): Promise<void>;
}

export interface NoticeEvents {
  heard(payload: string): void;
  /** The connection is gone and with it the subscription. May be called more than once. */
  lost(): void;
}

/** Opens nothing yet: the first query connects. */
export type OpenNoticeConnection = (events: NoticeEvents) => NoticeConnection;

/**
 * The client's own `sql.listen` connects again by itself, but hides its connection, so that nobody would
 * notice when the other side falls silent.
 */
export function postgresNotices(target: PostgresTarget): OpenNoticeConnection {
  return ({ heard, lost }) => {
    const end = new AbortController();
    const sql = createPostgres(target, {
      max: 1,
      lasting: { heard: (_channel, payload) => heard(payload), lost },
      end: end.signal,
    });
    return {
      sql,
      async listen(channel) {
        await sql`LISTEN ${sql(channel)}`;
      },
      async close() {
        await sql.end({ timeout: 0 });
        end.abort();
      },
    };
  };
}

/** The embedded database has one session for all connections; it tells us itself. */
export function embeddedNotices(embedded: EmbeddedPostgres): OpenNoticeConnection {
  return ({ heard }) => {
    const sql = createPostgres(embedded.target, { max: 1 });
    const subscriptions: (() => Promise<void>)[] = [];
    return {
      sql,
      async listen(channel) {
        subscriptions.push(await embedded.listen(channel, heard));
      },
      async close() {
        await sql.end({ timeout: 0 });
        for (const end of subscriptions.splice(0)) await end();
      },
    };
  };
}
