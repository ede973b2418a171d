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
 * Tells what the cache does: with `verbose` everything, as it happens. Otherwise it is one line, when the command is done:
 * the first thing that went wrong, since what follows mostly follows from it, and what has become of a change. No command
 * fails because of the cache.
 * @returns tells what there is to be told in the end
 */
export function reportCache(
  manager: CacheManager,
  note: (text: string) => void,
  verbose: boolean,
): () => void {
  const tell = (text: string): void => note(`awsideman: cache: ${printable(text)}\n`);
  if (verbose) {
    for (const type of [...troubling, ...ordinary]) manager.on(type, (event) => tell(sentenceOf(event)));
    return () => undefined;
  }
  let first: CacheEvent | undefined;
  let waiting = 0;
  let lost: unknown;
  for (const type of troubling) manager.on(type, (event) => void (first ??= event));
  manager.on("invalidation-deferred", (event) => (waiting = event.waiting));
  manager.on("invalidations-replayed", ({ recorded }) => (waiting -= recorded));
  manager.on("outbox-trouble", ({ cause }) => (lost = cause));
  return () => {
    if (first === undefined) return;
    if (waiting <= 0) return tell(sentenceOf(first));
    const why =
      first.type === "storage-failed" || first.type === "invalidation-deferred"
        ? messageOf(first.error)
        : sentenceOf(first);
    tell(
      lost === undefined
        ? `${why}; the change waits in a file, and is recorded before the next command reads the cache`
        : `${why}; the change could not be recorded, nor kept for later (${messageOf(lost)}): run "awsideman cache clear" when the cache is back`,
    );
  };
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
      return `the change could not be recorded in the cache (${messageOf(event.error)})`;
    case "invalidations-replayed":
      return `recorded ${event.recorded} invalidations that had waited`;
    case "storage-failed":
      return `${messageOf(event.error)}; going on without the cache`;
    case "breaker":
      return `the circuit breaker is ${event.state.name}`;
    case "evicted":
      return `${event.entries} entries removed (${event.reason})`;
    case "warning":
      return event.message;
    case "storage-locked":
      return event.message
        .replace("clear all of the cache", 'begin anew with "awsideman cache clear --all"')
        .replace("The key file ", "AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE: the key file ");
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
