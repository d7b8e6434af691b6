/**
 * Whether a client that sends `If-None-Match` has what an entity tag stands for (RFC 9110, section 13.1.2),
 * so that it needs to be told no more than that.
 *
 * @param header undefined or null when there is none
 */
export function matchesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  const opaque = (text: string) => text.replace(/^W\//, "");
  return isAny(header) || tagsIn(header).some((known) => opaque(known) === opaque(tag));
}

/**
 * Whether a client that sends `If-Match` means what an entity tag stands for, byte for byte (RFC 9110, section 13.1.1):
 * a weak tag says that of nothing.
 */
export function matchesStrongly(header: string, tag: string | undefined): boolean {
  return isAny(header) || (tag?.startsWith('"') === true && tagsIn(header).includes(tag));
}

const isAny = (header: string): boolean => header.trim() === "*";
const tagsIn = (header: string): readonly string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? [];
