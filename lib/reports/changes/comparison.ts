import postgres from "postgres";
import type { NoticeConnection } from "../../clients/notice-connection";
import type { Sql } from "../../clients/postgres";

/** The channel that the triggers notify (migrations/003_change_notices.sql). */
export const CHANNEL = "crypto_report_changed";

const TRIGGERS = ["crypto_report_changed", "crypto_report_emptied"];

export interface ListeningState {
  /** All triggers are on the table and fire. */
  readonly triggers: boolean;
  /** This connection listens to `CHANNEL`. */
  readonly listening: boolean;
  /**
   * Which transactions are visible, in the whole server, and `replayed`. While it stays the same, no row
   * anywhere has changed: Postgres reads every table by nothing else.
   */
  readonly snapshot: string;
  /**
   * How far a standby has replayed its primary's log; constant elsewhere. A standby does not list the transactions
   * under way, so what it does list may stay the same when one of them commits.
   */
  readonly replayed: string;
}

/** Takes well below a millisecond, whatever the table holds, and asks for no rights. */
export async function readState(sql: Sql): Promise<ListeningState> {
  const [state] = await sql<[ListeningState]>`
    SELECT concat(pg_current_snapshot(), ' ', replayed) AS snapshot, replayed,
           ${CHANNEL} IN (SELECT pg_listening_channels()) AS listening,
           (SELECT count(*) FROM pg_trigger
            WHERE tgrelid = to_regclass('crypto_report') AND tgname IN ${sql(TRIGGERS)}
              AND tgenabled IN ('O', 'A')) = ${TRIGGERS.length} AS triggers
    FROM coalesce(pg_last_wal_replay_lsn()::text, '') AS replayed`;
  return state;
}

export interface TableContent {
  readonly snapshot: string;
  /** Differs when a row was inserted, edited or deleted. Null: the table is too large to be compared. */
  readonly fingerprint: string | null;
}

const CANCELLED = "57014";

/**
 * Reads the version of every row (`xmin`, the transaction that wrote it) but none of the texts: about
 * 35 ms for 100,000 rows. Postgres' statistics would be cheaper, but a session that stays open
 * reports its edits up to 10 s late; and nothing else tells of an edit to a role that may only read.
 *
 * A table that is missing or may not be read has the error as its content.
 *
 * @param state what was read before
 */
export async function readContent(sql: Sql, { snapshot, replayed }: ListeningState): Promise<TableContent> {
  try {
    // With the position of before: a later one may tell of a commit that this statement does not see.
    const [content] = await sql<[TableContent]>`
      SELECT concat(pg_current_snapshot(), ' ', ${replayed}::text) AS snapshot,
             count(*) || ' ' || coalesce(bit_xor(hashtextextended(xmin::text, id)), 0) AS fingerprint
      FROM crypto_report`;
    return content;
  } catch (error) {
    if (!isFromServer(error)) throw error;
    return { snapshot, fingerprint: error.code === CANCELLED ? null : `error ${error.code}` };
  }
}

/** @returns null, or why the server refuses, as a standby does */
export async function tryToListen(connection: NoticeConnection): Promise<string | null> {
  try {
    await connection.listen(CHANNEL);
    return null;
  } catch (error) {
    if (isFromServer(error)) return `LISTEN was refused: ${error.message}`;
    throw error;
  }
}

/** An answer to a statement, in contrast to a session that ends or does not begin. */
function isFromServer(error: unknown): error is postgres.PostgresError {
  return error instanceof postgres.PostgresError && !/^(57P|08|28|3D|53)/.test(error.code);
}
