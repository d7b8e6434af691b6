/** A name, an IPv4 address, or an IPv6 address in brackets; perhaps a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/**
 * Whether a Host field can name a site (RFC 9112, section 3.2). Stricter than RFC 3986, which allows in names what no
 * name has, and what others read as something else: `a,b`, `a;b`, `%61`.
 */
export function isHost(value: string): boolean {
  return HOST.test(value);
}
