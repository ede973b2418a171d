import { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import { Busy, retryWhileBusy } from "./retry.ts";

const busy = Object.assign(new Error("database is locked"), { code: "ERR_SQLITE_ERROR", errcode: 5 });

function setUp(random = () => 1): {
  clock: FakeClock;
  patience: Parameters<typeof retryWhileBusy<string>>[1];
} {
  const clock = new FakeClock();
  return { clock, patience: { clock, random, patience: 100, giveUp: () => "given up" } };
}

describe("retrying while somebody else writes", () => {
  test("answers at once, and fails at once, when nobody does", () => {
    const { clock, patience } = setUp();
    expect(retryWhileBusy(() => "done", patience)).toBe("done");
    expect(() =>
      retryWhileBusy(() => {
        throw new Error("other");
      }, patience),
    ).toThrow("other");
    expect(clock.waiting).toBe(0);
  });

  test("waits longer each time, up to 3 ms", async () => {
    const { clock, patience } = setUp();
    const started = clock.now();
    const attempts: number[] = [];
    const result = retryWhileBusy(() => {
      attempts.push(clock.now() - started);
      if (attempts.length < 8) throw attempts.length < 3 ? busy : new Busy("the log is too long");
      return "done";
    }, patience);
    await clock.advance(1_000);
    expect(await result).toBe("done");
    expect(attempts).toEqual([0, 1, 3, 6, 9, 12, 15, 18]);
  });

  test("gives up when its patience is at an end", async () => {
    const { clock, patience } = setUp();
    let attempts = 0;
    const result = retryWhileBusy(() => {
      attempts++;
      throw busy;
    }, patience);
    await clock.advance(1_000);
    expect(await result).toBe("given up");
    expect(attempts).toBe(36);
  });

  test("gives up also when the clock stands still or goes back", async () => {
    const { clock, patience } = setUp();
    const started = clock.now();
    const result = retryWhileBusy(() => {
      clock.jump(started);
      throw busy;
    }, patience);
    for (let turn = 0; turn < 20; turn++) await clock.advance(20);
    expect(await result).toBe("given up");
  });

  test("fails when something else goes wrong meanwhile", async () => {
    const { clock, patience } = setUp(() => 0);
    let attempts = 0;
    const result = Promise.resolve(
      retryWhileBusy(() => {
        if (++attempts > 2) throw new Error("other");
        throw busy;
      }, patience),
    );
    await Promise.all([expect(result).rejects.toThrow("other"), clock.advance(100)]);
  });
});
