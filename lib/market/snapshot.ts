import {
  COINS,
  DURATION,
  FUND_CHANGE,
  FUND_CHANGE_PERCENT,
  FUND_PRICE,
  FUNDS,
  type Fund,
  NUMBER_FIELDS,
  NUMBER_RULES,
  type NumberField,
  type NumberRule,
} from "./fields";

/** A fund whose price is known. */
export interface FundReading {
  /** USD. */
  readonly price: number;
  /** USD since the previous close. */
  readonly change: number | null;
  readonly change_percent: number | null;
  readonly status: "success";
  readonly symbol?: string;
  readonly name?: string;
}

/** The market at one moment, in the names and units of the publisher. `null` is unknown. */
export interface MarketSnapshot extends Readonly<Record<NumberField, number | null>> {
  readonly us_stock_indices: Readonly<Record<Fund, FundReading | null>>;
  /** Milliseconds. */
  readonly fetch_duration_ms: number | null;
  readonly partial_failure: boolean | null;
  /** RFC 3339, as the publisher wrote it. */
  readonly last_updated: string | null;
  readonly timestamp: string | null;
}

/**
 * Why a field is `null`:
 * - `missing`: not there. `null`: the publisher itself says that it does not know.
 * - `type`: of another type. `malformed`: text that cannot be read as what it should be.
 * - `not-finite`, `out-of-range`; `not-positive`: zero or less, which stands for a value that could not be fetched.
 * - `price-unknown`: a change of zero beside a price or market cap that could not be fetched.
 * - `no-reading`: the publisher's own status of it is no success.
 *
 * Why a whole entry is none: `malformed`, `type`, `too-large`, or `empty`, when nothing in it is known.
 */
export type RejectReason =
  | "missing"
  | "null"
  | "type"
  | "malformed"
  | "not-finite"
  | "not-positive"
  | "out-of-range"
  | "price-unknown"
  | "no-reading"
  | "too-large"
  | "empty";

/** What was not fetched has no change either, and "0 %" would be an invention. */
const CHANGES: readonly (readonly [value: NumberField, change: NumberField])[] = [
  ...COINS.map((coin) => [`${coin}_price_usd`, `${coin}_change_24h`] as const),
  ["market_cap_usd", "market_cap_change_percentage_24h_usd"],
];

/** What was rejected: a field, a fund, or the whole entry. */
export type RejectedPart = keyof MarketSnapshot | Fund | "entry";

export type OnReject = (part: RejectedPart, reason: RejectReason) => void;

/** Real entries have about 1.5 KB. Parsing more than this would keep the process from its visitors. */
const MAX_ENTRY_CHARACTERS = 64 * 1024;
const MAX_TEXT = 100;
const MAX_TIME = 40;

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads an entry of the stream in either encoding: one field `data` that holds JSON, or a field for each
 * key. A bad field is `null` and told; it does not cost the entry its good ones.
 *
 * @param fields names and values, one after the other, as Redis sends them
 * @returns null when there is no snapshot in it, which is told as well. Never throws.
 */
export function decodeEntry(fields: readonly string[], onReject: OnReject): MarketSnapshot | null {
  const read = readerOf(fields);
  if (typeof read === "string") {
    onReject("entry", read);
    return null;
  }
  const snapshot = decode(read, onReject);
  if (NUMBER_FIELDS.some((field) => snapshot[field] !== null)) return snapshot;
  if (FUNDS.some((fund) => snapshot.us_stock_indices[fund] !== null)) return snapshot;
  onReject("entry", "empty");
  return null;
}

/** The same of values that were decoded before, such as a snapshot that was kept as JSON. */
export function decodeValues(values: Values, onReject: OnReject): MarketSnapshot {
  return decode(ownProperties(values), onReject);
}

/** The value of that name; undefined when there is none. */
type Read = (name: string) => unknown;

function ownProperties(values: Values): Read {
  return (name) => (Object.hasOwn(values, name) ? values[name] : undefined);
}

function decode(read: Read, onReject: OnReject): MarketSnapshot {
  const snapshot: Record<string, unknown> = {};
  for (const field of NUMBER_FIELDS) {
    snapshot[field] = checkNumber(read(field), NUMBER_RULES[field], field, onReject);
  }
  for (const [value, change] of CHANGES) {
    if (snapshot[value] !== null || snapshot[change] !== 0) continue;
    snapshot[change] = null;
    onReject(change, "price-unknown");
  }
  snapshot.us_stock_indices = checkFunds(read("us_stock_indices"), onReject);
  snapshot.fetch_duration_ms = checkNumber(
    read("fetch_duration_ms"),
    DURATION,
    "fetch_duration_ms",
    onReject,
  );
  snapshot.partial_failure = checkFlag(read("partial_failure"), "partial_failure", onReject);
  snapshot.last_updated = checkTime(read("last_updated"), "last_updated", onReject);
  snapshot.timestamp = checkTime(read("timestamp"), "timestamp", onReject);
  return snapshot as unknown as MarketSnapshot;
}

/** Reads the entry's values by name; or why there are none. */
function readerOf(fields: readonly string[]): Read | RejectReason {
  let characters = 0;
  for (const text of fields) characters += text.length;
  if (characters > MAX_ENTRY_CHARACTERS) return "too-large";
  const texts = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    texts.set(fields[index] ?? "", fields[index + 1] ?? "");
  }
  const json = texts.get("data");
  if (json !== undefined) return readJson(json);
  return (name) => {
    const text = texts.get(name);
    return text === undefined ? undefined : readText(text);
  };
}

function readJson(json: string): Read | RejectReason {
  const value = parse(json);
  if (value === MALFORMED) return "malformed";
  return isObject(value) ? ownProperties(value) : "type";
}

/** Stands for text that is no JSON, and is of no type that any field has. */
const MALFORMED = Symbol("malformed");

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return MALFORMED;
  }
}

/** A value of the flattened encoding. */
function readText(text: string): unknown {
  switch (text.charAt(0)) {
    case "":
      return null;
    case "{":
    case "[":
      return parse(text);
    case "n":
      return text === "null" ? null : text;
    case "t":
      return text === "true" ? true : text;
    case "f":
      return text === "false" ? false : text;
  }
  return DECIMAL.test(text) ? Number(text) : text;
}

function checkNumber(
  value: unknown,
  rule: NumberRule,
  part: RejectedPart,
  onReject: OnReject,
): number | null {
  const reason = wrongNumber(value, rule);
  // Without the sign of a negative zero, which JSON and the cache do not keep.
  if (reason === undefined) return (value as number) + 0;
  onReject(part, reason);
  return null;
}

function wrongNumber(value: unknown, { min, max, above, integer }: NumberRule): RejectReason | undefined {
  if (typeof value !== "number") return wrongType(value);
  if (!Number.isFinite(value)) return "not-finite";
  if (above && value <= min) return "not-positive";
  if (value < min || value > max) return "out-of-range";
  return integer && !Number.isInteger(value) ? "type" : undefined;
}

function wrongType(value: unknown): RejectReason {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  return value === MALFORMED ? "malformed" : "type";
}

function checkFlag(value: unknown, part: RejectedPart, onReject: OnReject): boolean | null {
  if (typeof value === "boolean") return value;
  onReject(part, wrongType(value));
  return null;
}

function checkTime(value: unknown, part: RejectedPart, onReject: OnReject): string | null {
  if (typeof value !== "string") onReject(part, wrongType(value));
  else if (value.length <= MAX_TIME && RFC_3339.test(value) && !Number.isNaN(Date.parse(value))) return value;
  else onReject(part, "malformed");
  return null;
}

function checkFunds(value: unknown, onReject: OnReject): Readonly<Record<Fund, FundReading | null>> {
  const readings: Record<Fund, FundReading | null> = { DIA: null, SPY: null, QQQM: null };
  if (!isObject(value)) {
    onReject("us_stock_indices", wrongType(value));
    return readings;
  }
  for (const fund of FUNDS) {
    readings[fund] = checkFund(Object.hasOwn(value, fund) ? value[fund] : undefined, fund, onReject);
  }
  return readings;
}

function checkFund(value: unknown, fund: Fund, onReject: OnReject): FundReading | null {
  if (!isObject(value)) {
    onReject(fund, wrongType(value));
    return null;
  }
  if (value.status !== "success") {
    onReject(fund, "no-reading");
    return null;
  }
  const price = checkNumber(value.price, FUND_PRICE, fund, onReject);
  if (price === null) return null;
  return {
    price,
    change: checkNumber(value.change, FUND_CHANGE, fund, onReject),
    change_percent: checkNumber(value.change_percent, FUND_CHANGE_PERCENT, fund, onReject),
    status: "success",
    ...(isShortText(value.symbol) && { symbol: value.symbol }),
    ...(isShortText(value.name) && { name: value.name }),
  };
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isShortText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TEXT;
}
