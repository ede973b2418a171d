import type { CacheStorage, Invalidation } from "@awsideman/cache-core";

/**
 * Which writes have reached Redis. A write that could not be recorded counts for the others only when it has been, and that
 * may be much later; so each carries a tag of its own, and the storage is watched for it.
 */
export class Writes {
  readonly #unrecorded = new Map<string, () => void>();

  /** @returns what resolves when the invalidation with this tag has been recorded */
  begin(tag: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unrecorded.set(tag, resolve);
    return promise;
  }

  /** The same storage, watched. */
  watch<Storage extends CacheStorage>(storage: Storage): Storage {
    const invalidate = storage.invalidate.bind(storage);
    return Object.assign(storage, {
      invalidate: async (invalidation: Invalidation) => {
        const stamp = await invalidate(invalidation);
        // What opens a write is not what ends it.
        if (invalidation.open === undefined) for (const tag of invalidation.tags) this.#recorded(tag);
        return stamp;
      },
    });
  }

  #recorded(tag: string): void {
    this.#unrecorded.get(tag)?.();
    this.#unrecorded.delete(tag);
  }
}
