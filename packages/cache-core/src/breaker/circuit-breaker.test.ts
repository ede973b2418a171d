import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { CircuitBreaker, type CircuitBreakerState } from "./circuit-breaker.ts";

function make(): { breaker: CircuitBreaker; clock: FakeClock; changes: CircuitBreakerState["name"][] } {
  const clock = new FakeClock();
  const changes: CircuitBreakerState["name"][] = [];
  const breaker = new CircuitBreaker(clock, (state) => changes.push(state.name));
  return { breaker, clock, changes };
}

function fail(breaker: CircuitBreaker, times: number): void {
  for (let count = 0; count < times; count++) breaker.failed();
}

describe("CircuitBreaker", () => {
  test("opens after five failures in a row, and turns everybody away", () => {
    const { breaker, changes } = make();
    fail(breaker, 4);
    expect(breaker.admit()).toBe(true);
    breaker.failed();
    expect(breaker.admit()).toBe(false);
    expect(changes).toEqual(["open"]);
  });

  test("a success in between starts the count again", () => {
    const { breaker } = make();
    fail(breaker, 4);
    breaker.succeeded();
    fail(breaker, 4);
    expect(breaker.state).toEqual({ name: "closed", failures: 4 });
  });

  test("half-open admits exactly one probe", () => {
    const { breaker, clock } = make();
    fail(breaker, 5);
    clock.jump(clock.now() + 59_999);
    expect(breaker.admit()).toBe(false);
    clock.jump(clock.now() + 1);
    expect(Array.from({ length: 10 }, () => breaker.admit()).filter(Boolean)).toHaveLength(1);
    expect(breaker.state.name).toBe("half-open");
  });

  test("the probe's success closes it, and its failure opens it for another full time", () => {
    const { breaker, clock, changes } = make();
    fail(breaker, 5);
    clock.jump(clock.now() + 60_000);
    breaker.admit();
    breaker.failed();
    expect(breaker.admit()).toBe(false);
    clock.jump(clock.now() + 59_999);
    expect(breaker.admit()).toBe(false);
    clock.jump(clock.now() + 1);
    expect(breaker.admit()).toBe(true);
    breaker.succeeded();
    expect(breaker.state).toEqual({ name: "closed", failures: 0 });
    expect(changes).toEqual(["open", "half-open", "open", "half-open", "closed"]);
  });

  test("a probe that never reports does not keep it half-open for ever", () => {
    const { breaker, clock } = make();
    fail(breaker, 5);
    clock.jump(clock.now() + 60_000);
    expect(breaker.admit()).toBe(true);
    clock.jump(clock.now() + 60_000);
    expect(breaker.admit()).toBe(true);
  });

  test("a success of before it opened does not close it", () => {
    const { breaker } = make();
    fail(breaker, 5);
    breaker.succeeded();
    expect(breaker.state.name).toBe("open");
  });

  test("a clock that is set back a year does not keep it open for a year", () => {
    const { breaker, clock } = make();
    fail(breaker, 5);
    clock.jump(clock.now() - 365 * 86_400_000);
    expect(breaker.admit()).toBe(true);
  });

  test("can be configured, and keeps what is not named", () => {
    const { breaker, clock } = make();
    breaker.configure({ failureThreshold: 2 });
    breaker.configure({ recoveryTimeout: 1_000 });
    fail(breaker, 2);
    expect(breaker.admit()).toBe(false);
    clock.jump(clock.now() + 1_000);
    expect(breaker.admit()).toBe(true);
  });

  test.each([
    { failureThreshold: 0 },
    { failureThreshold: 1.5 },
    { failureThreshold: Number.NaN },
    { failureThreshold: Infinity },
    { recoveryTimeout: -1 },
    { recoveryTimeout: Number.NaN },
    { recoveryTimeout: Infinity },
  ])("%o is a RangeError, and changes nothing", (options) => {
    const { breaker } = make();
    expect(() => breaker.configure({ failureThreshold: 1, recoveryTimeout: 1, ...options })).toThrow(
      RangeError,
    );
    fail(breaker, 4);
    expect(breaker.admit()).toBe(true);
  });

  test("begins anew after a reset", () => {
    const { breaker, changes } = make();
    fail(breaker, 5);
    breaker.reset();
    expect(breaker.admit()).toBe(true);
    expect(changes).toEqual(["open", "closed"]);
  });

  test("does what a model of it does, whatever happens in whatever order", () => {
    const step = fc.oneof(
      fc.constantFrom("admit" as const, "succeeded" as const, "failed" as const),
      fc.integer({ min: 1, max: 150 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, threshold) => {
        const { breaker, clock } = make();
        breaker.configure({ failureThreshold: threshold, recoveryTimeout: 100 });
        const admitted: [boolean, boolean][] = [];
        let name = "closed";
        let failures = 0;
        let since = 0;
        for (const next of steps) {
          if (typeof next === "number") {
            clock.jump(clock.now() + next);
            continue;
          }
          if (next === "admit") {
            const isDue = name !== "closed" && clock.now() - since >= 100;
            if (isDue) [name, since] = ["half-open", clock.now()];
            admitted.push([breaker.admit(), name === "closed" || isDue]);
          } else if (next === "succeeded") {
            breaker.succeeded();
            if (name !== "open") [name, failures] = ["closed", 0];
          } else {
            breaker.failed();
            if (name === "closed") failures++;
            if (name === "half-open" || (name === "closed" && failures >= threshold))
              [name, since, failures] = ["open", clock.now(), 0];
          }
          expect(breaker.state.name).toBe(name);
        }
        for (const [actual, expected] of admitted) expect(actual).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
