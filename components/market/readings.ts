/** What the fear and greed index says, in its publisher's words. */
export type FearGreed = "extremeFear" | "fear" | "neutral" | "greed" | "extremeGreed";
/** What the relative strength index says. */
export type Strength = "oversold" | "neutral" | "overbought";

/** A part of a scale, up to and with `to`. */
export interface Zone<Name extends string> {
  readonly name: Name;
  readonly to: number;
}

/** The index has whole numbers only. */
export const FEAR_GREED_ZONES: readonly Zone<FearGreed>[] = [
  { name: "extremeFear", to: 24 },
  { name: "fear", to: 44 },
  { name: "neutral", to: 55 },
  { name: "greed", to: 74 },
  { name: "extremeGreed", to: 100 },
];

export const OVERSOLD = 30;
export const OVERBOUGHT = 70;

/** For drawing: where exactly one zone ends is a matter of `strengthOf`. */
export const STRENGTH_ZONES: readonly Zone<Strength>[] = [
  { name: "oversold", to: OVERSOLD },
  { name: "neutral", to: OVERBOUGHT },
  { name: "overbought", to: 100 },
];

/** @param value 0 to 100 */
export function fearGreedOf(value: number): FearGreed {
  return FEAR_GREED_ZONES.find(({ to }) => value <= to)?.name ?? "extremeGreed";
}

/**
 * By what is shown, one decimal: no 70.0 is neutral.
 *
 * @param value 0 to 100
 */
export function strengthOf(value: number): Strength {
  const shown = Number(value.toFixed(1));
  if (shown <= OVERSOLD) return "oversold";
  return shown >= OVERBOUGHT ? "overbought" : "neutral";
}
