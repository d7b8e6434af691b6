/** What XML 1.0 cannot hold, not even escaped (section 2.2, `Char`): one of them, and no reader opens the feed. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** The text without the characters that XML does not allow. Still to be escaped. */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, "");
}
