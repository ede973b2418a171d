import { parseId, type CacheEvent, type CacheEventType, type CacheManager } from "@awsideman/cache-core";
import { printable } from "./output/text.ts";

/** What happens in the ordinary course of things, and is told only to who asks. */
const ordinary = [
  "hit",
  "miss",
  "stored",
  "fenced",
  "not-kept",
  "not-storable",
  "invalidated",
  "invalidations-replayed",
  "evicted",
  "breaker",
  "storage-trouble",
] as const satisfies readonly CacheEventType[];

/** What the user should know: the command went on, but not as it should. */
const troubling = [
  "storage-failed",
  "storage-recovered",
  "storage-locked",
  "invalidation-deferred",
  "outbox-trouble",
  "stale-served",
  "warning",
] as const satisfies readonly CacheEventType[];

/**
 * Tells what the cache does: with `verbose` everything, otherwise the first thing that goes wrong, since what follows
 * mostly follows from it. No command fails because of the cache.
 */
export function reportCache(manager: CacheManager, note: (text: string) => void, verbose: boolean): void {
  let told = false;
  const tell = (event: CacheEvent): void => {
    if (told && !verbose) return;
    told = true;
    note(`awsideman: cache: ${printable(sentenceOf(event))}\n`);
  };
  for (const type of troubling) manager.on(type, tell);
  if (verbose) for (const type of ordinary) manager.on(type, tell);
}

function sentenceOf(event: CacheEvent): string {
  switch (event.type) {
    case "hit":
    case "miss":
    case "stored":
      return `${event.type} ${parseId(event.id).key}`;
    case "fenced":
      return `not stored, ${reasons[event.reason]}: ${parseId(event.id).key}`;
    case "not-kept":
      return `not stored, ${event.reason}: ${parseId(event.id).key}`;
    case "not-storable":
      return `cannot be stored: ${parseId(event.id).key}: ${messageOf(event.error)}`;
    case "stale-served":
      return `AWS has failed (${messageOf(event.error)}); served from before: ${parseId(event.id).key}`;
    case "invalidated":
      return `invalidated ${[...event.target.tags, ...event.target.patterns].map((name) => parseId(name).key).join(" ")}`;
    case "invalidation-deferred":
      return `the change could not be recorded in the cache (${messageOf(event.error)}); it will be before the cache is read again`;
    case "invalidations-replayed":
      return `recorded ${event.recorded} invalidations that had waited`;
    case "storage-failed":
      return `${messageOf(event.error)}; going on without the cache`;
    case "breaker":
      return `the circuit breaker is ${event.state.name}`;
    case "evicted":
      return `${event.entries} entries removed (${event.reason})`;
    case "warning":
    case "storage-locked":
      return event.message;
    case "outbox-trouble":
    case "storage-recovered":
    case "storage-trouble":
      return event.cause === undefined ? event.message : `${event.message} (${messageOf(event.cause)})`;
  }
}

const reasons = {
  epoch: "the cache was begun anew",
  floor: "too old",
  invalidated: "changed meanwhile",
  unsettled: "just changed",
} as const;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
