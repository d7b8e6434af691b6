import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";

/**
 * Who asks: the address of the socket, or, behind `trustedProxies` reverse proxies, the one that the
 * outermost of them saw. Each appends to X-Forwarded-For the address that it was asked from, so what
 * stands further left was written by the visitor and proves nothing.
 */
export function clientAddress(
  {
    headers,
    socket,
  }: Pick<IncomingMessage, "headers"> & {
    readonly socket: { readonly remoteAddress?: string | undefined };
  },
  trustedProxies: number,
): string {
  const forwarded = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((address) => address.trim())
    .filter((address) => address !== "");
  const path = [...forwarded, socket.remoteAddress ?? "unknown"];
  return path[Math.max(0, path.length - 1 - trustedProxies)] ?? "unknown";
}

/**
 * What attempts are counted by: an IPv4 address, or the /64 network of an IPv6 address, all of which one
 * visitor has.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address.slice(0, 64);
  const [withoutZone = ""] = address.toLowerCase().split("%");
  const [head = "", tail] = withoutZone.split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups.slice(0, 4).map(withoutLeadingZeros).join(":")}::/64`;
}

function withoutLeadingZeros(group: string): string {
  return group.replace(/^0+(?=.)/, "");
}
