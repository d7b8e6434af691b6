import cluster, { type Worker } from "node:cluster";
import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import { MetricsIncompleteError } from "../errors";
import { log } from "../log";
import { isMetricsMessage, type Snapshot, type ToPrimary } from "./metrics-messages";

/** Longer than the primary waits for the workers (metrics-collection.ts). */
const LIMIT_MS = 5_000;

/** A worker's end of the channel to its primary; undefined in a process that is no worker. */
export type Channel = Pick<Worker, "isConnected" | "off" | "on"> & { send(message: ToPrimary): unknown };

/** From now on the figures of this worker are part of what every worker answers. */
export function contributeMetrics(registry: Registry, channel: Channel | undefined = cluster.worker): void {
  if (!channel) return;
  const contribute = async (id: number) => {
    const snapshot = measured(await registry.getMetricsAsJSON());
    if (channel.isConnected()) channel.send({ type: "metrics:snapshot", id, snapshot });
  };
  channel.on("message", (message: unknown) => {
    if (!isMetricsMessage(message) || message.type !== "metrics:collect") return;
    contribute(message.id).catch((error: unknown) => log.error("metrics cannot be read", { error }));
  });
  channel.send({ type: "metrics:offer" });
}

/** Questions under way: anyone may ask, and a crowd asks but once. */
const asked = new WeakMap<Channel, Promise<string>>();

/**
 * The metrics of all workers in Prometheus' text format; where there is no primary to ask, those of this
 * process.
 *
 * @throws MetricsIncompleteError when a worker did not answer in time: a sum without it would be wrong
 */
export function clusterMetrics(
  registry: Registry,
  channel: Channel | undefined = cluster.worker,
  limitMs: number = LIMIT_MS,
): Promise<string> {
  if (!channel?.isConnected()) return registry.metrics();
  const answer = asked.get(channel) ?? ask(channel, limitMs).finally(() => asked.delete(channel));
  asked.set(channel, answer);
  return answer;
}

async function ask(channel: Channel, limitMs: number): Promise<string> {
  // Next compiles routes apart from the entry: a counter would exist twice, and count the same.
  const id = randomUUID();
  let onMessage = (_message: unknown) => {};
  let limit: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      onMessage = (message) => {
        if (!isMetricsMessage(message) || message.type !== "metrics:answer" || message.id !== id) return;
        if (message.text === undefined) reject(new MetricsIncompleteError());
        else resolve(message.text);
      };
      channel.on("message", onMessage);
      limit = setTimeout(() => reject(new MetricsIncompleteError()), limitMs);
      channel.send({ type: "metrics:ask", id });
    });
  } finally {
    clearTimeout(limit);
    channel.off("message", onMessage);
  }
}

/** Node's own figures are not a number where nothing was measured; a sum or a maximum would be none either. */
function measured(snapshot: Snapshot): Snapshot {
  return snapshot.map((metric) => ({
    ...metric,
    values: metric.values.filter(({ value }) => Number.isFinite(value)),
  }));
}
