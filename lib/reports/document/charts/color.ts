const MAX_LENGTH = 100;

const TOKEN = String.raw`var\(\s*--[\w-]+\s*\)`;
const FUNCTION = String.raw`(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\((?:[\w\s.,%/+#-]|${TOKEN})+\)`;
const PLAIN = String.raw`#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z]{3,30}|${FUNCTION}`;
const COLOR = new RegExp(
  String.raw`^(?:${PLAIN}|${TOKEN}|var\(\s*--[\w-]+\s*,\s*(?:${PLAIN}|${TOKEN})\s*\))$`,
  "i",
);

/**
 * The value if it has the form of a CSS colour or of `var(--token[, fallback])`, else null. The form
 * leaves no room for `url()`, a semicolon or a bracket that does not close.
 */
export function cssColor(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const color = value.trim();
  return color.length <= MAX_LENGTH && COLOR.test(color) ? color : null;
}
