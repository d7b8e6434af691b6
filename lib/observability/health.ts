import { DeadlineError, settleWithin } from "../deadline";
import { log } from "../log";

/**
 * - `ok`: works. `off`: not configured, and not missed.
 * - `degraded`: works with restrictions. `down`: does not work.
 * - `unknown`: not asked yet, or not for too long.
 */
export type HealthStatus = "ok" | "degraded" | "down" | "off" | "unknown";

/** What a probe found. Anyone may read it: no host, no credentials, no text of an error. */
export interface Finding {
  readonly status: Exclude<HealthStatus, "unknown">;
  readonly message?: string;
  /** Numbers and names that say more, for operators. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** How long the dependency took to answer; absent where nothing was asked. */
  readonly latencyMs?: number;
}

/**
 * Asks one dependency. A probe that throws has found it down; one that takes longer than the limit too,
 * the second time.
 */
export type Probe = (signal: AbortSignal) => Promise<Finding> | Finding;

export interface DependencyHealth {
  readonly status: HealthStatus;
  /** Milliseconds; null where nothing was asked or nothing answered. */
  readonly latencyMs: number | null;
  /** Since when `status` is what it is. */
  readonly since: Date;
  readonly message?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Health {
  /** The worst of all, except that only an essential dependency that is down makes it `down`. */
  readonly status: Exclude<HealthStatus, "off">;
  /** Whether visitors should be sent here. */
  readonly ready: boolean;
  /** When the dependencies were last asked; null before the first time. */
  readonly checkedAt: Date | null;
  readonly dependencies: Readonly<Record<string, DependencyHealth>>;
}

export interface HealthOptions {
  readonly probes: Readonly<Record<string, Probe>>;
  /** The site cannot serve without these. */
  readonly essential: readonly string[];
  /** Between two rounds of probes. Default 2,000. */
  readonly intervalMs?: number;
  /** How long a dependency may take to answer. Default 2,000. */
  readonly timeoutMs?: number;
  /** Told of each probe. */
  readonly onProbe?: (dependency: string, finding: Finding) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Monotonic milliseconds. */
  readonly elapsed?: () => number;
}

export interface HealthMonitor {
  /** What is known. Asks nobody: a flood of health checks costs the dependencies nothing. */
  current(): Health;
  /** Begins to ask. Resolves when everything was asked once; never rejects. */
  start(): Promise<void>;
  /** Asks no more; waits for the probes that run. */
  close(): Promise<void>;
}

/** What was found longer ago than this many rounds says nothing about now. */
const STALE_ROUNDS = 5;

export function createHealthMonitor({
  probes,
  essential,
  intervalMs = 2_000,
  timeoutMs = 2_000,
  onProbe,
  now = Date.now,
  elapsed = () => performance.now(),
}: HealthOptions): HealthMonitor {
  const closing = new AbortController();
  const known = new Map<string, DependencyHealth>();
  for (const name of Object.keys(probes)) {
    known.set(name, { status: "unknown", latencyMs: null, since: new Date(now()) });
  }
  let checked: { readonly at: number; readonly elapsed: number } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  async function ask(name: string, probe: Probe): Promise<void> {
    const before = known.get(name);
    const finding = await settleWithin(timeoutMs, closing.signal, probe).catch((error: unknown) =>
      asFinding(error, before?.status),
    );
    if (closing.signal.aborted) return;
    onProbe?.(name, finding);
    const isNew = before?.status !== finding.status;
    if (isNew) report(name, before?.status ?? "unknown", finding);
    const since = before === undefined || isNew ? new Date(now()) : before.since;
    known.set(name, { ...finding, latencyMs: rounded(finding.latencyMs), since });
  }

  async function askAll(): Promise<void> {
    await Promise.all(Object.entries(probes).map(([name, probe]) => ask(name, probe)));
    checked = { at: now(), elapsed: elapsed() };
  }

  function schedule(): void {
    if (closing.signal.aborted) return;
    timer = setTimeout(() => {
      round = askAll().then(schedule);
    }, intervalMs);
    timer.unref();
  }

  return {
    current() {
      const isOutdated =
        checked === null || elapsed() - checked.elapsed > STALE_ROUNDS * intervalMs + timeoutMs;
      const dependencies = Object.fromEntries(
        [...known].map(([name, health]) => [
          name,
          isOutdated ? { ...health, status: "unknown" as const } : health,
        ]),
      );
      return {
        ...summarize(dependencies, essential),
        checkedAt: checked && new Date(checked.at),
        dependencies,
      };
    },
    start() {
      round = askAll().then(schedule);
      return round;
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await round;
    },
  };
}

function summarize(
  dependencies: Readonly<Record<string, DependencyHealth>>,
  essential: readonly string[],
): Pick<Health, "status" | "ready"> {
  const statuses = Object.values(dependencies).map(({ status }) => status);
  const needed = essential.map((name) => dependencies[name]?.status ?? "unknown");
  if (needed.includes("down")) return { status: "down", ready: false };
  if (needed.includes("unknown")) return { status: "unknown", ready: false };
  const isWhole = statuses.every((status) => status === "ok" || status === "off");
  return { status: isWhole ? "ok" : "degraded", ready: true };
}

/** To a hundredth: what lies beyond is noise. */
function rounded(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds * 100) / 100;
}

/**
 * One answer that is late may be our own fault, when this process is busy: a flood of requests must not
 * make the site call itself down. Twice in a row is no accident.
 */
function asFinding(error: unknown, before: HealthStatus | undefined): Finding {
  if (!(error instanceof DeadlineError)) return { status: "down", message: "the check failed" };
  return { status: before === "ok" ? "degraded" : "down", message: "no answer in time" };
}

function report(dependency: string, before: HealthStatus, { status, message }: Finding): void {
  const isFine = status === "ok" || status === "off";
  const fields = { dependency, status, ...(message !== undefined && { reason: message }) };
  if (!isFine) log.warn("a dependency changed", fields);
  else if (before !== "unknown") log.info("a dependency changed", fields);
}
