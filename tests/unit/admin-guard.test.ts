import { describe, expect, test } from "vitest";
import { AdminDisabledError, TooManyAttemptsError, UnauthorizedError } from "@/lib/errors";
import { createAdminGuard } from "@/lib/http/admin-guard";
import { createAttemptLimiter } from "@/lib/http/attempt-limiter";

const SECRET = "correct horse battery staple";

function guardWithClock(limit = 3, maxSources = 100) {
  let time = 0;
  const limiter = createAttemptLimiter({ limit, windowMs: 60_000, maxSources, now: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  return { guard: createAdminGuard(SECRET, limiter), pass };
}

describe("the secret", () => {
  test.each([`Bearer ${SECRET}`, `bearer  ${SECRET}`, `BEARER ${SECRET} `])(
    "%j is right",
    (authorization) => {
      expect(() => createAdminGuard(SECRET).check(authorization, "10.0.0.1")).not.toThrow();
    },
  );

  test.each([
    null,
    "",
    "Bearer",
    "Bearer ",
    SECRET,
    `Basic ${SECRET}`,
    `Bearer ${SECRET}x`,
    `Bearer x${SECRET}`,
    `Bearer ${SECRET.slice(1)}`,
    `Bearer ${SECRET.toUpperCase()}`,
    `Bearer ${SECRET}, Bearer ${SECRET}`,
  ])("%j is wrong", (authorization) => {
    expect(() => createAdminGuard(SECRET).check(authorization, "10.0.0.1")).toThrow(UnauthorizedError);
  });

  test("may have letters beyond ASCII, which headers carry as bytes", () => {
    const asHeader = Buffer.from("mật khẩu quản trị").toString("latin1");
    expect(() => createAdminGuard("mật khẩu quản trị").check(`Bearer ${asHeader}`, "10.0.0.1")).not.toThrow();
  });

  test("when none is configured nothing is right", () => {
    for (const authorization of [null, "Bearer ", "Bearer undefined"]) {
      expect(() => createAdminGuard(undefined).check(authorization, "10.0.0.1")).toThrow(AdminDisabledError);
    }
  });
});

describe("attempts", () => {
  const attempt = (guard: ReturnType<typeof createAdminGuard>, token: string, address = "10.0.0.1") => {
    try {
      guard.check(`Bearer ${token}`, address);
      return "right";
    } catch (error) {
      if (error instanceof TooManyAttemptsError) return error.retryAfterMs;
      return "wrong";
    }
  };

  test("after too many failures not even the right secret is told to be right, until the window ends", () => {
    const { guard, pass } = guardWithClock();
    expect([1, 2, 3].map(() => attempt(guard, "guess"))).toEqual(["wrong", "wrong", "wrong"]);
    pass(20_000);
    expect([attempt(guard, "guess"), attempt(guard, SECRET)]).toEqual([40_000, 40_000]);
    pass(40_000);
    expect([attempt(guard, SECRET), attempt(guard, "guess")]).toEqual(["right", "wrong"]);
  });

  test("the right secret counts as no attempt, and forgives none", () => {
    const { guard } = guardWithClock();
    const tokens = ["guess", "guess", ...Array.from({ length: 50 }, () => SECRET), "guess", SECRET];
    expect(tokens.map((token) => attempt(guard, token)).at(-1)).toBe(60_000);
  });

  test("each address has its own", () => {
    const { guard } = guardWithClock(1);
    attempt(guard, "guess", "10.0.0.1");
    expect(attempt(guard, SECRET, "10.0.0.1")).toBe(60_000);
    expect(attempt(guard, SECRET, "10.0.0.2")).toBe("right");
  });

  test("an IPv6 network counts as one, and an IPv4 address the same however it is written", () => {
    const { guard } = guardWithClock(1);
    attempt(guard, "guess", "2001:db8:1:2:aaaa::1");
    expect(attempt(guard, SECRET, "2001:db8:1:2:bbbb::2")).toBe(60_000);
    expect(attempt(guard, SECRET, "2001:db8:1:3::1")).toBe("right");
    attempt(guard, "guess", "10.0.0.9");
    expect(attempt(guard, SECRET, "::ffff:10.0.0.9")).toBe(60_000);
  });

  test("memory is bounded: the address longest without an attempt is forgotten", () => {
    const { guard } = guardWithClock(1, 10);
    for (let host = 0; host < 11; host++) attempt(guard, "guess", `10.0.1.${host}`);
    expect(attempt(guard, SECRET, "10.0.1.0")).toBe("right");
    expect(attempt(guard, SECRET, "10.0.1.10")).toBe(60_000);
  });
});
