import { describe, expect, test } from "vitest";
import type { Changes, Stamp } from "../storage/cache-storage.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { FarView } from "./far-view.ts";

function gap(position: number, time = 0): Changes {
  return { state: "gap", at: { epoch: "a", position, time } };
}

function nothingUntil(position: number, time = 0): Changes {
  return { state: "changes", tags: [], patterns: [], at: { epoch: "a", position, time } };
}

test("an answer to what was asked before all was thrown away says nothing", () => {
  const view = new FarView(new FakeClock(), 1_000);
  const at = { epoch: "a", position: 5, time: 0 };
  view.answered(view.ask(), { state: "gap", at });
  expect(view.isCertain()).toBe(true);
  const early = view.ask();
  view.doubt();
  view.ledger.forget();
  expect(view.answered(early, { state: "changes", tags: [], patterns: [], at })).toBe(false);
  expect(view.ledger.position).toBeUndefined();
  expect(view.isCertain()).toBe(false);
  expect(view.answered(view.ask(), { state: "gap", at })).toBe(true);
});

describe("the moment of what was found near", () => {
  const entry: Stamp = { epoch: "a", position: 3, time: 30 };

  test("is the entry's own while nothing is known", () => {
    expect(new FarView(new FakeClock(), 1_000).stampFor(entry)).toEqual(entry);
  });

  test("is that of the last look, or the entry's own if that is later", () => {
    const view = new FarView(new FakeClock(), 1_000);
    view.answered(view.ask(), gap(5, 20));
    expect(view.stampFor(entry)).toEqual({ epoch: "a", position: 5, time: 30 });
    view.answered(view.ask(), nothingUntil(6, 40));
    expect(view.stampFor({ ...entry, position: 9 })).toEqual({ epoch: "a", position: 9, time: 40 });
  });

  test("goes on with the time that has passed since that look was answered, whatever the wall clock says", async () => {
    const clock = new FakeClock();
    const view = new FarView(clock, 1_000);
    const look = view.ask();
    await clock.advance(100);
    view.answered(look, gap(5, 40));
    await clock.advance(300);
    clock.jump(clock.now() - 60_000);
    expect(view.isCertain()).toBe(true);
    expect(view.stampFor(entry)).toEqual({ epoch: "a", position: 5, time: 340 });
  });
});

describe("asking", () => {
  test("begins with nothing, and goes on from where the last answer ended", () => {
    const view = new FarView(new FakeClock(), 1_000);
    expect(view.ask().since).toBeUndefined();
    view.answered(view.ask(), gap(5, 20));
    expect(view.ask().since).toEqual({ epoch: "a", position: 5, time: 20 });
  });
});

describe("of two answers", () => {
  test("the one to what was asked first may come last, and says nothing about the far ledger's clock", () => {
    const view = new FarView(new FakeClock(), 1_000);
    view.answered(view.ask(), gap(5, 20));
    const [early, late] = [view.ask(), view.ask()];
    expect(view.answered(late, nothingUntil(6, 40))).toBe(true);
    expect(view.answered(early, nothingUntil(5, 30))).toBe(true);
    expect(view.ask().since).toEqual({ epoch: "a", position: 6, time: 40 });
    expect(view.isCertain()).toBe(true);
  });

  test("the later one that tells an earlier time was given by a clock that was set back: nothing is known", () => {
    const view = new FarView(new FakeClock(), 1_000);
    view.answered(view.ask(), gap(5, 20));
    expect(view.answered(view.ask(), nothingUntil(6, 19))).toBe(false);
    expect(view.ask().since).toBeUndefined();
    expect(view.answered(view.ask(), gap(6, 19))).toBe(true);
    expect(view.ask().since).toEqual({ epoch: "a", position: 6, time: 19 });
  });
});

describe("nothing is certain", () => {
  function certain(): FarView {
    const view = new FarView(new FakeClock(), 1_000);
    view.answered(view.ask(), gap(5));
    expect(view.isCertain()).toBe(true);
    return view;
  }

  test("while this process changes something, whatever is answered; and then it is again", () => {
    const view = certain();
    const [end, endOther] = [view.begin(), view.begin()];
    expect(view.isCertain()).toBe(false);
    expect(view.answered(view.ask(), nothingUntil(6))).toBe(false);
    end();
    expect(view.isCertain()).toBe(false);
    endOther();
    expect(view.isCertain()).toBe(true);
  });

  test("in doubt, until what is asked from then on is answered", () => {
    const view = certain();
    const early = view.ask();
    view.doubt();
    expect(view.isCertain()).toBe(false);
    expect(view.answered(early, nothingUntil(6))).toBe(false);
    expect(view.isCertain()).toBe(false);
    expect(view.answered(view.ask(), nothingUntil(6))).toBe(true);
    expect(view.isCertain()).toBe(true);
  });
});
