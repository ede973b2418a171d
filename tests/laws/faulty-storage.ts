import type { CacheStorage, MaybePromise } from "@awsideman/cache-core";

/**
 * A storage of which a share of the calls fails, before or after doing what they are for. Those that do not fail answer
 * now and then a little later.
 */
export function faultyStorage(storage: CacheStorage, share: number, random: () => number): CacheStorage {
  const faulty = new Set(["read", "readMany", "write", "stamp", "invalidate"]);
  return new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      const call = member.bind(target) as (...given: readonly unknown[]) => MaybePromise<unknown>;
      if (!faulty.has(name as string)) return call;
      return (...given: readonly unknown[]): MaybePromise<unknown> => {
        if (random() < share / 2) throw new Error(`${String(name)} failed before it began`);
        const result = call(...given);
        if (random() < share / 2) throw new Error(`${String(name)} failed after it was done`);
        return random() < 0.3 ? later(result, random) : result;
      };
    },
  });
}

async function later<T>(result: MaybePromise<T>, random: () => number): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, random() * 4));
  return result;
}
