/** What a script may pass where a text or a number is expected; everything else arrives as null. */
export type Scalar = string | number | boolean | null;

/** Controls, and the marks that turn the direction of the text around them. */
const INVISIBLE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/**
 * One line of plain text from a string or a number, at most `maxLength` UTF-16 code units; empty for
 * everything else. It is text, not HTML: whoever shows it must not parse it.
 */
export function plainText(value: Scalar | undefined, maxLength: number): string {
  return affixText(value, maxLength).trim();
}

/** Like `plainText`, but keeps outer spaces, which matter in "US$ " and " tỷ". */
export function affixText(value: Scalar | undefined, maxLength: number): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const line = String(value).replace(/\s+/gu, " ").replace(INVISIBLE, "");
  // A cut through a surrogate pair leaves half a character, which is no text.
  return line.slice(0, maxLength).replace(/\p{Surrogate}/gu, "");
}
