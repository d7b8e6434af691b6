import type { IncomingMessage } from "node:http";
import { isIP, isIPv6 } from "node:net";
import type { TrustedProxies } from "../trusted-proxies";

type Asking = Pick<IncomingMessage, "headers"> & {
  readonly socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: unknown };
};

/**
 * Who asks: the address of the socket, or, where that is a trusted proxy, the one that the outermost of
 * them saw. Each appends to X-Forwarded-For the address that it was asked from, so what stands further
 * left was written by the visitor and proves nothing.
 */
export function clientAddress({ headers, socket }: Asking, proxies: TrustedProxies): string {
  let address = socket.remoteAddress ?? "unknown";
  if (!isTrusted(address, 0, proxies)) return address;
  const forwarded = String(headers["x-forwarded-for"] ?? "").split(",");
  for (let hop = 0; isTrusted(address, hop, proxies); hop++) {
    const before = withoutPort(forwarded.pop()?.trim() ?? "");
    // "unknown", a made-up name, or nothing: the proxy is the last that is known.
    if (isIP(before) === 0) return address;
    address = before;
  }
  return address;
}

/** Whether the visitor's own connection was encrypted, by the socket or the word of a trusted proxy. */
export function isOverTls({ headers, socket }: Asking, proxies: TrustedProxies): boolean {
  if (socket.encrypted === true) return true;
  const scheme = headers["x-forwarded-proto"];
  if (scheme === undefined || !isTrusted(socket.remoteAddress ?? "unknown", 0, proxies)) return false;
  // Of several proxies the first wrote what the visitor used. One who forges it is told only what his own
  // browser does not heed over plain HTTP.
  return /^\s*https\s*(?:,|$)/i.test(String(scheme));
}

/** @param hop proxies between `address` and this process */
function isTrusted(address: string, hop: number, { hops, networks }: TrustedProxies): boolean {
  return networks === null ? hop < hops : networks.has(address);
}

/** Some proxies write the port as well: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const [, bracketed, ipv4] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  return bracketed ?? ipv4 ?? text;
}

/**
 * What attempts are counted by: an IPv4 address, however it is written, or the /64 network of an IPv6 address, all of
 * which one visitor has.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address.slice(0, 64);
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [withoutZone = ""] = address.split("%");
  const [left = [], right] = withoutZone.split("::", 2).map(numbersOf);
  if (right === undefined) return left;
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right];
}

/** Of a part of an address, whose last four bytes may be written as an IPv4 address. */
function numbersOf(part: string): readonly number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
