import { FakeClock } from "@awsideman/cache-core/testing";
import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { withDeadline } from "./maybe-promise.ts";

test("what does not come in time is an error that says whose it is, and leaves no timer", async () => {
  const clock = new FakeClock();
  const waited = withDeadline(new Promise(() => undefined), 50, clock, { who: "The outbox" });
  const failed = waited.catch((error: unknown) => error);
  await clock.advance(50);
  expect(await failed).toMatchObject({
    code: "CACHE_DEADLINE_EXCEEDED",
    message: "The outbox did not answer within 50 ms",
  });
  expect(clock.waiting).toBe(0);
});

test("what has arrived when the process comes to look at its timers is in time", async () => {
  const clock = new FakeClock();
  const answer = Promise.withResolvers<string>();
  const waited = withDeadline(answer.promise, 50, clock);
  // Due at the same time, and run after the deadline: as what is read from a socket is after a long stall.
  clock.after(50, () => answer.resolve("arrived"));
  await clock.advance(50);
  expect(await waited).toBe("arrived");
  expect(clock.waiting).toBe(0);
});

test("what fails in time fails as it does", async () => {
  const clock = new FakeClock();
  await expect(withDeadline(Promise.reject(new Error("broken")), 50, clock)).rejects.toThrow("broken");
  expect(clock.waiting).toBe(0);
});

test("a deadline that nobody waits for does not keep the process alive", () => {
  const told: unknown[] = [];
  const clock = {
    ...systemClock,
    after: (_: number, action: () => void, options?: { readonly background?: boolean }) => {
      told.push(options?.background);
      if (told.length === 1) action();
      return () => undefined;
    },
  };
  withDeadline(new Promise(() => undefined), 50, clock, { background: true }).catch(() => undefined);
  expect(told).toEqual([true, true]);
});
