import type { LoadContext } from "../cache.ts";
import { track, type CacheParts } from "../cache-parts.ts";
import { tagsOfKey } from "../key/tags.ts";
import type { Reading, Verdict } from "../storage/cache-storage.ts";
import { isPromise } from "../storage/maybe-promise.ts";
import type { OpenStorage } from "../storage/open-storage.ts";
import { fill } from "./fill.ts";
import type { Flight } from "./flight.ts";
import { tagsOf, ttlOf } from "./load-options.ts";
import type { LoadRequest, Served } from "./load-request.ts";
import { currentLoad, LoadScope } from "./load-scope.ts";
import { unpack } from "./unpack.ts";

export interface LoadRun<Value> {
  readonly request: LoadRequest<Value>;
  readonly open: OpenStorage | undefined;
  /** Of the storage, or what stands for one where there is none. */
  readonly ledger: object;
  /** The look that the load follows. */
  readonly reading: Reading | undefined;
  readonly flight: Flight;
  /** Called when nobody can join any more. */
  readonly release: () => void;
}

/** Loads a value, sends the fill, and lands the flight. Rejects with what the load throws. */
export async function runLoad<Value>(parts: CacheParts, run: LoadRun<Value>): Promise<Served<Value>> {
  const { request, open, ledger, reading, flight, release } = run;
  const { id, key, prefix, options } = request;
  const scope = new LoadScope(ledger, flight, currentLoad.scope);
  const stale = reading?.state === "stale" ? reading : undefined;
  const expired = open && stale && unpack(parts, open, stale.entry);
  const context: LoadContext<Value> = {
    signal: flight.signal,
    hasPrevious: expired !== undefined,
    get previous() {
      if (stale === undefined || expired === undefined) return undefined;
      const { entry, at } = stale;
      // That it has expired is for the load to judge.
      scope.add({ ledger, tags: entry.tags, verifiedAt: at, expiresAt: Infinity, storable: true });
      return expired.value as Value;
    },
  };
  const { clock, stats } = parts;
  const began = clock.monotonic();
  let value: Value;
  let ttl: number;
  let tags: readonly string[];
  try {
    value = await currentLoad.run(scope, async () => request.load(context));
    ttl = ttlOf(options, value, parts.settings.defaultTtl);
    const counts = stats.countsOf(id);
    counts.loads++;
    counts.loadMilliseconds += Math.max(0, clock.monotonic() - began);
    const named = tagsOf(options, value).map((tag) => prefix + tag);
    tags = [...new Set([...tagsOfKey(key, prefix), ...named, ...scope.tags])];
  } catch (error) {
    release();
    flight.land({ kind: "failed", error });
    throw error;
  }
  flight.shut();
  const { stamp } = scope;
  // Without a stamp nobody knows until when it is good, and what is made of it must not be stored either.
  const storable = stamp !== undefined;
  const expiresAt = stamp ? Math.min(stamp.time + ttl, scope.expiresAt) : undefined;
  const { verdict, share } = fill(parts, open, {
    id,
    value,
    tags,
    stamp,
    expiresAt: expiresAt ?? 0,
    staleFor: options.staleIfError ?? 0,
  });
  const land = (answer: Verdict | undefined): void => {
    release();
    flight.land({ kind: "loaded", tags, expiresAt, verdict: answer, share, storable });
  };
  // The leader does not wait for the storage: what it has loaded is its own.
  if (isPromise(verdict)) track(parts, verdict.then(land));
  else land(verdict);
  const part = { ledger, tags, verifiedAt: stamp, expiresAt: expiresAt ?? scope.expiresAt, storable };
  return { value, source: "load", age: 0, expiresAt, part };
}
