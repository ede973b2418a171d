import type { CircuitBreakerState } from "./breaker/circuit-breaker.ts";
import { messageOf } from "./errors/message-of.ts";
import { describe } from "./key/cache-key.ts";
import type { FenceReason } from "./storage/cache-storage.ts";
import type { StorageEvent } from "./storage/storage-factory.ts";
import type { Target } from "./key/target.ts";

/** Everything that a cache tells about itself. Values never appear in events; keys do. */
export type CacheEvent =
  | { readonly type: "hit"; readonly id: string }
  | { readonly type: "miss"; readonly id: string }
  /** An expired entry was served because its source failed with `error`. */
  | { readonly type: "stale-served"; readonly id: string; readonly error: unknown }
  | { readonly type: "stored"; readonly id: string }
  /** A load came too late: what it depends on was invalidated since it began, or is unsettled. */
  | { readonly type: "fenced"; readonly id: string; readonly reason: FenceReason }
  /** A fill was not kept: busy, full, too large. */
  | { readonly type: "not-kept"; readonly id: string; readonly reason: "busy" | "full" | "too-large" }
  /** A value cannot be stored. The caller has got it all the same. */
  | { readonly type: "not-storable"; readonly id: string; readonly error: unknown }
  /** `cause`: what it was done for, where that was said. */
  | { readonly type: "invalidated"; readonly target: Target; readonly cause: string | undefined }
  /** An invalidation could not be recorded. It is kept, and until it is recorded the storage is not read. */
  | { readonly type: "invalidation-deferred"; readonly waiting: number; readonly error: unknown }
  | { readonly type: "invalidations-replayed"; readonly recorded: number }
  /** What waits is not known to outlive the process, or an invalidation that waited there cannot be read. */
  | { readonly type: "outbox-trouble"; readonly message: string; readonly cause?: unknown }
  /** The storage failed; the caller went on without it. */
  | { readonly type: "storage-failed"; readonly operation: string; readonly error: unknown }
  | { readonly type: "breaker"; readonly state: CircuitBreakerState }
  /** Something that somebody should look at, although everything went on. */
  | { readonly type: "warning"; readonly message: string }
  | StorageEvent;

export type CacheEventType = CacheEvent["type"];
export type CacheEventOf<Type extends CacheEventType> = Extract<CacheEvent, { readonly type: Type }>;
export type CacheEventListener<Type extends CacheEventType> = (event: CacheEventOf<Type>) => void;

/** Hands events to listeners. A listener that fails, also later, is reported as a process warning and harms nobody. */
export class EventHub {
  readonly #listeners = new Map<CacheEventType, readonly Subscription[]>();

  /** @returns a function that ends the subscription */
  on<Type extends CacheEventType>(type: Type, listener: CacheEventListener<Type>): () => void {
    if (typeof listener !== "function")
      throw new TypeError(`\`listener\` must be a function, received ${describe(listener)}`);
    const subscription = { listener: listener as (event: CacheEvent) => unknown };
    // A new list every time: who subscribes while an event is handed out hears the next one.
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), subscription]);
    return () => {
      const left = (this.#listeners.get(type) ?? []).filter((known) => known !== subscription);
      if (left.length === 0) this.#listeners.delete(type);
      else this.#listeners.set(type, left);
    };
  }

  /** Whether anybody would hear it: what is frequent is not even put together otherwise. */
  hears(type: CacheEventType): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(type);
  }

  emit(event: CacheEvent): void {
    for (const { listener } of this.#listeners.get(event.type) ?? []) {
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(reportListener);
      } catch (error) {
        reportListener(error);
      }
    }
  }
}

interface Subscription {
  readonly listener: (event: CacheEvent) => unknown;
}

function reportListener(error: unknown): void {
  process.emitWarning(`A listener failed: ${messageOf(error)}`, { code: "AWSIDEMAN_LISTENER_FAILED" });
}
