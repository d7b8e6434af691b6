/** Signs that reports like and the card's fonts lack. */
const SPELLED: ReadonlyMap<string, string> = new Map([
  ["→", "->"],
  ["←", "<-"],
  ["⇒", "=>"],
  ["≥", ">="],
  ["≤", "<="],
  ["≈", "~"],
  ["≠", "!="],
]);

/** Everything outside of what both font files draw, found by trying. */
const UNDRAWABLE =
  /[^\u0020-\u007E\u00A0-\u00FF\u0102\u0103\u0110\u0111\u0128\u0129\u0131\u0152\u0153\u0168\u0169\u01A0\u01A1\u01AF\u01B0\u1EA0-\u1EF9\u2013\u2014\u2018-\u201A\u201C-\u201E\u2022\u2026\u2039\u203A\u20AB\u20AC\u2122\u2191\u2193\u2212]/gu;

/**
 * The text in characters that the card's fonts have; may be empty. For any other one, an emoji say,
 * Next's picture renderer asks Google Fonts or jsDelivr, and fails where it cannot reach them.
 */
export function drawableText(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[→←⇒≥≤≈≠]/g, (sign) => SPELLED.get(sign) ?? "")
    .replace(UNDRAWABLE, "")
    .replace(/\s+/g, " ")
    .trim();
}
