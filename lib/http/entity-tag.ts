/**
 * Whether a client that sends `If-None-Match` has what an entity tag stands for (RFC 9110, section 13.1.2),
 * so that it needs to be told no more than that.
 *
 * @param header undefined or null when there is none
 */
export function matchesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  const opaque = (text: string) => text.replace(/^W\//, "");
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((known) => opaque(known) === opaque(tag));
}
