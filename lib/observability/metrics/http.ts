import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export interface HttpMetrics {
  begin(): void;
  end(exchange: {
    readonly method: string;
    /** A pattern out of a fixed list. */
    readonly route: string;
    readonly status: number | "aborted";
    readonly durationMs: number;
  }): void;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Seconds: from bytes out of memory to a page that waits for its database. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests that ended, by route, method and status (aborted: the visitor went first)",
    labelNames: ["route", "method", "status"],
    registers,
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
  };
}
