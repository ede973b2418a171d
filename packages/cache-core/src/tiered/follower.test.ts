import { describe, expect, onTestFinished, test } from "vitest";
import type { StorageEvent } from "../storage/storage-factory.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Follower } from "./follower.ts";

/** With a bound of a second, so that it looks every 250 ms. */
class Subject {
  readonly clock = new FakeClock();
  readonly began = this.clock.now();
  readonly events: StorageEvent[] = [];
  /** When it looked. */
  readonly looks: number[] = [];
  /** How long it was ready to wait for changes. */
  readonly waits: number[] = [];
  /** What the next looks do. */
  answer: () => Promise<void> = () => Promise.resolve();
  wait: () => Promise<void> = () => new Promise(() => undefined);
  readonly follower: Follower;

  constructor({ canWait = true } = {}) {
    this.follower = new Follower({
      look: () => {
        this.looks.push(this.clock.now() - this.began);
        return this.answer();
      },
      waitForChange: canWait
        ? (milliseconds) => {
            this.waits.push(milliseconds);
            return this.wait();
          }
        : undefined,
      maxStaleness: 1_000,
      clock: this.clock,
      emit: (event) => this.events.push(event),
    });
    onTestFinished(() => this.follower.close());
  }

  /** Somebody reads, and time passes. */
  async use(milliseconds = 0): Promise<void> {
    this.follower.use();
    // It begins to wait before any time passes.
    await this.clock.advance(0);
    await this.clock.advance(milliseconds);
  }
}

describe("it looks", () => {
  test.each([true, false])(
    "at once, and then each quarter of the bound: can wait for changes %s",
    async (canWait) => {
      const subject = new Subject({ canWait });
      await subject.use(1_000);
      expect(subject.looks).toEqual([0, 250, 500, 750, 1_000]);
      expect(subject.waits).toEqual(canWait ? [250, 250, 250, 250, 250] : []);
      expect(subject.events).toEqual([]);
    },
  );

  test("not before anybody reads, and not more often because many do", async () => {
    const subject = new Subject();
    await subject.clock.advance(10_000);
    expect(subject.looks).toEqual([]);
    for (let read = 0; read < 10; read++) await subject.use(10);
    expect(subject.looks).toEqual([10_000]);
  });

  test("at once when something changes, and then a quarter after that", async () => {
    const subject = new Subject();
    const { promise, resolve } = Promise.withResolvers<void>();
    subject.wait = () => promise;
    await subject.use(100);
    subject.wait = () => new Promise(() => undefined);
    resolve();
    await subject.clock.advance(0);
    expect(subject.looks).toEqual([0, 100]);
    expect(subject.clock.waiting).toBe(1);
    await subject.clock.advance(250);
    expect(subject.looks).toEqual([0, 100, 350]);
  });

  test("a quarter later where waiting for changes fails", async () => {
    const subject = new Subject();
    subject.wait = () => Promise.reject(new Error("not offered"));
    await subject.use(500);
    expect(subject.looks).toEqual([0, 250, 500]);
    expect(subject.events).toEqual([]);
  });
});

describe("a far tier that does not answer", () => {
  test.each([
    ["fails", () => Promise.reject(new Error("gone")), 250, "gone"],
    ["is silent", () => new Promise<void>(() => undefined), 500, "The far tier did not answer within 250 ms"],
  ])("that %s is told of once, and asked again and again", async (_, answer, interval, reason) => {
    const subject = new Subject();
    subject.answer = answer;
    await subject.use(2 * interval);
    expect(subject.looks).toEqual([0, interval, 2 * interval]);
    expect(subject.events).toMatchObject([
      {
        type: "storage-trouble",
        message: `The far tier cannot be followed, and the near one goes off: ${reason}`,
        cause: { message: reason },
      },
    ]);
    // Who cannot be asked cannot be waited for.
    expect(subject.waits).toEqual([]);
  });

  test("is told of again when it had answered in between", async () => {
    const subject = new Subject();
    subject.answer = () => Promise.reject(new Error("gone"));
    await subject.use(250);
    subject.answer = () => Promise.resolve();
    await subject.clock.advance(250);
    expect([subject.events.length, subject.waits.length]).toEqual([1, 1]);
    subject.answer = () => Promise.reject(new Error("gone"));
    await subject.clock.advance(500);
    expect(subject.events).toHaveLength(2);
  });
});

describe("it stops", () => {
  test("when nobody has read for a minute, and begins again with the next read", async () => {
    const subject = new Subject();
    await subject.use(30_000);
    await subject.use(59_999);
    expect(subject.looks.at(-1)).toBe(89_750);
    await subject.clock.advance(60_000);
    expect([subject.looks.at(-1), subject.clock.waiting]).toEqual([90_000, 0]);
    await subject.use(250);
    expect(subject.looks.slice(-2)).toEqual([149_999, 150_249]);
  });

  test("when it is closed, in a pause and for good", async () => {
    const subject = new Subject();
    await subject.use(100);
    subject.follower.close();
    await subject.clock.advance(0);
    expect(subject.clock.waiting).toBe(0);
    await subject.use(1_000);
    expect(subject.looks).toEqual([0]);
  });

  test("when it is closed while it looks, without a pause after that", async () => {
    const subject = new Subject();
    const { promise, resolve } = Promise.withResolvers<void>();
    subject.answer = () => promise;
    await subject.use(100);
    subject.follower.close();
    resolve();
    await subject.clock.advance(0);
    expect([subject.clock.waiting, subject.waits]).toEqual([0, []]);
  });
});
