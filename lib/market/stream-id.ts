declare const idBrand: unique symbol;

/** The id of an entry of a Redis stream: `<milliseconds since 1970>-<number>`. */
export type StreamId = string & { readonly [idBrand]: true };

/** Each part has 64 bits in Redis. */
const ID = /^(\d{1,20})-(\d{1,20})$/;

export function parseStreamId(text: string): StreamId | null {
  return ID.test(text) ? (text as StreamId) : null;
}

export const STREAM_START = "0-0" as StreamId;

/** When Redis took the entry, on Redis' own clock: milliseconds since 1970. */
export function timeOfId(id: StreamId): number {
  return Number(id.slice(0, id.indexOf("-")));
}

/** Negative when `one` comes before `other`. */
export function compareIds(one: StreamId, other: StreamId): number {
  if (one === other) return 0;
  const [oneTime = "", oneNumber = ""] = one.split("-");
  const [otherTime = "", otherNumber = ""] = other.split("-");
  return compareDigits(oneTime, otherTime) || compareDigits(oneNumber, otherNumber);
}

/** Redis writes no leading zeros. Beyond 2^53 numbers would do no more. */
function compareDigits(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one === other ? 0 : one < other ? -1 : 1;
}
