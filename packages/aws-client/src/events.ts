import type { CircuitBreakerState } from "@awsideman/cache-core";
import type { StaleTime } from "./audit/audit-report.ts";
import type { Service } from "./catalog/sdk-commands.ts";

/** Something that a cached client did and that somebody may want to hear of. None of them changes an answer. */
export type ClientEvent =
  /**
   * The catalogue does not have this command. It was not cached. Taken as a write, it has invalidated everything in the
   * namespace: a later version of this package may know better.
   */
  | {
      readonly type: "unknown-command";
      readonly service: Service;
      readonly command: string;
      readonly takenAs: "read" | "write";
    }
  /**
   * The input could not be understood: it has no key, or does not say what it touches. A read went to AWS uncached; a
   * write has invalidated everything in the namespace.
   */
  | {
      readonly type: "unusual-input";
      readonly service: Service;
      readonly command: string;
      readonly error: unknown;
    }
  /**
   * The service is down, or up again: while the breaker is open, who has an expired answer that `staleIfError` allows gets
   * it without asking.
   */
  | { readonly type: "source-breaker"; readonly service: Service; readonly state: CircuitBreakerState }
  /**
   * AWS was asked again for what the cache answers, and said something else: a change that no write of this cache has made.
   * `fields`: in which it differs. `stale`: for how many milliseconds it was out of date. It was invalidated.
   */
  | {
      readonly type: "audit-difference";
      readonly service: Service;
      readonly command: string;
      readonly key: string;
      readonly fields: readonly string[];
      readonly stale: StaleTime;
    }
  /** Who is asking could not be found out, or in which region. Reads go to AWS uncached, and AWS says what is wrong. */
  | { readonly type: "caller-unknown"; readonly service: Service; readonly error: unknown };

/** Hears events. What it throws is ignored. */
export type ClientEventListener = (event: ClientEvent) => void;

/** Tells a listener, if there is one. Never throws. */
export function tell<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  try {
    listener?.(event);
  } catch {
    // A listener has no part in answering.
  }
}
