import { Agent, type IncomingMessage, request } from "node:http";

export interface SteadyLoadOptions {
  /** Asked for in turn. */
  readonly urls: readonly string[];
  /** Kept open, at most, to each origin. */
  readonly connections: number;
  /** All URLs together. */
  readonly requestsPerSecond: number;
  /** Milliseconds, from when a request is due, after which it has failed. Default 10,000. */
  readonly deadlineMs?: number;
}

export interface SteadyLoad {
  /** Begins no more requests, and resolves once those that were due are answered or over their deadline. */
  stop(): Promise<LoadReport>;
}

export interface LoadReport {
  readonly total: number;
  /** All of them, in the order in which they were due. */
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Outcome[];
  readonly slowestMs: number;
  readonly byUrl: Readonly<Record<string, UrlReport>>;
}

export interface Outcome {
  readonly url: string;
  /** Milliseconds after the load began. */
  readonly dueAtMs: number;
  /** From then until the last byte, or the failure. */
  readonly ms: number;
  /** What else than an answer of status 200 came, `status 500`, or why no whole answer did. */
  readonly failure?: string;
}

export interface UrlReport {
  readonly total: number;
  readonly failed: number;
  readonly slowestMs: number;
}

const DEADLINE_MS = 10_000;
/** How often the schedule is looked at: short beside what is measured. */
const TICK_MS = 5;

/**
 * Asks at a steady rate, whatever the answers: a request is due when the schedule says so, not when another has
 * been answered, and its time counts from then. A server that stands still for a second has kept all
 * waiting whose turn came in that second; a load that waits for it would count one. Nothing is repeated.
 */
export function startSteadyLoad({
  urls,
  connections,
  requestsPerSecond,
  deadlineMs = DEADLINE_MS,
}: SteadyLoadOptions): SteadyLoad {
  // In turns, so that no connection is idle until the server ends it just as it is used again.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
  const everyMs = 1_000 / requestsPerSecond;
  const outcomes: Promise<Outcome>[] = [];
  const startedAt = performance.now();

  const askWhatIsDue = () => {
    const now = performance.now() - startedAt;
    for (let dueAtMs = outcomes.length * everyMs; dueAtMs <= now; dueAtMs = outcomes.length * everyMs) {
      const url = urls[outcomes.length % urls.length] ?? "";
      outcomes.push(ask(url, agent, startedAt, dueAtMs, deadlineMs));
    }
  };
  const timer = setInterval(askWhatIsDue, TICK_MS);
  return {
    async stop() {
      clearInterval(timer);
      askWhatIsDue();
      const settled = await Promise.all(outcomes);
      agent.destroy();
      return summarise(settled);
    },
  };
}

/** Never rejects. */
async function ask(
  url: string,
  agent: Agent,
  startedAt: number,
  dueAtMs: number,
  deadlineMs: number,
): Promise<Outcome> {
  const passedMs = () => performance.now() - startedAt - dueAtMs;
  const signal = AbortSignal.timeout(Math.max(0, Math.ceil(deadlineMs - passedMs())));
  const outcome = (failure?: string): Outcome => ({
    url,
    dueAtMs: Math.round(dueAtMs),
    ms: Math.round(passedMs()),
    ...(failure !== undefined && { failure }),
  });
  try {
    const status = await get(url, agent, signal);
    return outcome(status === 200 ? undefined : `status ${status}`);
  } catch (error) {
    return outcome(signal.aborted ? `no answer within ${deadlineMs} ms` : String(error));
  }
}

/** @returns the status, once the last byte has come */
function get(url: string, agent: Agent, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const read = (response: IncomingMessage) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.resume();
    };
    request(url, { agent, signal }, read).on("error", reject).end();
  });
}

function summarise(outcomes: readonly Outcome[]): LoadReport {
  const byUrl: Record<string, UrlReport> = {};
  for (const { url, ms, failure } of outcomes) {
    const { total, failed, slowestMs } = byUrl[url] ?? { total: 0, failed: 0, slowestMs: 0 };
    byUrl[url] = {
      total: total + 1,
      failed: failed + (failure === undefined ? 0 : 1),
      slowestMs: Math.max(slowestMs, ms),
    };
  }
  return {
    total: outcomes.length,
    outcomes,
    failures: outcomes.filter(({ failure }) => failure !== undefined),
    slowestMs: Math.max(0, ...outcomes.map(({ ms }) => ms)),
    byUrl,
  };
}
