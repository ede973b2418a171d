import type { CacheStorage, Clock, MaybePromise } from "@awsideman/cache-core";

/** What becomes of a call, besides that it goes well. The shares are of all calls. */
export interface Faults {
  /** It fails, and nothing happened. */
  readonly before: number;
  /** It fails, although it happened. */
  readonly after: number;
  /** It is not answered in time, or ever, and happens now, later, or not at all. */
  readonly hang: number;
  /** It is answered late, but in time. */
  readonly slow: number;
}

const faulty: ReadonlySet<string | symbol> = new Set([
  "read",
  "readMany",
  "write",
  "stamp",
  "invalidate",
  "clear",
]);

/** A storage whose calls fail at random, by the clock it is given. `count` is told of each fault by its name. */
export function unreliable(
  storage: CacheStorage,
  faults: Faults,
  { clock, random, count }: { clock: Clock; random: () => number; count: (fault: string) => void },
): CacheStorage {
  const later = (least: number, most: number): Promise<void> =>
    new Promise((resolve) => clock.after(least + Math.floor(random() * (most - least)), resolve));

  const hang = async (call: () => unknown): Promise<unknown> => {
    const when = random();
    if (when < 0.3) call();
    await later(10, 5_000);
    if (when > 0.6) call();
    if (random() < 0.5) await new Promise(() => undefined);
    throw new Error("connection lost");
  };

  return new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const method = member.bind(target) as (...given: readonly unknown[]) => MaybePromise<unknown>;
      if (!faulty.has(name)) return method;
      return (...given: readonly unknown[]): MaybePromise<unknown> => {
        let share = random();
        for (const fault of ["before", "after", "hang", "slow"] as const) {
          share -= faults[fault];
          if (share >= 0) continue;
          count(fault);
          switch (fault) {
            case "before":
              throw new Error(`${String(name)} failed before it began`);
            case "after":
              method(...given);
              return Promise.reject(new Error(`${String(name)} failed after it was done`));
            case "hang":
              return hang(() => method(...given));
            case "slow":
              return later(1, 45).then(() => method(...given));
          }
        }
        return method(...given);
      };
    },
  });
}
