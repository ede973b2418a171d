import type { CacheStorage, MaybePromise } from "@awsideman/cache-core";
import { pause } from "./pause.ts";

export interface Faults {
  /** The share of the calls that fail, before or after doing what they are for. */
  readonly faults: number;
  /** The share of the calls that take effect a little later, and answer later still. */
  readonly delays: number;
}

/** A storage that fails and dawdles. */
export function faultyStorage(
  storage: CacheStorage,
  { faults, delays }: Faults,
  random: () => number,
): CacheStorage {
  const faulty = new Set(["read", "readMany", "write", "stamp", "invalidate"]);
  return new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const call = member.bind(target) as (...given: readonly unknown[]) => MaybePromise<unknown>;
      if (!faulty.has(name as string)) return call;
      const attempt = (...given: readonly unknown[]): MaybePromise<unknown> => {
        if (random() < faults / 2) throw new Error(`${String(name)} failed before it began`);
        const result = call(...given);
        if (random() < faults / 2) throw new Error(`${String(name)} failed after it was done`);
        return result;
      };
      return (...given: readonly unknown[]): MaybePromise<unknown> =>
        random() < delays
          ? later(() => attempt(...given), random, name === "write" ? slowest : 4)
          : attempt(...given);
    },
  });
}

/** Milliseconds for the answer to a fill: nobody waits for it but those who have joined the load. */
const slowest = 20;

async function later<T>(action: () => MaybePromise<T>, random: () => number, answerTime: number): Promise<T> {
  await pause(random() * 4);
  const result = await action();
  await pause(random() * answerTime);
  return result;
}
