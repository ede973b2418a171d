import type { CacheStorage, EntryMetadata } from "@awsideman/cache-core";
import type { ContractContext } from "@awsideman/cache-core/testing";
import { fleet, good, ofFleet, openMemory, stampOf, type Fault } from "./fault.ts";

const swept = "usage and limits: a sweep removes what can be served no more, says why, and leaves the rest";

/** What may be wrong with a storage as a whole: its limits, what it tells of itself, and what outlives it. */
export const storeFaults: readonly Fault[] = [
  {
    fault: "says that it shares references, and was declared to give copies",
    check: "factory: it can do what was declared, and no more and no less",
    spoil: (storage) => ({ capabilities: { ...storage.capabilities, payload: "references" } }),
  },
  {
    fault: "opens every store in the same place",
    check: "factory: two stores have nothing to do with each other",
    options: { ...good, open: sameStoreEveryTime() },
    spoil: () => ({}),
  },
  {
    fault: "leaves a timer behind",
    check: "lifecycle: a storage that is closed leaves no timer behind",
    spoil: (storage, { clock }) => ({
      close: () => {
        clock.after(1_000, () => undefined);
        return storage.close();
      },
    }),
  },
  {
    fault: "forgets its invalidations when it is closed",
    check:
      "lifecycle: invalidations outlive it: what was made stale stays stale, and a fill from before is kept out",
    options: {
      ...ofFleet,
      open: ({ store }) => {
        const storage = fleet.open(store);
        return { ...storage, invalidate: () => storage.stamp(), read: (id) => storage.read(id) };
      },
    },
    spoil: () => ({}),
  },
  {
    fault: "does not care for the epoch",
    check: "gaps and epochs: a fill of another epoch is kept out",
    spoil: (storage) => ({
      write: (entry) => storage.write({ ...entry, stamp: { ...entry.stamp, epoch: stampOf(storage).epoch } }),
    }),
  },
  {
    fault: "denies that there is a gap",
    check: "gaps and epochs: after everything, and after a clear of everything, there is a gap",
    spoil: (storage) => ({
      since: async (stamp) => ({ ...(await storage.since(stamp)), state: "changes", tags: [], patterns: [] }),
    }),
  },
  {
    fault: "tells the first changes only",
    check: "gaps and epochs: of too many changes it tells all or admits a gap, never a part",
    spoil: (storage) => ({
      since: async (stamp) => {
        const changes = await storage.since(stamp);
        return changes.state === "gap" ? changes : { ...changes, tags: changes.tags.slice(0, 1_000) };
      },
    }),
  },
  {
    fault: "forgets the oldest tags, and serves what they made stale",
    check: "gaps and epochs: more tags than anybody remembers make more stale, never less",
    spoil: (storage) => {
      let isFull = false;
      return {
        invalidate: (given) => {
          isFull ||= given.tags.length > 1_000;
          return storage.invalidate(given.tags.length > 1_000 ? { ...given, tags: [] } : given);
        },
        write: (entry) => storage.write(isFull ? { ...entry, stamp: stampOf(storage) } : entry),
      };
    },
  },
  {
    fault: "lists what cannot be served",
    check: "entries: what has expired or was invalidated is not listed",
    spoil: (storage) => {
      const written = new Map<string, EntryMetadata>();
      return {
        write: (entry) => {
          written.set(entry.id, entry);
          return storage.write(entry);
        },
        async *entries() {
          await Promise.resolve();
          yield* written.values();
        },
      };
    },
  },
  {
    fault: "lists a page and no more",
    check: "entries: every entry is listed once, also when there are many",
    spoil: (storage) => ({
      async *entries() {
        let left = 500;
        for await (const entry of storage.entries()) if (left-- > 0) yield entry;
      },
    }),
  },
  {
    fault: "counts an entry otherwise than it was stored with",
    check: "entries: an entry counts what it was stored with, as it is read and as it is listed",
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, size: entry.size + 1 }, supersedes),
    }),
  },
  {
    fault: "never uses less than it has used once",
    check: "usage and limits: usage falls to where it began, round after round",
    spoil: (storage) => {
      let most = 0;
      return {
        usage: async () => {
          const { entries, bytes } = await storage.usage();
          return { entries, bytes: (most += bytes + 1_000_000) };
        },
      };
    },
  },
  {
    fault: "takes twice the space that it may",
    check: "usage and limits: it never holds more than allowed, and makes room for what is new",
    options: { ...good, open: (context) => openMemory({ ...context, maxSizeMb: context.maxSizeMb * 2 }) },
    spoil: () => ({}),
  },
  {
    fault: "wipes out everything for a value that is too large",
    check:
      "usage and limits: a value over the limit is refused, takes its own older one away, and wipes out nothing else",
    spoil: (storage) => ({
      write: async (entry, supersedes) => {
        const verdict = await storage.write(entry, supersedes);
        if (verdict.outcome === "too-large")
          await storage.clear({ tags: [], patterns: [], everything: true });
        return verdict;
      },
    }),
  },
  {
    fault: "stores the last counters instead of adding them",
    check: "usage and limits: counters add up, each by itself, also when they are added to at the same time",
    options: { ...good, counters: true },
    spoil: () => {
      const counters: Record<string, number> = {};
      return { addCounters: (added) => void Object.assign(counters, added), counters: () => counters };
    },
  },
  {
    fault: "sweeps what can still be served",
    check: swept,
    options: { ...good, sweeps: true },
    spoil: (storage) => ({
      sweep: async () => {
        await storage.clear({ tags: [], patterns: [], everything: true });
        return { expired: 1, invalidated: 1 };
      },
    }),
  },
  {
    fault: "sweeps nothing, and says it has",
    check: swept,
    options: { ...good, sweeps: true },
    spoil: () => ({ sweep: () => ({ expired: 1, invalidated: 1 }) }),
  },
  {
    fault: "says that an invalidation is recorded while it fails",
    check:
      "faults: an invalidation fails or takes effect; tried again when the store is back, nothing older is served",
    options: ofFleet,
    spoil: (storage) => ({
      invalidate: async (given) => {
        try {
          return await storage.invalidate(given);
        } catch {
          return { epoch: "none", position: 0, time: 0 };
        }
      },
    }),
  },
];

function sameStoreEveryTime(): (context: ContractContext) => CacheStorage {
  let storage: CacheStorage | undefined;
  return (context) => (storage ??= openMemory(context));
}
