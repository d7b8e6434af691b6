import type { ChartConfiguration } from "chart.js";
import type { GaugeChart } from "@/lib/reports/document/charts/model";
import { gaugeMarker } from "./gauge-marker";
import { gaugeArcs, gaugePosition } from "./gauge-scale";
import type { Ink } from "./ink";

/** A half ring from min to max. With segments the value is a marker on it, without it is an arc. */
export function gaugeConfig(gauge: GaugeChart, ink: Ink): ChartConfiguration<"doughnut"> {
  const arcs = gaugeArcs(gauge);
  return {
    type: "doughnut",
    data: {
      datasets: [
        {
          data: arcs.map(({ from, to }) => to - from),
          backgroundColor: arcs.map(({ segment }) =>
            segment === null ? ink.line : (ink.series[segment] ?? ink.line),
          ),
          borderColor: ink.surface,
          borderWidth: gauge.segments.length === 0 ? 0 : 2,
          borderAlign: "center",
        },
      ],
    },
    options: {
      circumference: 180,
      rotation: 270,
      cutout: "80%",
      // Room for the ends of the marker.
      layout: { padding: 6 },
      events: [],
    },
    plugins:
      gauge.segments.length === 0
        ? []
        : [gaugeMarker({ position: gaugePosition(gauge), color: ink.text, surface: ink.surface })],
  };
}
