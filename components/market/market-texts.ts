import type { Coin, Fund } from "@/lib/market/fields";
import type { AmountUnits } from "./market-format";
import type { FearGreed, Strength } from "./readings";

/** What the dashboard says, in the visitor's language. `{…}` stands for what is put in by `fill`. */
export interface MarketTexts {
  readonly units: AmountUnits;
  readonly marketCap: string;
  readonly volume: string;
  readonly fearGreed: string;
  readonly strength: string;
  readonly dominance: string;
  readonly change24h: string;
  readonly unknown: string;
  readonly fearGreedLabels: Readonly<Record<FearGreed, string>>;
  readonly strengthLabels: Readonly<Record<Strength, string>>;
  readonly status: MarketStatusTexts;
}

export interface MarketStatusTexts {
  readonly live: string;
  readonly polling: string;
  readonly connecting: string;
  readonly reconnecting: string;
  readonly offline: string;
  readonly interrupted: string;
  /** `{time}` */
  readonly stale: string;
  readonly unknown: string;
  readonly simulated: string;
  /** `{time}` */
  readonly asOf: string;
  /** `{age}` */
  readonly ago: string;
  readonly ages: Readonly<Record<AgeUnit, string>>;
}

/** Each text has `{count}`. */
export type AgeUnit = "seconds" | "minutes" | "hours" | "days";

export interface BoardTexts {
  readonly coins: string;
  readonly coin: string;
  readonly price: string;
  readonly change24h: string;
  readonly trend: string;
  readonly coinNames: Readonly<Record<Coin, string>>;
  readonly funds: string;
  readonly fundNote: string;
  readonly fund: string;
  readonly fundChange: string;
  readonly fundNames: Readonly<Record<Fund, string>>;
  readonly unknown: string;
  readonly chart: PriceChartTexts;
}

export type Range = "quarter" | "hour" | "all";

export interface PriceChartTexts {
  readonly title: string;
  readonly ranges: string;
  readonly rangeNames: Readonly<Record<Range, string>>;
  readonly loading: string;
  readonly failed: string;
  readonly retry: string;
  readonly empty: string;
  /** `{from}`, `{to}`, `{lowest}`, `{highest}`, `{change}` */
  readonly summary: string;
}

/** Puts values in the place of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

const AGE_UNITS: readonly (readonly [AgeUnit, number])[] = [
  ["days", 86_400],
  ["hours", 3_600],
  ["minutes", 60],
  ["seconds", 1],
];

/** "3 min", in the largest unit that fits once. */
export function formatAge(seconds: number, units: MarketStatusTexts["ages"]): string {
  const [unit, length] = AGE_UNITS.find(([, least]) => seconds >= least) ?? ["seconds", 1];
  return fill(units[unit], { count: String(Math.floor(Math.max(0, seconds) / length)) });
}
