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

  test("a success in between starts the count again, and is no change to tell", () => {
    const { breaker, changes } = make();
    fail(breaker, 4);
    breaker.succeeded();
    fail(breaker, 4);
    expect(breaker.state).toEqual({ name: "closed", failures: 4 });
    expect(changes).toEqual([]);
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

  test("neither a success nor a failure of before it opened says anything about the probe", () => {
    const { breaker, clock } = make();
    const { turn } = breaker;
    fail(breaker, 5);
    clock.jump(clock.now() + 60_000);
    breaker.admit();
    breaker.succeeded(turn);
    breaker.failed(turn);
    expect(breaker.state.name).toBe("half-open");
    expect(breaker.admit()).toBe(false);
    breaker.succeeded(breaker.turn);
    expect(breaker.state.name).toBe("closed");
  });

  test("nor does a probe that was given up say anything about the next one", () => {
    const { breaker, clock } = make();
    fail(breaker, 5);
    clock.jump(clock.now() + 60_000);
    breaker.admit();
    const { turn } = breaker;
    clock.jump(clock.now() + 60_000);
    expect(breaker.admit()).toBe(true);
    breaker.failed(turn);
    expect(breaker.state.name).toBe("half-open");
    breaker.succeeded(turn);
    expect(breaker.state.name).toBe("half-open");
  });

  test("a success of before it opened does not close it", () => {
    const { breaker } = make();
    fail(breaker, 5);
    breaker.succeeded();
    expect(breaker.state.name).toBe("open");
  });

  test("a failure while it is open does not keep it open for longer", () => {
    const { breaker, clock } = make();
    fail(breaker, 5);
    clock.jump(clock.now() + 30_000);
    breaker.failed();
    clock.jump(clock.now() + 30_000);
    expect(breaker.admit()).toBe(true);
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

  test("admits a probe at once when it shall not wait", () => {
    const { breaker } = make();
    breaker.configure({ recoveryTimeout: 0 });
    fail(breaker, 5);
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
  ])("%o is a RangeError that names it, and changes nothing", (options) => {
    const { breaker } = make();
    const message = expect.stringContaining(`\`${Object.keys(options)[0]}\` must be `);
    expect(() => breaker.configure({ failureThreshold: 1, recoveryTimeout: 1, ...options })).toThrow(
      expect.objectContaining({ name: "RangeError", message }),
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

  test("does what a model of it does, whatever happens in whatever order, and however late", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("admit" as const) }),
      // Which of the calls under way is answered, counted from the last.
      fc.record({ kind: fc.constantFrom("succeeded" as const, "failed" as const), call: fc.nat({ max: 5 }) }),
      fc.record({ kind: fc.constant("wait" as const), milliseconds: fc.integer({ min: 1, max: 150 }) }),
    );
    const property = fc.property(
      fc.array(step, { maxLength: 60, size: "max" }),
      fc.integer({ min: 1, max: 4 }),
      (steps, threshold) => {
        const { breaker, clock } = make();
        breaker.configure({ failureThreshold: threshold, recoveryTimeout: 100 });
        // The model: each call belongs to the life in which it was admitted, and counts in that one alone.
        let life = { name: "closed", failures: 0, since: 0 };
        const calls: { readonly turn: number; readonly life: typeof life }[] = [];
        const answers: [boolean, boolean][] = [];
        for (const next of steps) {
          if (next.kind === "wait") clock.jump(clock.now() + next.milliseconds);
          else if (next.kind === "admit") {
            const isDue = life.name !== "closed" && clock.now() - life.since >= 100;
            if (isDue) life = { name: "half-open", failures: 0, since: clock.now() };
            const isAdmitted = breaker.admit();
            answers.push([isAdmitted, life.name === "closed" || isDue]);
            if (isAdmitted) calls.push({ turn: breaker.turn, life });
          } else {
            const [call] = calls.splice(-1 - next.call, 1);
            if (call === undefined) continue;
            breaker[next.kind](call.turn);
            if (call.life !== life) continue;
            if (next.kind === "succeeded") {
              if (life.name === "half-open") life = { name: "closed", failures: 0, since: 0 };
              life.failures = 0;
            } else if (life.name === "half-open" || ++life.failures >= threshold) {
              life = { name: "open", failures: 0, since: clock.now() };
            }
          }
          const { name, failures } = { failures: 0, ...breaker.state };
          expect({ name, failures }).toEqual({ name: life.name, failures: life.failures });
        }
        for (const [admitted, expected] of answers) expect(admitted).toBe(expected);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });
});
