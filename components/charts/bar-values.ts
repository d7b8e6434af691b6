import type { Plugin } from "chart.js";
import type { Ink } from "./ink";

const GAP = 5;

interface PlacedText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: CanvasTextAlign;
  readonly baseline: CanvasTextBaseline;
}

/** Writes each bar's value at its end, if there is room for all of them. */
export function barValues(texts: readonly string[], ink: Ink): Plugin<"bar"> {
  return {
    id: "barValues",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      const horizontal = chart.options.indexAxis === "y";
      ctx.save();
      ctx.font = `${ink.font.size}px ${ink.font.family}`;
      ctx.fillStyle = ink.text;
      const slot = (horizontal ? chartArea.height : chartArea.width) / texts.length;
      const placed = chart.getDatasetMeta(0).data.map((bar, index) => {
        const text = texts[index] ?? "";
        const { x, y, base } = bar.getProps(["x", "y", "base"], true) as Record<"x" | "y" | "base", number>;
        return horizontal ? beside(text, x, y, base) : aboveOrBelow(text, x, y, base);
      });
      const fits = ({ text, x, align }: PlacedText) => {
        const { width } = ctx.measureText(text);
        if (!horizontal) return width + 6 <= slot;
        const roomy = align === "right" ? x - width >= chartArea.left : x + width <= chartArea.right;
        return roomy && ink.font.size + 2 <= slot;
      };
      if (placed.every(fits)) {
        for (const { text, x, y, align, baseline } of placed) {
          ctx.textAlign = align;
          ctx.textBaseline = baseline;
          ctx.fillText(text, x, y);
        }
      }
      ctx.restore();
    },
  };
}

function beside(text: string, x: number, y: number, base: number): PlacedText {
  return x < base
    ? { text, x: x - GAP, y, align: "right", baseline: "middle" }
    : { text, x: x + GAP, y, align: "left", baseline: "middle" };
}

function aboveOrBelow(text: string, x: number, y: number, base: number): PlacedText {
  return y > base
    ? { text, x, y: y + GAP, align: "center", baseline: "top" }
    : { text, x, y: y - GAP + 1, align: "center", baseline: "bottom" };
}
