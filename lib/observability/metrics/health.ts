import { Counter, Gauge, type Registry } from "prom-client";
import type { Finding, Health } from "../health";

export interface HealthMetrics {
  probed(dependency: string, finding: Finding): void;
  /** @returns ends it */
  watch(current: () => Health): () => void;
}

const STATUSES = ["ok", "degraded", "down", "off", "unknown"] as const;

/** Of several workers the worst is told: of each status whether any of them finds a dependency in it. */
export function createHealthMetrics(registry: Registry): HealthMetrics {
  const registers = [registry];
  let source: (() => Health) | undefined;
  const probes = new Counter({
    name: "health_probes_total",
    help: "Probes of a dependency, by what they found",
    labelNames: ["dependency", "status"],
    registers,
  });
  new Gauge({
    name: "health_ready",
    help: "1 when /health answers 200, 0 when it answers 503",
    aggregator: "min",
    registers,
    collect() {
      this.remove();
      if (source) this.set(Number(source().ready));
    },
  });
  new Gauge({
    name: "health_dependency_status",
    help: "1 for the status that a dependency is in",
    labelNames: ["dependency", "status"],
    aggregator: "max",
    registers,
    collect() {
      this.reset();
      for (const [dependency, health] of Object.entries(source?.().dependencies ?? {})) {
        for (const status of STATUSES) this.set({ dependency, status }, Number(status === health.status));
      }
    },
  });
  new Gauge({
    name: "health_dependency_latency_seconds",
    help: "How long a dependency took to answer when it was last asked",
    labelNames: ["dependency"],
    aggregator: "max",
    registers,
    collect() {
      this.reset();
      for (const [dependency, { latencyMs }] of Object.entries(source?.().dependencies ?? {})) {
        if (latencyMs !== null) this.set({ dependency }, latencyMs / 1000);
      }
    },
  });
  return {
    probed: (dependency, { status }) => probes.inc({ dependency, status }),
    watch(current) {
      source = current;
      return () => {
        if (source === current) source = undefined;
      };
    },
  };
}
