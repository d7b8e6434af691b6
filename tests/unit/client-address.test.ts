import { describe, expect, test } from "vitest";
import { clientAddress, isOverTls, networkOf } from "@/lib/http/client-address";
import { parseTrustedProxies, type TrustedProxies } from "@/lib/trusted-proxies";

function proxies(text: string): TrustedProxies {
  const parsed = parseTrustedProxies(text);
  if (parsed === null) throw new Error(`not parsed: ${text}`);
  return parsed;
}

describe("who asks", () => {
  const asked = (forwarded: string | undefined, trusted: string, remoteAddress?: string) =>
    clientAddress({ headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress } }, proxies(trusted));

  test.each([
    ["1.1.1.1", 0, "10.9.9.9"],
    ["1.1.1.1", 1, "1.1.1.1"],
    ["6.6.6.6, 1.1.1.1", 1, "1.1.1.1"],
    ["6.6.6.6, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"],
    ["1.1.1.1", 3, "1.1.1.1"],
    [undefined, 1, "10.9.9.9"],
    ["", 1, "10.9.9.9"],
  ])("X-Forwarded-For %j behind %i proxies is %s", (forwarded, hops, expected) => {
    expect(asked(forwarded, String(hops), "10.9.9.9")).toBe(expected);
  });

  test.each([
    // The visitor himself, whatever he writes.
    ["1.1.1.1", "10.0.0.0/8", "203.0.113.9", "203.0.113.9"],
    // Through one proxy, and through two of them.
    ["6.6.6.6, 1.1.1.1", "10.0.0.0/8", "10.9.9.9", "1.1.1.1"],
    ["6.6.6.6, 1.1.1.1, 10.1.1.1", "10.0.0.0/8", "10.9.9.9", "1.1.1.1"],
    // A chain that is trusted to its end.
    ["10.1.1.1", "10.0.0.0/8", "10.9.9.9", "10.1.1.1"],
    [undefined, "10.0.0.0/8", "10.9.9.9", "10.9.9.9"],
    // A server that listens on "::" sees IPv4 addresses mapped.
    ["1.1.1.1", "10.0.0.0/8", "::ffff:10.9.9.9", "1.1.1.1"],
    ["1.1.1.1", "127.0.0.1", "127.0.0.1", "1.1.1.1"],
    ["1.1.1.1", "127.0.0.1", "127.0.0.2", "127.0.0.2"],
    ["2001:db8::5", "2001:db8:1::/48", "2001:db8:1::7", "2001:db8::5"],
    ["1.1.1.1", "loopback", "::1", "1.1.1.1"],
    ["1.1.1.1", "loopback", "127.8.8.8", "1.1.1.1"],
    ["1.1.1.1, 192.168.7.7", "private", "172.31.0.1", "1.1.1.1"],
    ["1.1.1.1", "private", "172.32.0.1", "172.32.0.1"],
    ["1.1.1.1", "Loopback , fc00::/7", "fd12::1", "1.1.1.1"],
  ])("X-Forwarded-For %j, trusting %s, from %s is %s", (forwarded, trusted, remoteAddress, expected) => {
    expect(asked(forwarded, trusted, remoteAddress)).toBe(expected);
  });

  test.each([
    ["192.0.2.1:4711", "192.0.2.1"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["1.1.1.1, unknown", "10.9.9.9"],
    ["1.1.1.1, <script>", "10.9.9.9"],
    [",,", "10.9.9.9"],
  ])("of what a proxy may write, %j is %s", (forwarded, expected) => {
    expect(asked(forwarded, "1", "10.9.9.9")).toBe(expected);
    expect(asked(forwarded, "private", "10.9.9.9")).toBe(expected);
  });

  test("a socket that is gone has no address, and is trusted by no network", () => {
    expect(asked("1.1.1.1", "0")).toBe("unknown");
    expect(asked("1.1.1.1", "0.0.0.0/0,::/0")).toBe("unknown");
  });
});

describe("who is trusted", () => {
  test.each([
    ...["", ",", "loopback,", "11", "-1", "1.5", "1,2", "yes", "localhost", "toString"],
    ...["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-8", "10.0.0.0/0x8", "10.0.0.0/8/8", "10.0.0/8"],
    ...["::/129", "fe80::1%eth0", "[::1]"],
  ])("%j is refused", (text) => {
    expect(parseTrustedProxies(text)).toBeNull();
  });
});

describe("whether a request came over TLS", () => {
  const overTls = (scheme: string | undefined, trusted: string, encrypted?: boolean) =>
    isOverTls(
      { headers: { "x-forwarded-proto": scheme }, socket: { remoteAddress: "10.9.9.9", encrypted } },
      proxies(trusted),
    );

  test("the socket knows", () => {
    expect([overTls(undefined, "0", true), overTls("http", "1", true)]).toEqual([true, true]);
  });

  test.each([
    ["https", "1", true],
    ["HTTPS", "private", true],
    ["https, http", "2", true],
    ["http, https", "2", false],
    ["http", "1", false],
    ["httpsx", "1", false],
    [undefined, "1", false],
    ["https", "0", false],
    ["https", "loopback", false],
  ])("X-Forwarded-Proto %j, trusting %s, means %j", (scheme, trusted, expected) => {
    expect(overTls(scheme, trusted)).toBe(expected);
  });
});

describe("what attempts are counted by", () => {
  test("what a visitor wrote into the header does not make the source long", () => {
    expect(networkOf("x".repeat(10_000)).length).toBeLessThanOrEqual(64);
  });

  test.each([
    ["::1", "0:0:0:0::/64"],
    ["2001:0db8:0001:0002:0:0:0:1", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["::FFFF:102:304", "1.2.3.4"],
    ["0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4"],
    ["0000:0000:0000:0000:0000:ffff:0102:0304", "1.2.3.4"],
    ["0::ffff:255.255.255.255", "255.255.255.255"],
    ["::ffff:0:102:304", "0:0:0:0::/64"],
    ["::1.2.3.4", "0:0:0:0::/64"],
    ["2001:db8:1:2::1.2.3.4", "2001:db8:1:2::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
  ])("%s counts as %s", (given, expected) => {
    expect(networkOf(given)).toBe(expected);
  });
});
