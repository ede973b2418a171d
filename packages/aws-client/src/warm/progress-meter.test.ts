import { FakeClock } from "@awsideman/cache-core/testing";
import { expect, test } from "vitest";
import { ProgressMeter, type ProgressReading } from "./progress-meter.ts";

const total = 1000;

/** Reads every 50 ms, while so much is done and called in each of them. */
async function run(
  meter: ProgressMeter,
  clock: FakeClock,
  from: { done: number; calls: number },
  each: { readonly done: number; readonly calls: number },
  milliseconds: number,
): Promise<ProgressReading> {
  let reading = meter.read({ ...from, total });
  for (let passed = 0; passed < milliseconds; passed += 50) {
    await clock.advance(50);
    from.done += each.done;
    from.calls += each.calls;
    reading = meter.read({ ...from, total });
  }
  return reading;
}

test("nothing is said in the first second", async () => {
  const clock = new FakeClock();
  const meter = new ProgressMeter(clock);
  const state = { done: 0, calls: 0 };
  expect(await run(meter, clock, state, { done: 1, calls: 1 }, 950)).toEqual({
    callsPerSecond: undefined,
    timeLeft: undefined,
  });
  expect(await run(meter, clock, state, { done: 1, calls: 1 }, 50)).toEqual({
    callsPerSecond: 20,
    timeLeft: 49_000,
  });
});

test("what was in the cache does not count for long", async () => {
  const clock = new FakeClock();
  const meter = new ProgressMeter(clock);
  const state = { done: 0, calls: 0 };
  await run(meter, clock, state, { done: 20, calls: 0 }, 1000);
  expect(state.done).toBe(400);
  const reading = await run(meter, clock, state, { done: 1, calls: 2 }, 11_000);
  expect(reading.callsPerSecond).toBeCloseTo(40, 5);
  expect(reading.timeLeft).toBeCloseTo((total - state.done) * 50, 0);
});

test("the time left is not told where the total is not known, or nothing moves", async () => {
  const clock = new FakeClock();
  const meter = new ProgressMeter(clock);
  const state = { done: 5, calls: 5 };
  expect((await run(meter, clock, state, { done: 0, calls: 1 }, 3000)).timeLeft).toBeUndefined();
  state.done++;
  expect(meter.read({ ...state, total: undefined })).toEqual({ callsPerSecond: 20, timeLeft: undefined });
});

test("what is done needs no time, and what turned out to be more than all is done", async () => {
  const meter = new ProgressMeter(new FakeClock());
  expect(meter.read({ done: 5, total: 5, calls: 5 }).timeLeft).toBe(0);
  expect(meter.read({ done: 6, total: 5, calls: 5 }).timeLeft).toBe(0);
});

test("another piece of work begins anew", async () => {
  const clock = new FakeClock();
  const meter = new ProgressMeter(clock);
  await run(meter, clock, { done: 0, calls: 0 }, { done: 1, calls: 1 }, 5000);
  const next = { done: 0, calls: 100 };
  expect(meter.read({ ...next, total }).timeLeft).toBeUndefined();
  expect((await run(meter, clock, next, { done: 2, calls: 1 }, 2000)).timeLeft).toBe((920 / 80) * 2000);
});
