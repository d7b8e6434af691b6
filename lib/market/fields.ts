/** What an entry of the market stream holds: the names, units and ranges of the publisher's contract. */

export const COINS = ["btc", "eth", "bnb", "sol", "xrp", "ada", "link"] as const;
export type Coin = (typeof COINS)[number];

/** US index funds, by their ticker. */
export const FUNDS = ["DIA", "SPY", "QQQM"] as const;
export type Fund = (typeof FUNDS)[number];

export type NumberField =
  | `${Coin}_price_usd`
  | `${Coin}_change_24h`
  | "btc_market_cap_percentage"
  | "eth_market_cap_percentage"
  | "market_cap_usd"
  | "volume_24h_usd"
  | "market_cap_change_percentage_24h_usd"
  | "fng_value"
  | "btc_rsi_14";

export interface NumberRule {
  readonly min: number;
  readonly max: number;
  /** The least value is itself no reading: publishers send 0 for what they could not fetch. */
  readonly above?: true;
  readonly integer?: true;
}

// The upper bounds of prices and amounts are far above anything real: what lies beyond is a publisher's
// mistake, and would break a page's layout besides.
const PRICE: NumberRule = { min: 0, max: 1e8, above: true };
const AMOUNT: NumberRule = { min: 0, max: 1e18, above: true };
/** Percent. Nothing can lose more than all of its value. */
const CHANGE: NumberRule = { min: -100, max: 1e5 };
const SHARE: NumberRule = { min: 0, max: 100, above: true };
const INDEX: NumberRule = { min: 0, max: 100 };

export const FUND_PRICE = PRICE;
export const FUND_CHANGE: NumberRule = { min: -1e12, max: 1e12 };
export const FUND_CHANGE_PERCENT = CHANGE;
export const DURATION: NumberRule = { min: 0, max: 1e9, integer: true };

const perCoin = <Suffix extends string>(suffix: Suffix, rule: NumberRule) =>
  Object.fromEntries(COINS.map((coin) => [`${coin}_${suffix}`, rule])) as Record<
    `${Coin}_${Suffix}`,
    NumberRule
  >;

/** In the order in which a snapshot lists them. */
export const NUMBER_RULES: Readonly<Record<NumberField, NumberRule>> = {
  ...perCoin("price_usd", PRICE),
  ...perCoin("change_24h", CHANGE),
  btc_market_cap_percentage: SHARE,
  eth_market_cap_percentage: SHARE,
  market_cap_usd: AMOUNT,
  volume_24h_usd: AMOUNT,
  market_cap_change_percentage_24h_usd: CHANGE,
  fng_value: { ...INDEX, integer: true },
  btc_rsi_14: INDEX,
};

export const NUMBER_FIELDS = Object.keys(NUMBER_RULES) as readonly NumberField[];

export function isNumberField(name: string): name is NumberField {
  return Object.hasOwn(NUMBER_RULES, name);
}
