import { expect, test } from "vitest";
import { DeadlineError, settleWithin } from "@/lib/deadline";

test("what is done in time is passed on, and nothing of it hangs on a signal that lasts", async () => {
  const closing = new AbortController();
  let given: AbortSignal | undefined;
  const value = await settleWithin(60_000, closing.signal, (signal) => {
    given = signal;
    return 7;
  });
  expect(value).toBe(7);
  closing.abort();
  expect(given?.aborted).toBe(false);
});

test("what takes longer is told so, and its caller too", async () => {
  let given: AbortSignal | undefined;
  const never = settleWithin(10, new AbortController().signal, (signal) => {
    given = signal;
    return new Promise(() => {});
  });
  await expect(never).rejects.toThrow(new DeadlineError("no answer within 0.01 s"));
  expect(given?.aborted).toBe(true);
});

test("closing ends the wait with its own reason, and nothing begins after it", async () => {
  const closing = new AbortController();
  const waiting = settleWithin(60_000, closing.signal, () => new Promise(() => {}));
  closing.abort(new Error("closed"));
  await expect(waiting).rejects.toThrow("closed");
  let began = false;
  const later = settleWithin(60_000, closing.signal, () => {
    began = true;
  });
  await expect(later).rejects.toThrow("closed");
  expect(began).toBe(false);
});
