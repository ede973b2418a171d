import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { advance, type Advance, type Advanced } from "./advance.ts";
import { RateLimiter, type AcquireOptions, type Rate, type SharedMoments } from "./rate-limiter.ts";

/** What processes on one storage share. */
function newShared(clock: FakeClock): SharedMoments {
  const moments = new Map<string, number>();
  return (name: string, step: Advance): Advanced => {
    const { moment, advanced } = advance(moments.get(name), clock.now(), step);
    moments.set(name, moment);
    return advanced;
  };
}

const alone: SharedMoments = () => undefined;

/** Lets those who have just asked come in line, and then time pass. */
async function pass(clock: FakeClock, milliseconds: number): Promise<void> {
  await clock.advance(0);
  await clock.advance(milliseconds);
}

interface Setup {
  readonly clock: FakeClock;
  readonly limiter: RateLimiter;
  /** Asks so often at once, and notes when each went. */
  readonly ask: (times: number, options?: AcquireOptions) => number[];
}

function setUp(rate: Rate, clock: FakeClock = new FakeClock(), shared: SharedMoments = alone): Setup {
  const limiter = new RateLimiter("calls", rate, clock, shared);
  const begun = clock.now();
  return {
    clock,
    limiter,
    ask(times, options) {
      const went: number[] = [];
      for (let asked = 0; asked < times; asked++) {
        void limiter.acquire(options).then(() => went.push(clock.now() - begun));
      }
      return went;
    },
  };
}

describe("a rate limiter", () => {
  test("lets a burst through at once, and then one after each interval", async () => {
    const { clock, ask } = setUp({ callsPerSecond: 20, burst: 3 });
    const went = ask(6);
    await pass(clock, 1000);
    expect(went).toEqual([0, 0, 0, 50, 100, 150]);
  });

  test("lets half a second's calls through at once unless told otherwise", async () => {
    const { clock, ask } = setUp({ callsPerSecond: 20 });
    const went = ask(12);
    await pass(clock, 0);
    expect(went).toHaveLength(10);
  });

  test("saves up no more than a burst", async () => {
    const { clock, ask } = setUp({ callsPerSecond: 20, burst: 2 });
    await pass(clock, 60_000);
    const went = ask(4);
    await pass(clock, 1000);
    expect(went.map((at) => at - 60_000)).toEqual([0, 0, 50, 100]);
  });

  test("uses all of the rate while somebody waits", async () => {
    const { clock, ask } = setUp({ callsPerSecond: 20, burst: 1 });
    const went = ask(1000);
    await pass(clock, 10_000);
    expect(went).toHaveLength(201);
  });

  test("lets what is asked in the background wait for everybody else", async () => {
    const { clock, ask } = setUp({ callsPerSecond: 20, burst: 1 });
    const background = ask(3, { background: true });
    await pass(clock, 10);
    const others = ask(3);
    await pass(clock, 1000);
    expect(background).toEqual([0, 200, 250]);
    expect(others).toEqual([50, 100, 150]);
  });

  test("keeps nobody waiting whose signal is aborted, and gives his place to the next", async () => {
    const { clock, limiter, ask } = setUp({ callsPerSecond: 20, burst: 1 });
    ask(1);
    const controller = new AbortController();
    await pass(clock, 0);
    const gaveUp = limiter.acquire({ background: true, signal: controller.signal });
    await pass(clock, 10);
    controller.abort(new Error("enough"));
    await expect(gaveUp).rejects.toThrow("enough");
    const went = ask(1);
    await pass(clock, 1000);
    expect(went).toEqual([50]);
    await expect(limiter.acquire({ signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
  });

  test("keeps nobody who is first in line for more than 10 s", async () => {
    const { clock, ask } = setUp({ callsPerSecond: 0.01, burst: 1 });
    const went = ask(2);
    const late = ask(1, { background: true });
    await pass(clock, 9_999);
    expect(went).toEqual([0]);
    await pass(clock, 1);
    expect(went).toEqual([0, 10_000]);
    expect(late).toEqual([]);
    await pass(clock, 10_000);
    expect(late).toEqual([20_000]);
    expect(clock.waiting).toBe(0);
  });

  test.each([0, -1, Number.NaN, Infinity, "20"])("has no rate of %s", (callsPerSecond) => {
    expect(() => setUp({ callsPerSecond: callsPerSecond as number })).toThrow(RangeError);
    expect(() => setUp({ callsPerSecond: 1, burst: callsPerSecond as number })).toThrow(RangeError);
  });
});

describe("a rate limiter that nobody needs", () => {
  test("is idle when nobody waits and all that it remembers is past", async () => {
    const { clock, limiter, ask } = setUp({ callsPerSecond: 20, burst: 1 });
    expect(limiter.isIdle).toBe(true);
    ask(2);
    await pass(clock, 0);
    expect(limiter.isIdle).toBe(false);
    await pass(clock, 50);
    expect(limiter.isIdle).toBe(false);
    await pass(clock, 181_000);
    expect(limiter.isIdle).toBe(true);
    await limiter.refused();
    await pass(clock, 180_000);
    expect(limiter.isIdle).toBe(false);
    await pass(clock, 60_000);
    expect(limiter.isIdle).toBe(true);
  });

  test("is idle at once where a storage remembers", async () => {
    const clock = new FakeClock();
    const { limiter, ask } = setUp({ callsPerSecond: 20, burst: 1 }, clock, newShared(clock));
    ask(2);
    await pass(clock, 0);
    expect(limiter.isIdle).toBe(false);
    await pass(clock, 100);
    expect(limiter.isIdle).toBe(true);
  });

  test("remembers a rate that is very slow for as long as it matters", async () => {
    const { clock, limiter, ask } = setUp({ callsPerSecond: 0.001, burst: 1 });
    ask(1);
    await pass(clock, 1_000_000);
    expect(limiter.isIdle).toBe(false);
    await pass(clock, 40_000_000);
    expect(limiter.isIdle).toBe(true);
  });
});

describe("after a refusal", () => {
  test("the rate is halved, and doubles in 30 s", async () => {
    const { clock, limiter, ask } = setUp({ callsPerSecond: 20, burst: 1 });
    const went = ask(2000);
    await limiter.refused();
    const inSecond = (second: number): number =>
      went.filter((at) => at >= second * 1000 && at < (second + 1) * 1000).length;
    await pass(clock, 40_000);
    expect(inSecond(0)).toBeLessThanOrEqual(11);
    expect(inSecond(1)).toBeGreaterThanOrEqual(9);
    expect(inSecond(15)).toBeLessThanOrEqual(15);
    expect(inSecond(15)).toBeGreaterThanOrEqual(13);
    expect(inSecond(32)).toBeGreaterThanOrEqual(19);
  });

  test("those of the same second count once, and later ones halve it again, five times at most", async () => {
    const { clock, limiter, ask } = setUp({ callsPerSecond: 32, burst: 1 });
    const rate = async (): Promise<number> => {
      const went = ask(1000);
      await pass(clock, 0);
      const from = went.length;
      await pass(clock, 1000);
      return went.length - from;
    };
    for (const _ of [1, 2, 3]) await limiter.refused();
    const halved = await rate();
    expect(halved).toBeGreaterThanOrEqual(15);
    expect(halved).toBeLessThanOrEqual(17);
    for (let times = 0; times < 20; times++) {
      await limiter.refused();
      await pass(clock, 1000);
    }
    expect(await rate()).toBeLessThanOrEqual(2);
  });
});

describe("processes on one storage", () => {
  test("share one rate", async () => {
    const clock = new FakeClock();
    const shared = newShared(clock);
    const processes = Array.from({ length: 6 }, () => setUp({ callsPerSecond: 20, burst: 5 }, clock, shared));
    const went = processes.map(({ ask }) => ask(100));
    await pass(clock, 10_000);
    expect(went.flat()).toHaveLength(205);
  });

  test("let what one asks in the background wait for what another asks", async () => {
    const clock = new FakeClock();
    const shared = newShared(clock);
    const [one, other] = [1, 2].map(() => setUp({ callsPerSecond: 20, burst: 1 }, clock, shared));
    const background = one?.ask(20, { background: true });
    await pass(clock, 500);
    const before = background?.length;
    const others = other?.ask(10);
    await pass(clock, 500);
    expect(before).toBe(11);
    expect(others).toHaveLength(10);
    expect(background).toHaveLength(11);
  });

  test("slow down together", async () => {
    const clock = new FakeClock();
    const shared = newShared(clock);
    const [one, other] = [1, 2].map(() => setUp({ callsPerSecond: 20, burst: 1 }, clock, shared));
    await one?.limiter.refused();
    const went = other?.ask(30);
    await pass(clock, 1000);
    expect(went?.length).toBeLessThanOrEqual(12);
  });

  test("go on with a rate of their own when the clock is set back, and wait no longer than for a place", async () => {
    for (const [back, longest] of [
      [3_600_000, 0],
      [5_000, 5_000],
    ] as const) {
      const clock = new FakeClock();
      const { ask, limiter } = setUp({ callsPerSecond: 20, burst: 1 }, clock, newShared(clock));
      await limiter.refused();
      ask(1);
      await pass(clock, 0);
      clock.jump(clock.now() - back);
      const begun = clock.now();
      const went: number[] = [];
      for (let asked = 0; asked < 5; asked++)
        void limiter.acquire().then(() => went.push(clock.now() - begun));
      await pass(clock, 10_000);
      expect(went).toHaveLength(5);
      expect(went[0]).toBeLessThanOrEqual(longest + 100);
      expect(went[4]).toBeLessThanOrEqual(longest + 600);
    }
  });

  test("go on with a rate of their own when the storage does not answer", async () => {
    const clock = new FakeClock();
    const shared = newShared(clock);
    let broken = false;
    const { ask } = setUp({ callsPerSecond: 20, burst: 1 }, clock, (name, step) =>
      broken ? undefined : shared(name, step),
    );
    ask(1);
    await pass(clock, 100);
    broken = true;
    const went = ask(3);
    await pass(clock, 1000);
    expect(went).toEqual([100, 150, 200]);
  });
});
