import { getEventListeners } from "node:events";
import {
  CacheManager,
  systemClock,
  type CacheStorage,
  type Clock,
  type MaybePromise,
} from "@awsideman/cache-core";
import { openMemoryStorage } from "@awsideman/storage-memory";

/** How much of each kind a cache holds at a moment. */
export interface Sizes {
  /** Loads under way, which others may join. */
  readonly flights: number;
  /** Fills that nobody waits for. */
  readonly pending: number;
  readonly timers: number;
  /** On one signal that every call was given. */
  readonly listeners: number;
  /** What the process remembers of invalidations. At most 10,100 by design. */
  readonly remembered: number;
  readonly entries: number;
}

/** Answers by promise, as everything does that is elsewhere: then there are deadlines, and fills that wait. */
function byPromise(storage: CacheStorage): CacheStorage {
  return new Proxy(storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function" || name === "entries") return member;
      const method = member.bind(target) as (...given: readonly unknown[]) => MaybePromise<unknown>;
      return async (...given: readonly unknown[]): Promise<unknown> => method(...given);
    },
  });
}

class WatchedCache extends CacheManager {
  get held(): { readonly flights: number; readonly pending: number; readonly remembered: number } {
    const { pending, calls } = this.parts;
    return { flights: this.readThrough.size, pending: pending.size, remembered: calls.size };
  }
}

/** A cache that is asked for more and more keys, each of them once, in every way that there is. */
export class ManyKeys {
  readonly #cache: WatchedCache;
  readonly #signal = new AbortController().signal;
  #timers = 0;
  #asked = 0;

  constructor(kind: "at once" | "by promise", maxEntries: number) {
    const clock: Clock = {
      ...systemClock,
      after: (milliseconds, action, options) => {
        this.#timers++;
        let isOver = false;
        const end = (): void => {
          if (!isOver) this.#timers--;
          isOver = true;
        };
        const cancel = systemClock.after(
          milliseconds,
          () => {
            end();
            action();
          },
          options,
        );
        return () => {
          end();
          cancel();
        };
      },
    };
    this.#cache = new WatchedCache({ clock, storage: { backend: "memory" } });
    this.#cache.registerBackend("memory", (_, context) => {
      const storage = openMemoryStorage({ maxEntries }, context);
      return kind === "at once" ? storage : byPromise(storage);
    });
  }

  async sizes(): Promise<Sizes> {
    const { totalEntries } = await this.#cache.getStats();
    return {
      ...this.#cache.held,
      timers: this.#timers,
      listeners: getEventListeners(this.#signal, "abort").length,
      entries: totalEntries,
    };
  }

  /** Asks for so many keys more, a hundred at a time. */
  async ask(count: number): Promise<void> {
    const end = this.#asked + count;
    while (this.#asked < end) {
      const first = this.#asked;
      this.#asked = Math.min(end, first + 100);
      await Promise.all(Array.from({ length: this.#asked - first }, (_, index) => this.#ask(first + index)));
    }
    // What was abandoned ends by itself, in the next turn of the event loop, and what follows from it in the one after.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async #ask(number: number): Promise<void> {
    const cache = this.#cache;
    const key = `user:describe:u-${number}`;
    const signal = this.#signal;
    const later = (): Promise<number> => new Promise((resolve) => setImmediate(resolve, number));
    switch (number % 10) {
      case 0:
        await Promise.allSettled([cache.getOrLoad(key, () => Promise.reject(new Error("no such user")))]);
        break;
      case 1: {
        // One gives up, the other does not.
        const controller = new AbortController();
        const given = cache.getOrLoad(key, later, { signal: controller.signal });
        const kept = cache.getOrLoad(key, later, { signal });
        controller.abort();
        await Promise.allSettled([given, kept]);
        break;
      }
      case 2: {
        const controller = new AbortController();
        const given = cache.getOrLoad(key, later, { signal: controller.signal });
        controller.abort();
        await Promise.allSettled([given]);
        break;
      }
      case 3:
        await cache.getOrLoad(key, later, { signal, tags: [`group-members:g-${number}`] });
        await cache.invalidate([`group-members:g-${number}`, `group:*:g-${number}`]);
        break;
      case 4: {
        const window = await cache.beginWrite([key], 60_000);
        await cache.getOrLoad(key, later, { signal });
        await window.close(0);
        break;
      }
      case 5:
        await cache.getOrLoad(key, later, { signal, ttl: 60_000 });
        await cache.getOrLoad(key, later, { signal, refreshAhead: 120_000 });
        break;
      case 6:
        await cache.set(key, number, { stamp: await cache.begin() });
        cache.on("stored", () => undefined)();
        break;
      case 7:
        // One that is made of others.
        await cache.getOrLoad(key, () => cache.getOrLoad(`group:describe:g-${number}`, later), { signal });
        break;
      default:
        await Promise.all([
          cache.getOrLoad(key, later, { signal }),
          cache.getOrLoad(key, later, { signal, staleIfError: 1_000 }),
          cache.getOrLoad(key, later),
        ]);
    }
  }

  async close(): Promise<void> {
    await this.#cache.close();
  }
}
