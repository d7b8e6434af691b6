import { describe, expect, test } from "vitest";
import { createRenderGate } from "@/lib/http/render-gate";
import { parseTrustedProxies, type TrustedProxies } from "@/lib/trusted-proxies";

const NOBODY: TrustedProxies = { hops: 0, networks: null };

/** At a moment that lasts: nobody gets a further token. */
function openGate(maxRenders: number, trustedProxies = NOBODY) {
  return createRenderGate({
    now: () => 0,
    maxRenders,
    trustedProxies,
    isAdmin: (path) => path === "/admin",
    isVital: (path) => path === "/health",
  });
}

const from = (remoteAddress: string | undefined, url = "/", headers = {}) => ({
  method: "GET",
  url,
  headers,
  socket: { remoteAddress },
});

/** How many of `count` requests are let in, each leaving at once. */
async function letIn(gate: ReturnType<typeof openGate>, request: ReturnType<typeof from>, count: number) {
  let admitted = 0;
  for (let asked = 0; asked < count; asked++) {
    const leave = await gate.admit(request).catch(() => null);
    if (leave) admitted++;
    leave?.();
  }
  return admitted;
}

describe("a place for each render", () => {
  test("the next one waits until a place is given back", async () => {
    const gate = openGate(1);
    const leave = await gate.admit(from("192.0.2.1"));
    const second = gate.admit(from("192.0.2.2"));
    expect(gate.stats()).toMatchObject({ running: 1, queued: 1 });
    leave();
    await second;
    expect(gate.stats()).toMatchObject({ running: 1, queued: 0 });
  });

  test("who watches over the site, an operator and the process itself need none", async () => {
    const gate = openGate(1);
    await gate.admit(from("192.0.2.1"));
    await Promise.all([
      gate.admit(from("192.0.2.1", "/health?x=1")),
      gate.admit(from("192.0.2.1", "/admin")),
      gate.admit(from(undefined)),
    ]);
    expect(gate.stats()).toMatchObject({ running: 1, queued: 0 });
  });
});

describe("a rate for each network", () => {
  test("is bounded, and leaves others alone", async () => {
    const gate = openGate(8);
    const admitted = await letIn(gate, from("192.0.2.1"), 1_000);
    // Thirtieths of a second do not add up exactly.
    expect([299, 300]).toContain(admitted);
    await expect(gate.admit(from("192.0.2.1"))).rejects.toMatchObject({ code: "E_RATE_LIMITED" });
    expect(await letIn(gate, from("192.0.2.2"), 10)).toBe(10);
  });

  test("is lower for the admin's addresses", async () => {
    const gate = openGate(8);
    expect(await letIn(gate, from("192.0.2.1", "/admin"), 1_000)).toBe(60);
    expect(await letIn(gate, from("192.0.2.1"), 10)).toBe(10);
  });

  test("goes by X-Forwarded-For from a trusted proxy alone", async () => {
    const visitor = (address: string) => from("10.0.0.1", "/", { "x-forwarded-for": address });
    const untrusting = openGate(8);
    await letIn(untrusting, visitor("203.0.113.1"), 1_000);
    expect(await letIn(untrusting, visitor("203.0.113.2"), 1)).toBe(0);
    const trusting = openGate(8, parseTrustedProxies("private") ?? NOBODY);
    await letIn(trusting, visitor("203.0.113.1"), 1_000);
    expect(await letIn(trusting, visitor("203.0.113.2"), 1)).toBe(1);
  });
});
