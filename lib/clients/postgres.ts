import postgres from "postgres";
import type { ConnectionCounter } from "./connection-counts";
import { socketOpener } from "./postgres-socket";

export type Sql = postgres.Sql;

export interface PostgresOptions {
  /** Connections in the pool. */
  readonly max: number;
  /** Milliseconds a statement may run before Postgres cancels it. */
  readonly statementTimeout?: number;
  /** Is told of each connection. */
  readonly counter?: ConnectionCounter;
  /** Keeps connections open that have nothing to do, and tells what the database notifies on them. */
  readonly lasting?: {
    heard(channel: string, payload: string): void;
    /** A connection was closed. */
    lost(): void;
  };
  /** Closes the sockets at once; `end()` of the client would leave one open whose other side is silent. */
  readonly end?: AbortSignal;
}

/** Where to connect: a URL, or the socket of the embedded database. */
export type PostgresTarget =
  | string
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

const CONNECT_TIMEOUT_S = 10;
export const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * One pool with prepared statements. Connections are opened when first needed and closed after a
 * minute without work.
 */
export function createPostgres(
  target: PostgresTarget,
  { max, statementTimeout = STATEMENT_TIMEOUT_MS, counter, lasting, end }: PostgresOptions,
): Sql {
  const common = {
    max,
    idle_timeout: 60,
    connect_timeout: CONNECT_TIMEOUT_S,
    // Nothing here is an array. The client would ask for types of its own accord, and end the process when the
    // connection goes before they have come, since nobody awaits that.
    fetch_types: false,
    // Seconds between attempts to connect. The client's own, up to 20, would keep visitors waiting.
    backoff: () => 0.5,
    socket: socketOpener(CONNECT_TIMEOUT_S * 1000, end, counter),
    connection: {
      application_name: "web-server-report",
      statement_timeout: statementTimeout,
      // One plan a statement, whatever page is asked for: with the numbers at hand Postgres would scan
      // and sort the whole table for a page in the middle where it has no statistics yet.
      plan_cache_mode: "force_generic_plan",
      // A database may be set to write dates in another order, which the client cannot read.
      DateStyle: "ISO",
    },
    onnotice: () => {},
    ...(lasting && {
      idle_timeout: 0,
      max_lifetime: null,
      onclose: lasting.lost,
      // Not in the client's documentation, but what its own `listen` is built on.
      onnotify: lasting.heard,
    }),
  };
  if (typeof target === "string") return postgres(target, { ...common, ...ipv6Address(target) });
  return postgres({ ...common, ...target, user: "postgres", database: "postgres" });
}

/** In a URL the client takes the colons of an IPv6 address for the start of a port; not in a list of hosts. */
function ipv6Address(url: string): object {
  const { hostname, port } = new URL(url);
  const address = /^\[(.+)\]$/.exec(hostname)?.[1];
  return address ? { host: [address], port: [Number(port || 5432)] } : {};
}

/** A database URL as it may be shown to people: without user, password and parameters. */
export function describeTarget(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || "localhost"}:${port || "5432"}${pathname}`;
}
