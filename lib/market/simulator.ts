import { COINS, type Coin, FUNDS, type Fund } from "./fields";
import type { EntryListener, MarketSource, RawEntry } from "./source";
import type { StreamId } from "./stream-id";

export interface SimulatorOptions {
  /** The same seed makes the same market. */
  readonly seed: number;
  readonly historyEntries: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** As often as a publisher writes. */
const INTERVAL_MS = 5_000;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Waves of several lengths, none a multiple of another, look like a market and never repeat in practice. */
const WAVES_MS = [11 * MINUTE, 47 * MINUTE, 3.1 * HOUR, 13.7 * HOUR, 71 * HOUR];
const DAY = 24 * HOUR;

/** USD, of no particular day. */
const PRICES: Readonly<Record<Coin, number>> = {
  btc: 64_000,
  eth: 3_100,
  bnb: 560,
  sol: 145,
  xrp: 0.52,
  ada: 0.41,
  link: 14.2,
};
const FUND_PRICES: Readonly<Record<Fund, { price: number; name: string }>> = {
  DIA: { price: 391, name: "SPDR Dow Jones Industrial Average ETF Trust" },
  SPY: { price: 527, name: "SPDR S&P 500 ETF Trust" },
  QQQM: { price: 184, name: "Invesco NASDAQ 100 ETF" },
};
const MARKET_CAP = 2.4e12;

/**
 * A market that is made up, for a site without a stream: entries in both encodings, which take the same way
 * as real ones. What it shows at a moment follows from the seed and the moment alone, so that it is the same
 * in all processes and after a restart.
 */
export function createSimulator({ seed, historyEntries, now = Date.now }: SimulatorOptions): MarketSource {
  const wave = createWave(seed);
  let entries = 0;
  let timer: NodeJS.Timeout | undefined;
  let told = 0;
  let listener: EntryListener = { restarted() {}, added() {}, interrupted() {} };

  function catchUp(): void {
    const current = Math.floor(now() / INTERVAL_MS);
    // A clock that was set back repeats nothing; after one that stood still only what fits is told.
    const first = Math.max(told + 1, current - historyEntries + 1);
    const batch: RawEntry[] = [];
    for (let slot = first; slot <= current; slot++) batch.push(simulateEntry(wave, slot, now()));
    if (batch.length === 0) return;
    entries += batch.length;
    if (told === 0) listener.restarted(batch);
    else listener.added(batch);
    told = current;
  }

  return {
    async start(to) {
      listener = to;
      catchUp();
      timer = setInterval(catchUp, INTERVAL_MS);
      timer.unref();
    },
    status: () => ({
      state: "simulated",
      contactAgeMs: null,
      counts: {
        entries,
        lost: 0,
        gaps: 0,
        replaced: 0,
        deleted: 0,
        clockJumps: 0,
        disconnects: 0,
        errors: 0,
      },
    }),
    async reread() {
      catchUp();
    },
    async close() {
      clearInterval(timer);
    },
  };
}

/** The entry of a slot of `INTERVAL_MS`, as a publisher would write it. */
function simulateEntry(wave: Wave, slot: number, now: number): RawEntry {
  const at = slot * INTERVAL_MS;
  const values = simulateValues(wave, at);
  const fields = slot % 2 === 0 ? ["data", JSON.stringify(values)] : flatten(values);
  return { id: `${at}-0` as StreamId, fields, ageMs: Math.max(0, now - at) };
}

type Values = Readonly<Record<string, unknown>>;

function simulateValues(wave: Wave, at: number): Values {
  const level = (name: string, swing: number, time = at) => 1 + swing * wave(name, time);
  const change = (name: string, swing: number) =>
    rounded((level(name, swing) / level(name, swing, at - DAY) - 1) * 100, 2);
  const perCoin = (suffix: string, value: (coin: Coin) => number) =>
    Object.fromEntries(COINS.map((coin) => [`${coin}_${suffix}`, value(coin)]));
  const time = new Date(at).toISOString();
  return {
    ...perCoin("price_usd", (coin) => rounded(PRICES[coin] * level(coin, 0.06), PRICES[coin] < 1 ? 6 : 2)),
    ...perCoin("change_24h", (coin) => change(coin, 0.06)),
    btc_market_cap_percentage: rounded(52 * level("btc-share", 0.02), 2),
    eth_market_cap_percentage: rounded(17 * level("eth-share", 0.02), 2),
    market_cap_usd: Math.round(MARKET_CAP * level("market", 0.05)),
    volume_24h_usd: Math.round(8.4e10 * level("volume", 0.3)),
    market_cap_change_percentage_24h_usd: change("market", 0.05),
    fng_value: Math.round(55 + 35 * wave("fear-and-greed", at)),
    btc_rsi_14: rounded(52 + 30 * wave("rsi", at), 1),
    us_stock_indices: Object.fromEntries(FUNDS.map((fund) => [fund, simulateFund(fund, level, change)])),
    fetch_duration_ms: 180,
    partial_failure: false,
    last_updated: time,
    timestamp: time,
  };
}

function simulateFund(
  symbol: Fund,
  level: (name: string, swing: number) => number,
  change: (name: string, swing: number) => number,
): Values {
  const swing = 0.02;
  const price = rounded(FUND_PRICES[symbol].price * level(symbol, swing), 2);
  const percent = change(symbol, swing);
  return {
    symbol,
    name: FUND_PRICES[symbol].name,
    price,
    change: rounded(price - price / (1 + percent / 100), 2),
    change_percent: percent,
    status: "success",
  };
}

/** Between -1 and 1, mostly near 0. */
type Wave = (name: string, at: number) => number;

function createWave(seed: number): Wave {
  const phases = new Map<string, readonly number[]>();

  function phasesOf(name: string): readonly number[] {
    const known = phases.get(name);
    if (known) return known;
    const made = WAVES_MS.map((_, index) => hash(`${seed}/${name}/${index}`));
    phases.set(name, made);
    return made;
  }

  return (name, at) => {
    let sum = 0;
    let noise = at / INTERVAL_MS;
    for (const [index, phase] of phasesOf(name).entries()) {
      sum += Math.sin((at / (WAVES_MS[index] ?? DAY) + phase) * 2 * Math.PI);
      noise += 1_000 * phase;
    }
    // A little of what follows from nothing, so that neighbouring readings differ as real ones do.
    return (sum + 0.1 * Math.sin(noise * 12.9898)) / (WAVES_MS.length + 0.1);
  };
}

/** FNV-1a with a final mix: 0 to 1. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
}

function flatten(values: Values): string[] {
  return Object.entries(values).flatMap(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
