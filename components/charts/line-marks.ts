import type { Plugin } from "chart.js";
import type { Ink } from "./ink";

export interface LineMark {
  /** Index into the values of the line. */
  readonly index: number;
  readonly role: "highest" | "lowest" | "last";
}

/**
 * The points of a line that are worth naming: its highest, its lowest and its last value, each index at
 * most once and in ascending order. A level line has only its last.
 */
export function lineMarks(values: readonly number[]): readonly LineMark[] {
  const last = values.length - 1;
  if (last < 0) return [];
  let highest = last;
  let lowest = last;
  for (const [index, value] of values.entries()) {
    if (value > (values[highest] ?? value)) highest = index;
    if (value < (values[lowest] ?? value)) lowest = index;
  }
  const marks: LineMark[] = [{ index: last, role: "last" }];
  if (highest !== last) marks.push({ index: highest, role: "highest" });
  if (lowest !== last) marks.push({ index: lowest, role: "lowest" });
  return marks.sort((a, b) => a.index - b.index);
}

export interface MarkText {
  readonly text: string;
  readonly below: boolean;
  readonly strong: boolean;
}

const GAP = 7;

/**
 * Writes texts at the points of the chart's second dataset. Strong ones come first; one that would
 * touch another is left out.
 */
export function markTexts(marks: readonly MarkText[], ink: Ink): Plugin<"line"> {
  return {
    id: "markTexts",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      const points = chart.getDatasetMeta(1).data;
      const written: { left: number; right: number; top: number; bottom: number }[] = [];
      ctx.save();
      ctx.textAlign = "left";
      ctx.textBaseline = "top";
      const order = [...marks.entries()].sort(([, a], [, b]) => Number(b.strong) - Number(a.strong));
      for (const [index, { text, below, strong }] of order) {
        const point = points[index]?.getProps(["x", "y"], true);
        if (point === undefined) continue;
        ctx.font = `${strong ? "600 " : ""}${ink.font.size}px ${ink.font.family}`;
        const width = ctx.measureText(text).width;
        const left = Math.min(Math.max(point.x - width / 2, chartArea.left), chartArea.right - width);
        const top = below ? point.y + GAP : point.y - GAP - ink.font.size;
        const box = { left, right: left + width, top, bottom: top + ink.font.size };
        const collides = written.some(
          (other) =>
            box.left < other.right + 4 &&
            other.left < box.right + 4 &&
            box.top < other.bottom + 2 &&
            other.top < box.bottom + 2,
        );
        if (collides) continue;
        written.push(box);
        // A halo, since the line may run behind the text.
        ctx.strokeStyle = ink.surface;
        ctx.lineWidth = 3;
        ctx.lineJoin = "round";
        ctx.strokeText(text, left, top);
        ctx.fillStyle = strong ? ink.text : ink.muted;
        ctx.fillText(text, left, top);
      }
      ctx.restore();
    },
  };
}
