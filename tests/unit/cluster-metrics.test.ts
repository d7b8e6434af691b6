import { EventEmitter } from "node:events";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MetricsIncompleteError } from "@/lib/errors";
import { processMetrics } from "@/lib/observability/metrics";
import { type Channel, clusterMetrics, contributeMetrics } from "@/lib/process/cluster-metrics";
import { answerMetricsRequests, type Contributor } from "@/lib/process/metrics-collection";
import { parseMetrics } from "../support/prometheus";

/** As node:cluster passes messages on: as JSON, and later. */
function createPrimary() {
  const cluster = new EventEmitter();
  let ids = 0;
  return {
    cluster,
    /** A worker, and how many messages it was sent. */
    connect() {
      const events = new EventEmitter();
      let connected = true;
      let received = 0;
      const later = (work: () => void) => setImmediate(() => connected && work());
      const contributor: Contributor = {
        id: ++ids,
        isConnected: () => connected,
        send: (message) =>
          later(() => {
            received++;
            events.emit("message", JSON.parse(JSON.stringify(message)));
          }),
      };
      const channel = Object.assign(events, {
        isConnected: () => connected,
        send: (message: unknown) =>
          later(() => cluster.emit("message", contributor, JSON.parse(JSON.stringify(message)))),
      }) as unknown as Channel;
      return {
        channel,
        received: () => received,
        die() {
          connected = false;
          cluster.emit("disconnect", contributor);
        },
      };
    },
  };
}

interface Figures {
  readonly requests: number;
  readonly ready: number;
  readonly lag: number;
}

function createRegistry({ requests, ready, lag }: Figures): Registry {
  const registry = new Registry();
  const registers = [registry];
  const of = { help: "of the test", registers };
  new Counter({ ...of, name: "requests_total", labelNames: ["route"] }).inc({ route: "/" }, requests);
  new Gauge({ ...of, name: "ready", aggregator: "min" }).set(ready);
  new Gauge({ ...of, name: "lag_seconds", aggregator: "max" }).set(lag);
  new Gauge({ ...of, name: "bytes" }).set(100);
  new Histogram({ ...of, name: "duration_seconds", buckets: [1] }).observe(lag || 0);
  return registry;
}

const one = createRegistry({ requests: 3, ready: 1, lag: 0.5 });
const other = createRegistry({ requests: 4, ready: 0, lag: 2 });

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function pair() {
  const { cluster, connect } = createPrimary();
  answerMetricsRequests(cluster);
  const [first, second] = [connect(), connect()];
  contributeMetrics(one, first.channel);
  contributeMetrics(other, second.channel);
  return { cluster, connect, first, second };
}

test("whichever worker is asked answers for all, each metric added up as it says", async () => {
  const { first, second } = pair();
  const text = await clusterMetrics(one, first.channel);
  expect(Object.fromEntries(parseMetrics(text))).toEqual({
    'requests_total{route="/"}': 7,
    ready: 0,
    lag_seconds: 2,
    bytes: 200,
    'duration_seconds_bucket{le="1"}': 1,
    'duration_seconds_bucket{le="+Inf"}': 2,
    duration_seconds_sum: 2.5,
    duration_seconds_count: 2,
  });
  expect(await clusterMetrics(other, second.channel)).toBe(text);
});

test("a process without a primary answers for itself", async () => {
  expect(await clusterMetrics(one, undefined)).toBe(await one.metrics());
  const { first } = pair();
  first.die();
  expect(await clusterMetrics(one, first.channel)).toBe(await one.metrics());
  expect(() => contributeMetrics(one, undefined)).not.toThrow();
});

test("what a worker had counted does not go with it; what it was does", async () => {
  const { connect, first, second } = pair();
  await clusterMetrics(one, first.channel);
  second.die();
  const left = parseMetrics(await clusterMetrics(one, first.channel));
  expect(left.get('requests_total{route="/"}')).toBe(7);
  expect(left.get("duration_seconds_count")).toBe(2);
  expect([left.get("ready"), left.get("bytes")]).toEqual([1, 100]);

  const replacement = connect();
  contributeMetrics(other, replacement.channel);
  const again = parseMetrics(await clusterMetrics(one, first.channel));
  expect(again.get('requests_total{route="/"}')).toBe(11);
  first.die();
  const later = parseMetrics(await clusterMetrics(other, replacement.channel));
  expect(later.get('requests_total{route="/"}')).toBe(11);
});

test("a worker that ends while it is asked is not waited for", async () => {
  const { first, second, connect } = pair();
  const deaf = connect();
  deaf.channel.send({ type: "metrics:offer" });
  const answer = clusterMetrics(one, first.channel);
  await vi.waitUntil(() => deaf.received() > 0);
  deaf.die();
  expect(parseMetrics(await answer).get('requests_total{route="/"}')).toBe(7);
  expect(second.received()).toBe(1);
});

test("a worker that is starting is not waited for", async () => {
  const { first, connect } = pair();
  const starting = connect();
  expect(parseMetrics(await clusterMetrics(one, first.channel)).get("bytes")).toBe(200);
  expect(starting.received()).toBe(0);
});

test("a crowd that asks costs the workers one question", async () => {
  const { first, second } = pair();
  const channels = [first.channel, second.channel];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => clusterMetrics(one, channels[index % 2])),
  );
  expect(new Set(answers).size).toBe(1);
  // The question of the primary and, to those who asked, its answer.
  expect([first.received(), second.received()]).toEqual([2, 2]);
});

test("no sum without a worker that does not answer: an error instead, and a sum again when it is gone", async () => {
  const { first, connect } = pair();
  const deaf = connect();
  deaf.channel.send({ type: "metrics:offer" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const answer = clusterMetrics(one, first.channel);
  const outcome = expect(answer).rejects.toThrow(MetricsIncompleteError);
  await vi.waitUntil(() => deaf.received() > 0);
  await vi.advanceTimersByTimeAsync(3_000);
  await outcome;
  deaf.die();
  expect(parseMetrics(await clusterMetrics(one, first.channel)).get("bytes")).toBe(200);
  expect(vi.getTimerCount()).toBe(0);
});

test("a primary that does not answer is not waited for", async () => {
  const { channel } = createPrimary().connect();
  await expect(clusterMetrics(one, channel, 1)).rejects.toThrow(MetricsIncompleteError);
  expect((channel as unknown as EventEmitter).listenerCount("message")).toBe(0);
});

test("what a worker has not measured does not spoil what the others have", async () => {
  const { cluster, connect } = createPrimary();
  answerMetricsRequests(cluster);
  const [first, second] = [connect(), connect()];
  contributeMetrics(one, first.channel);
  contributeMetrics(createRegistry({ requests: 1, ready: 1, lag: Number.NaN }), second.channel);
  expect(parseMetrics(await clusterMetrics(one, first.channel)).get("lag_seconds")).toBe(0.5);
});

test("of the site's own gauges, those that tell of health are the worst of all workers", async () => {
  const metrics = await processMetrics().registry.getMetricsAsJSON();
  const aggregators = new Map(metrics.map(({ name, aggregator }) => [name, aggregator]));
  const of = (...names: string[]) => names.map((name) => aggregators.get(name));
  expect(of("health_ready", "cache_redis_connected", "cache_bus_trusted")).toEqual(["min", "min", "min"]);
  expect(of("health_dependency_status", "health_dependency_latency_seconds")).toEqual(["max", "max"]);
  expect(of("cache_breaker_state", "cache_bus_contact_age_seconds")).toEqual(["max", "max"]);
  expect(of("nodejs_eventloop_lag_p99_seconds", "nodejs_eventloop_lag_seconds")).toEqual(["max", "max"]);
  expect(of("http_requests_in_flight", "process_resident_memory_bytes")).toEqual(["sum", "sum"]);
});
