import type { MetricObjectWithValues, MetricValue } from "prom-client";

/** All metrics of one process. */
export type Snapshot = MetricObjectWithValues<MetricValue<string>>[];

/** From a worker to its primary. */
export type ToPrimary =
  /** From now on it answers "collect". */
  | { readonly type: "metrics:offer" }
  /** Somebody wants the metrics of all workers. */
  | { readonly type: "metrics:ask"; readonly id: string }
  | { readonly type: "metrics:snapshot"; readonly id: number; readonly snapshot: Snapshot };

/** From the primary to a worker. */
export type ToWorker =
  | { readonly type: "metrics:collect"; readonly id: number }
  /** In Prometheus' text format; without a text: not every worker answered. */
  | { readonly type: "metrics:answer"; readonly id: string; readonly text?: string };

/** Both sides come from one build, so that the type says it all. */
export function isMetricsMessage(message: unknown): message is ToPrimary | ToWorker {
  const { type } = Object(message) as { type?: unknown };
  return typeof type === "string" && type.startsWith("metrics:");
}
