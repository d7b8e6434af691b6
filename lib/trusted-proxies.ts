import { BlockList, isIP } from "node:net";
import { LRUCache } from "lru-cache";

/** Whose word about a visitor is taken: a number of proxies in a row, or the networks that they are in. */
export interface TrustedProxies {
  /** Proxies that every request passes, whatever their addresses. */
  readonly hops: number;
  readonly networks: AddressSet | null;
}

export interface AddressSet {
  /** @returns false for what is no address */
  has(address: string): boolean;
}

const MAX_HOPS = 10;

/** Proxies are few and ask often; to look an address up takes 2 µs, to remember it a tenth of that. */
const REMEMBERED_ADDRESSES = 1_000;

const IPV4_BITS = 32;
const IPV6_BITS = 128;

/** Networks that have a name, since nobody should have to look them up. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** What a value should look like, for whoever wrote another. */
export const TRUSTED_PROXIES_EXAMPLE =
  `a number of proxies from 0 to ${MAX_HOPS}, e.g. 1, ` +
  "or a list of addresses and networks, e.g. loopback,private,203.0.113.4,2001:db8::/32";

/**
 * `2`, or `loopback,10.1.0.0/16,2001:db8::7`.
 *
 * @returns null when some part of it is neither
 */
export function parseTrustedProxies(text: string): TrustedProxies | null {
  if (/^\d+$/.test(text)) {
    const hops = Number(text);
    return hops <= MAX_HOPS ? { hops, networks: null } : null;
  }
  const networks = new BlockList();
  for (const entry of text.split(",")) {
    const name = entry.trim().toLowerCase();
    const ranges = Object.hasOwn(NAMED, name) ? NAMED[name] : [name];
    for (const range of ranges ?? []) if (!addNetwork(networks, range)) return null;
  }
  return { hops: 0, networks: rememberingSet(networks) };
}

function rememberingSet(networks: BlockList): AddressSet {
  const known = new LRUCache<string, boolean>({ max: REMEMBERED_ADDRESSES });
  return {
    has(address) {
      const family = isIP(address);
      if (family === 0) return false;
      let isMember = known.get(address);
      if (isMember === undefined) {
        isMember = networks.check(address, family === 4 ? "ipv4" : "ipv6");
        known.set(address, isMember);
      }
      return isMember;
    },
  };
}

function addNetwork(networks: BlockList, text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  // A zone means something on one machine alone, and the list does not know it.
  if (family === 0 || address.includes("%") || rest.length > 0) return false;
  const bits = family === 4 ? IPV4_BITS : IPV6_BITS;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return false;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return false;
  networks.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  return true;
}
