import type { Ink } from "./ink";

/** Tooltips that look like the card they float over. */
export function tooltipStyle(ink: Ink) {
  return {
    backgroundColor: ink.surface,
    borderColor: ink.muted,
    borderWidth: 1,
    titleColor: ink.muted,
    titleFont: { ...ink.font, weight: "normal" },
    bodyColor: ink.text,
    bodyFont: { ...ink.font, weight: 600 },
    padding: 8,
    cornerRadius: 4,
    caretSize: 4,
    displayColors: false,
  } as const;
}
