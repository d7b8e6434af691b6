import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export interface HttpMetrics {
  begin(): void;
  end(exchange: {
    readonly method: string;
    /** A pattern out of a fixed list. */
    readonly route: string;
    readonly status: number | "aborted" | "not_cached";
    readonly durationMs: number;
  }): void;
  /** Answered out of memory at once: counted, but not timed, since that would take longer than the answer. */
  served(method: string, url: string, status: number): void;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Seconds: from bytes out of memory to a page that waits for its database. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** URLs counted apart before they become samples. */
const MAX_APART = 1_000;

interface Tally {
  readonly method: string;
  readonly status: number;
  count: number;
}

/** @param routeOf the pattern of a URL, out of a fixed list */
export function createHttpMetrics(registry: Registry, routeOf: (url: string) => string): HttpMetrics {
  const registers = [registry];
  /** Counts since the last sample, by URL, each with those of a method and a status. */
  const apart = new Map<string, Tally[]>();
  const addUp = () => {
    for (const [url, tallies] of apart) {
      const route = routeOf(url);
      for (const { method, status, count } of tallies)
        requests.inc({ route, method, status: String(status) }, count);
    }
    apart.clear();
  };
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests that ended, by route, method and status (aborted: the visitor went first; not_cached: 504, as he wanted what is kept or nothing)",
    labelNames: ["route", "method", "status"],
    registers,
    collect: addUp,
  });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time to the end of complete answers, by route",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
  const inFlight = new Gauge({
    name: "http_requests_in_flight",
    help: "Requests that are being answered",
    registers,
  });
  return {
    begin: () => inFlight.inc(),
    end({ method, route, status, durationMs }) {
      inFlight.dec();
      requests.inc({ route, method: METHODS.has(method) ? method : "other", status: String(status) });
      // A stream ends when its visitor goes: how long that took says nothing about the server.
      if (status !== "aborted") duration.observe({ route }, durationMs / 1000);
    },
    served(method, url, status) {
      let tallies = apart.get(url);
      if (tallies === undefined) {
        if (apart.size >= MAX_APART) addUp();
        tallies = [];
        apart.set(url, tallies);
      }
      const tally = tallies.find((each) => each.status === status && each.method === method);
      if (tally) tally.count++;
      else tallies.push({ method, status, count: 1 });
    },
  };
}
