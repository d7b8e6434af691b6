/**
 * `name` as a CSS identifier (CSSOM, "serialize an identifier"). What is not plainly part of a name is
 * written as a code point, so that no name can open or close anything.
 */
export function escapeIdentifier(name: string): string {
  return name.replace(/^-?\d|^-$|[^\w\u0080-\u{10ffff}-]/gu, (found) =>
    found.length > 1 && found.startsWith("-")
      ? `-${codePointEscape(found.slice(1))}`
      : codePointEscape(found),
  );
}

/** `text` as a CSS string in double quotes, without a literal `<`. */
export function quoteString(text: string): string {
  return `"${text.replace(/["\\<\n]/g, codePointEscape)}"`;
}

function codePointEscape(character: string): string {
  return `\\${(character.codePointAt(0) ?? 0xfffd).toString(16)} `;
}
