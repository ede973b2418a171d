import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { Freshness, momentOf } from "./freshness.ts";

test("it is fresh for as long as the bound, and never before it was confirmed", async () => {
  const clock = new FakeClock();
  const freshness = new Freshness(clock, 1_000);
  expect(freshness.isFresh()).toBe(false);
  freshness.confirm(momentOf(clock));
  await clock.advance(1_000);
  expect(freshness.isFresh()).toBe(true);
  await clock.advance(1);
  expect(freshness.isFresh()).toBe(false);
});

test("a machine that slept knows it by the wall clock", () => {
  const clock = new FakeClock();
  const freshness = new Freshness(clock, 1_000);
  freshness.confirm(momentOf(clock));
  clock.jump(clock.now() + 1_001);
  expect(freshness.isFresh()).toBe(false);
});

test("a wall clock that was set back does not make it last longer", async () => {
  const clock = new FakeClock();
  const freshness = new Freshness(clock, 1_000);
  freshness.confirm(momentOf(clock));
  clock.jump(clock.now() - 3_600_000);
  await clock.advance(1_001);
  expect(freshness.isFresh()).toBe(false);
  // What is asked from now on counts, although the wall clock says that it was asked before.
  freshness.confirm(momentOf(clock));
  expect(freshness.isFresh()).toBe(true);
});

test("an earlier moment does not take the place of a later one", async () => {
  const clock = new FakeClock();
  const freshness = new Freshness(clock, 1_000);
  const early = momentOf(clock);
  await clock.advance(900);
  freshness.confirm(momentOf(clock));
  freshness.confirm(early);
  await clock.advance(900);
  expect(freshness.isFresh()).toBe(true);
  freshness.lose();
  expect(freshness.isFresh()).toBe(false);
});

test("what is asked after the wall clock was set forward counts, even if no other time has passed", () => {
  const clock = new FakeClock();
  const freshness = new Freshness(clock, 1_000);
  freshness.confirm(momentOf(clock));
  clock.jump(clock.now() + 5_000);
  expect(freshness.isFresh()).toBe(false);
  freshness.confirm(momentOf(clock));
  expect(freshness.isFresh()).toBe(true);
});
