import { getEventListeners } from "node:events";
import { FakeClock } from "@awsideman/cache-core/testing";
import { expect, test } from "vitest";
import { pause } from "./pause.ts";

/** What is left behind: timers, and who listens to the signal. */
const leftBy = (clock: FakeClock, { signal }: AbortController): readonly number[] => [
  clock.waiting,
  getEventListeners(signal, "abort").length,
];

test("a pause is over when its time is", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  let isOver = false;
  const pausing = pause(clock, 100, controller.signal).then(() => (isOver = true));
  await clock.advance(99);
  expect([isOver, ...leftBy(clock, controller)]).toEqual([false, 1, 1]);
  await clock.advance(1);
  await pausing;
  expect([isOver, ...leftBy(clock, controller)]).toEqual([true, 0, 0]);
});

test("whoever gives up does not wait for its end, before it begins or later", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const reason = new Error("no longer wanted");
  const pausing = pause(clock, 100, controller.signal);
  controller.abort(reason);
  await expect(pausing).rejects.toBe(reason);
  await expect(pause(clock, 100, controller.signal)).rejects.toBe(reason);
  expect(leftBy(clock, controller)).toEqual([0, 0]);
});
