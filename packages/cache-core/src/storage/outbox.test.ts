import { describe, expect, test, vi } from "vitest";
import type { CacheEvent } from "../events.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Backlog } from "./backlog.ts";
import type { Invalidation, MaybePromise, Stamp } from "./cache-storage.ts";
import { Outbox } from "./outbox.ts";

const stamp: Stamp = { epoch: "e", position: 1, time: 0 };
const of = (tag: string): Invalidation => ({ tags: [tag], patterns: [] });

class Recorder {
  readonly recorded: Invalidation[] = [];
  readonly events: CacheEvent[] = [];
  readonly clock = new FakeClock();
  attempts = 0;
  answer: (invalidation: Invalidation) => MaybePromise<Stamp | undefined> = () => stamp;

  readonly backlog = new Backlog({
    clock: this.clock,
    emit: (event) => this.events.push(event),
    openSpool: () => {
      throw new Error("not used");
    },
  });

  readonly outbox = new Outbox({
    backlog: this.backlog,
    clock: this.clock,
    emit: (event) => this.events.push(event),
    record: (invalidation) => {
      this.attempts++;
      const answered = this.answer(invalidation);
      const note = (result: Stamp | undefined): Stamp | undefined => {
        if (result) this.recorded.push(invalidation);
        return result;
      };
      return answered instanceof Promise ? answered.then(note) : note(answered);
    },
  });

  static async started(): Promise<Recorder> {
    const recorder = new Recorder();
    const { outbox } = recorder;
    await outbox.start(
      () => true,
      () => undefined,
    );
    return recorder;
  }

  get tags(): string[] {
    return this.recorded.flatMap(({ tags, everything }) => (everything ? ["everything"] : tags));
  }
}

describe("Outbox", () => {
  test("what is recorded at once does not wait, and answers at once", async () => {
    const { outbox, backlog, clock, events } = await Recorder.started();
    expect(outbox.send(of("a"))).toBeUndefined();
    expect(backlog.size).toBe(0);
    expect(clock.waiting).toBe(0);
    expect(events).toEqual([]);
  });

  test("what cannot be recorded is kept, told of, and tried again until it is recorded, in order", async () => {
    const recorder = await Recorder.started();
    const { outbox, backlog, clock, events } = recorder;
    recorder.answer = () => undefined;
    for (const tag of ["a", "b", "c"]) await outbox.send(of(tag));
    expect(events.map(({ type }) => type)).toEqual(Array.from({ length: 3 }, () => "invalidation-deferred"));
    expect(backlog.size).toBe(3);
    await clock.advance(10_000);
    expect(backlog.size).toBe(3);
    recorder.answer = () => stamp;
    await outbox.send(of("d"));
    expect(recorder.tags).toEqual([]);
    await clock.advance(1_000);
    expect(recorder.tags).toEqual(["a", "b", "c", "d"]);
    expect(events.at(-1)).toEqual({ type: "invalidations-replayed", recorded: 4 });
    expect(clock.waiting).toBe(0);
  });

  test("tries again soon at first, and every second at the latest", async () => {
    const recorder = await Recorder.started();
    recorder.answer = () => undefined;
    await recorder.outbox.send(of("a"));
    await recorder.clock.advance(20);
    expect(recorder.attempts).toBe(2);
    await recorder.clock.advance(2_000);
    const before = recorder.attempts;
    await recorder.clock.advance(10_000);
    expect(recorder.attempts - before).toBeGreaterThanOrEqual(10);
    expect(recorder.attempts - before).toBeLessThanOrEqual(11);
  });

  test("fails in the middle: what is recorded is gone, the rest stays in order", async () => {
    const recorder = await Recorder.started();
    const { outbox, backlog, clock } = recorder;
    recorder.answer = () => undefined;
    for (const tag of ["a", "b", "c"]) await outbox.send(of(tag));
    recorder.answer = ({ tags }) => (tags[0] === "b" ? undefined : stamp);
    await clock.advance(20);
    expect(recorder.tags).toEqual(["a"]);
    expect(backlog.size).toBe(2);
    recorder.answer = () => stamp;
    await clock.advance(1_000);
    expect(recorder.tags).toEqual(["a", "b", "c"]);
  });

  test("what is sent while another is being replayed comes after it", async () => {
    const recorder = await Recorder.started();
    const { outbox, clock } = recorder;
    recorder.answer = () => undefined;
    await outbox.send(of("a"));
    const slow = Promise.withResolvers<Stamp | undefined>();
    recorder.answer = () => slow.promise;
    await clock.advance(20);
    recorder.answer = () => stamp;
    await outbox.send(of("b"));
    expect(recorder.tags).toEqual([]);
    slow.resolve(stamp);
    await clock.advance(0);
    expect(recorder.tags).toEqual(["a", "b"]);
    await clock.advance(5_000);
    expect(recorder.attempts).toBe(3);
  });

  test("a thousand that wait are kept; more become one of everything, with the longest mark among them", async () => {
    const recorder = await Recorder.started();
    const { outbox, backlog, clock } = recorder;
    recorder.answer = () => undefined;
    await outbox.send({ ...of("marked"), open: { operation: "o", lease: 3_600_000 } });
    await outbox.send({ ...of("settling"), close: "p", settle: 5_000 });
    for (let count = 2; count < 1_000; count++) await outbox.send(of(`t${count}`));
    expect(backlog.size).toBe(1_000);
    await outbox.send(of("last"));
    expect(backlog.size).toBe(2);
    recorder.answer = () => stamp;
    await clock.advance(1_000);
    expect(recorder.recorded).toEqual([
      { tags: [], patterns: [], everything: true, settle: 3_600_000 },
      of("last"),
    ]);
  });

  test("closing tries once more, and then never calls the storage again", async () => {
    const recorder = await Recorder.started();
    const { outbox, backlog, clock } = recorder;
    recorder.answer = () => undefined;
    await outbox.send(of("a"));
    const before = recorder.attempts;
    await outbox.close();
    expect(recorder.attempts).toBe(before + 1);
    await outbox.send(of("b"));
    await clock.advance(60_000);
    expect(recorder.attempts).toBe(before + 1);
    expect([...backlog].map(({ invalidation }) => invalidation)).toEqual([of("a"), of("b")]);
  });

  test("closing while it looks at what others have left ends that: the storage is not called afterwards", async () => {
    const recorder = await Recorder.started();
    const { outbox, backlog, clock } = recorder;
    const look = Promise.withResolvers<void>();
    vi.spyOn(backlog, "isShared", "get").mockReturnValue(true);
    const looking = vi.spyOn(backlog, "look").mockReturnValue(look.promise);
    recorder.answer = () => undefined;
    await outbox.send(of("a"));
    await clock.advance(1_000);
    expect(looking).toHaveBeenCalledTimes(1);
    await outbox.close();
    const before = recorder.attempts;
    look.resolve();
    await clock.advance(60_000);
    expect(recorder.attempts).toBe(before);
  });

  test("one that was under way when it was closed is kept without another attempt", async () => {
    const recorder = await Recorder.started();
    const { outbox, backlog, clock } = recorder;
    const slow = Promise.withResolvers<Stamp | undefined>();
    recorder.answer = () => slow.promise;
    const sent = outbox.send(of("a"));
    await outbox.close();
    slow.resolve(undefined);
    await sent;
    await clock.advance(60_000);
    expect(recorder.attempts).toBe(1);
    expect(backlog.size).toBe(1);
  });
});
