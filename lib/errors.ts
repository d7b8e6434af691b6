import { DATABASE_URL_EXAMPLE } from "./url-examples";

/**
 * Every error that this project throws on purpose. `code` is stable and is what logs, tests and
 * monitors refer to; `message` names the input and says what would be right.
 */
export class SiteError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The site cannot start; the entry prints `message` as its one line and exits with status 1. */
export class StartupError extends SiteError {}

export class InvalidEnvironmentError extends StartupError {
  constructor(problems: readonly string[]) {
    super("E_ENVIRONMENT", problems.join("; "));
  }
}

export class PortUnavailableError extends StartupError {
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const reason =
      cause.code === "EADDRINUSE"
        ? "is in use by another program; stop it, or choose another with PORT, e.g. PORT=8001"
        : `cannot be listened on (${cause.code ?? cause.message}); choose another with HOST and PORT`;
    super("E_PORT", `Port ${port} on ${host} ${reason}`, { cause });
  }
}

export class DatabaseUnreachableError extends StartupError {
  constructor(target: string, cause: unknown) {
    const reason = cause instanceof Error ? explain(cause) : String(cause);
    super("E_DATABASE", `Cannot use the database at ${target}: ${reason}. Check DATABASE_URL`, { cause });
  }
}

/** The embedded database could not be opened: a folder that cannot be written to, or files that are damaged. */
export class EmbeddedDatabaseError extends StartupError {
  constructor(directory: string, cause: unknown) {
    const reason = cause instanceof Error ? explain(cause) : String(cause);
    super(
      "E_EMBEDDED_DATABASE",
      `Cannot use the embedded database in ${directory}: ${reason}. Choose a folder that this user may write to with DATA_DIR, or set DATABASE_URL, e.g. ${DATABASE_URL_EXAMPLE}`,
      { cause },
    );
  }
}

export class DataDirectoryInUseError extends StartupError {
  constructor(directory: string, pid: number) {
    super(
      "E_DATA_DIRECTORY",
      `The embedded database in ${directory} is open in process ${pid}; stop that process, or choose another folder with DATA_DIR`,
    );
  }
}

/** The embedded database is switched off, as in a container, where its files would not outlast a deployment. */
export class DatabaseRequiredError extends StartupError {
  constructor() {
    super(
      "E_DATABASE_REQUIRED",
      `DATABASE_URL is not set, and EMBEDDED=0 switches the embedded database off: set it, e.g. ${DATABASE_URL_EXAMPLE}, or EMBEDDED=1 for a trial with sample reports`,
    );
  }
}

/** The embedded database is open in one process only. */
export class EmbeddedConcurrencyError extends StartupError {
  constructor(workers: number) {
    super(
      "E_EMBEDDED_CONCURRENCY",
      `WEB_CONCURRENCY=${workers} needs DATABASE_URL, e.g. ${DATABASE_URL_EXAMPLE}: the embedded database serves one process; without a Postgres, leave WEB_CONCURRENCY out or set it to 1`,
    );
  }
}

/** Workers were told to end and did not. */
export class WorkersKilledError extends SiteError {
  constructor(workers: number, limitMs: number) {
    super("E_WORKERS_KILLED", `${workers} workers had not ended ${limitMs / 1_000} s after SIGTERM: killed`);
  }
}

/** A worker process did not give its part of the figures in time. */
export class MetricsIncompleteError extends SiteError {
  constructor() {
    super("E_METRICS_INCOMPLETE", "Not every worker process answered in time; ask again");
  }
}

/** No secret is configured, so nobody may use the admin endpoints. */
export class AdminDisabledError extends SiteError {
  constructor() {
    super(
      "E_ADMIN_DISABLED",
      "This endpoint is switched off: no AUTO_UPDATE_SECRET_KEY is set on the server",
    );
  }
}

export class UnauthorizedError extends SiteError {
  constructor() {
    super("E_UNAUTHORIZED", "Send the secret as: Authorization: Bearer <AUTO_UPDATE_SECRET_KEY>");
  }
}

export class TooManyAttemptsError extends SiteError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("E_TOO_MANY_ATTEMPTS", "Too many attempts without the right secret from this address");
    this.retryAfterMs = retryAfterMs;
  }
}

export class InvalidCacheKeyError extends SiteError {
  constructor() {
    super("E_CACHE_KEY", "key must be one cache key, e.g. ?key=report:v1:7");
  }
}

export class MethodNotAllowedError extends SiteError {
  readonly allowed: readonly string[];

  constructor(allowed: readonly string[]) {
    super("E_METHOD", `This endpoint answers ${allowed.join(", ")}`);
    this.allowed = allowed;
  }
}

/** @param hint what is not there, and where to find what is */
export class NotFoundError extends SiteError {
  constructor(hint: string) {
    super("E_NOT_FOUND", hint);
  }
}

/** What there is too much of: requests that wait, the time that they waited, or other work of the process. */
export type OverloadReason = "queue" | "wait" | "lag";

export class OverloadedError extends SiteError {
  readonly reason: OverloadReason;
  readonly retryAfterMs: number;

  constructor(reason: OverloadReason, retryAfterMs: number) {
    super("E_OVERLOADED", "The server has too much to do at present; try again in a moment");
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

export class RateLimitedError extends SiteError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("E_RATE_LIMITED", "Too many requests from this address; try again in a moment");
    this.retryAfterMs = retryAfterMs;
  }
}

/** A parameter of a query is missing or is none that the endpoint takes. */
export class InvalidParameterError extends SiteError {
  constructor(name: string, requirement: string) {
    super("E_PARAMETER", `${name} ${requirement}`);
  }
}

export class MarketUnreadableError extends SiteError {
  constructor(cause: unknown) {
    super("E_MARKET_UNREADABLE", "The market stream cannot be read right now; ask again in a moment", {
      cause,
    });
  }
}

export class EventStreamsFullError extends SiteError {
  constructor() {
    super("E_STREAMS_FULL", "Too many clients are connected; connect again later, or ask without a stream");
  }
}

export class TooManyRefreshesError extends SiteError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("E_TOO_MANY_REFRESHES", "Too many refreshes from this address; new snapshots arrive without them");
    this.retryAfterMs = retryAfterMs;
  }
}

/** A connection refused on several addresses arrives as an AggregateError with an empty message. */
function explain(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error.message || code || error.name;
}
