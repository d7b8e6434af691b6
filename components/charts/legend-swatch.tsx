"use client";

import { createContext, use } from "react";

/** The colours of a chart's parts as drawn; null before, when those of the data serve. */
export const DrawnColors = createContext<readonly string[] | null>(null);

export interface LegendSwatchProps {
  readonly className: string | undefined;
  /** Which part of the chart it stands for. */
  readonly index: number;
  /** The colour until the chart is drawn. */
  readonly color: string;
}

/** An attribute of SVG, since a `style` attribute is subject to the page's security policy. */
export function LegendSwatch({ className, index, color }: LegendSwatchProps) {
  const drawn = use(DrawnColors);
  return (
    <svg aria-hidden="true" className={className} viewBox="0 0 10 10">
      <rect width="10" height="10" rx="2" fill={drawn?.[index] ?? color} />
    </svg>
  );
}
