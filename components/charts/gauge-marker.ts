import type { Plugin } from "chart.js";

export interface GaugeMarker {
  /** 0 at the start of the arc, 1 at its end. */
  readonly position: number;
  readonly color: string;
  /** Colour of the rim that separates the marker from the arc. */
  readonly surface: string;
}

const OVERHANG = 4;
const WIDTH = 3;
const RIM = 2;

/** A tick across the ring of a half doughnut, where the value stands. */
export function gaugeMarker({ position, color, surface }: GaugeMarker): Plugin<"doughnut"> {
  return {
    id: "gaugeMarker",
    afterDatasetsDraw(chart) {
      const arc = chart.getDatasetMeta(0).data[0];
      if (arc === undefined) return;
      const { x, y, innerRadius, outerRadius } = arc.getProps(["x", "y", "innerRadius", "outerRadius"], true);
      const { ctx } = chart;
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate(Math.PI * (1 + position));
      ctx.lineCap = "round";
      for (const [lineWidth, strokeStyle] of [[WIDTH + 2 * RIM, surface] as const, [WIDTH, color] as const]) {
        ctx.beginPath();
        ctx.moveTo(innerRadius - OVERHANG, 0);
        ctx.lineTo(outerRadius + OVERHANG, 0);
        ctx.lineWidth = lineWidth;
        ctx.strokeStyle = strokeStyle;
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
