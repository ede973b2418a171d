import { FakeClock } from "@awsideman/cache-core/testing";
import { expect, test } from "vitest";
import { BudgetSpentError, CallBudget, type WarmBudget } from "./call-budget.ts";

interface Taken {
  /** When each was taken. */
  readonly times: readonly number[];
  /** How those ended who took them. */
  readonly ends: readonly unknown[];
}

/** Three take as many as it gives in so many milliseconds. */
async function takeAll(budget: WarmBudget, milliseconds: number): Promise<Taken> {
  const clock = new FakeClock();
  const began = clock.now();
  const calls = new CallBudget(budget, clock);
  const times: number[] = [];
  const ends: unknown[] = [];
  const take = async (): Promise<void> => {
    for (;;) {
      await calls.take(undefined);
      times.push(clock.now() - began);
    }
  };
  for (let taker = 0; taker < 3; taker++) void take().catch((error: unknown) => ends.push(error));
  await clock.advance(0);
  await clock.advance(milliseconds);
  return { times, ends };
}

test("no more than so many calls", async () => {
  const { times, ends } = await takeAll({ calls: 7 }, 0);
  expect(times).toHaveLength(7);
  expect(ends).toEqual([1, 2, 3].map(() => expect.any(BudgetSpentError) as unknown));
  expect((await takeAll({ calls: 0 }, 0)).times).toEqual([]);
});

test("no more than so many a second, at an even pace, whoever asks", async () => {
  expect((await takeAll({ callsPerSecond: 4 }, 1000)).times).toEqual([0, 250, 500, 750, 1000]);
});

test("what is not used is lost: there is no burst after a pause", async () => {
  const clock = new FakeClock();
  const calls = new CallBudget({ callsPerSecond: 4 }, clock);
  await clock.advance(60_000);
  let taken = 0;
  for (let time = 0; time < 3; time++) void calls.take(undefined).then(() => taken++);
  await clock.advance(0);
  expect(taken).toBe(1);
});

test("who gives up, or gives back, leaves the call to others", async () => {
  const clock = new FakeClock();
  const calls = new CallBudget({ calls: 2, callsPerSecond: 1 }, clock);
  await calls.take(undefined);
  const controller = new AbortController();
  const waiting = calls.take(controller.signal);
  controller.abort();
  await expect(waiting).rejects.toBe(controller.signal.reason);
  expect(clock.waiting).toBe(0);
  calls.giveBack();
  await clock.advance(10_000);
  await calls.take(undefined);
  await clock.advance(10_000);
  await calls.take(undefined);
  await expect(calls.take(undefined)).rejects.toBeInstanceOf(BudgetSpentError);
});

test.each<[WarmBudget, typeof RangeError | typeof TypeError]>([
  [{ calls: -1 }, RangeError],
  [{ calls: 1.5 }, RangeError],
  [{ calls: Number.NaN }, RangeError],
  [{ callsPerSecond: 0 }, RangeError],
  [{ callsPerSecond: Number.NaN }, RangeError],
  [{ calls: "1" as never }, TypeError],
  [{ callsPerSecond: null as never }, TypeError],
])("%o is a mistake", (budget, error) => {
  expect(() => new CallBudget(budget, new FakeClock())).toThrow(error);
});
