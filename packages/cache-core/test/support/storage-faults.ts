import type { CacheEntry, CacheStorage, EntryMetadata, Invalidation, Stamp } from "@awsideman/cache-core";
import { FakeClock, type ContractContext, type StorageContractOptions } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { Fleet } from "./fleet.ts";

const clockOfServer = new FakeClock(1_900_000_000_000);
const fleet = new Fleet(clockOfServer);

/** A good storage that has all that there are checks for, and which none of ours has. */
export const ofFleet: StorageContractOptions = {
  name: "a fleet with a clock of its own",
  capabilities: fleet.capabilities,
  counters: true,
  time: async (milliseconds) => clockOfServer.advance(milliseconds),
  breakStore: (store) => fleet.break(store),
  open: ({ store }) => fleet.open(store),
};

/** A good storage. */
export const good: StorageContractOptions = {
  name: "a good storage",
  capabilities: { payload: "copies", reach: "process", persistent: false, bounded: true },
  open: openMemory,
};

/** A good storage with one fault, and the statement of the contract that is not true of it. */
export interface Fault {
  readonly fault: string;
  readonly check: string;
  readonly spoil: (storage: CacheStorage, context: ContractContext) => Partial<CacheStorage>;
  readonly options?: StorageContractOptions;
}

function openMemory({ maxSizeMb, ...context }: ContractContext): CacheStorage {
  return openMemoryStorage({ maxSizeMb, maxEntries: 2_000 }, context);
}

const stampOf = (storage: CacheStorage): Stamp => storage.stamp() as Stamp;

export const faults: readonly Fault[] = [
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
    fault: "does not care for the fence",
    check: fence("an invalidation of its tag"),
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, stamp: stampOf(storage) }, supersedes),
    }),
  },
  {
    fault: "checks the fence, and stores a moment later",
    check: "concurrency: no fill slips by an invalidation that is called at the same time",
    spoil: (storage) => ({
      write: async (entry) => {
        if (stampOf(storage).position !== entry.stamp.position) return storage.write(entry);
        await new Promise((resolve) => setImmediate(resolve));
        return storage.write({ ...entry, stamp: stampOf(storage) });
      },
    }),
  },
  {
    fault: "does not care for the epoch",
    check: "gaps and epochs: a fill of another epoch is kept out",
    spoil: (storage) => ({
      write: (entry) => storage.write({ ...entry, stamp: { ...entry.stamp, epoch: stampOf(storage).epoch } }),
    }),
  },
  {
    fault: "forgets patterns",
    check: "wildcards: a pattern concerns the keys that it matches, and no others",
    spoil: (storage) => ({ invalidate: (given) => storage.invalidate({ ...given, patterns: [] }) }),
  },
  {
    fault: "lets a wildcard cross the borders of segments",
    check: "wildcards: it concerns exactly what its words say",
    spoil: (storage) => ({
      invalidate: (given) =>
        storage.invalidate({
          ...given,
          patterns: given.patterns.flatMap((pattern) => [pattern, pattern.replace(":*:", ":*")]),
        }),
    }),
  },
  {
    fault: "remembers the last ten patterns only",
    check: "wildcards: more patterns than anybody remembers make more stale, never less",
    spoil: (storage) => ({
      invalidate: (given) => storage.invalidate({ ...given, patterns: given.patterns.slice(-10) }),
    }),
  },
  {
    fault: "takes tags for the same that differ in case",
    check: "tags: tags are any text, and each is only itself",
    spoil: (storage) => ({
      write: (entry) => storage.write({ ...entry, tags: entry.tags.map((tag) => tag.toLowerCase()) }),
      invalidate: (given) =>
        storage.invalidate({ ...given, tags: given.tags.map((tag) => tag.toLowerCase()) }),
    }),
  },
  {
    fault: "takes ids for the same that differ in case",
    check: "read and write: ids are any text, and never mixed up",
    spoil: (storage) => ({
      read: (id) => storage.read(id.toLowerCase()),
      readMany: (ids) => storage.readMany(ids.map((id) => id.toLowerCase())),
      write: (entry, supersedes) => storage.write({ ...entry, id: entry.id.toLowerCase() }, supersedes),
    }),
  },
  {
    fault: "looks at the first tags of an entry only",
    check: "tags: an entry may have many tags, or none",
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, tags: entry.tags.slice(0, 100) }, supersedes),
    }),
  },
  {
    fault: "takes everything for the unnamed namespace",
    check: "tags: everything is everything, in every namespace",
    spoil: (storage) => ({
      invalidate: ({ everything, ...given }) =>
        storage.invalidate(everything === true ? { ...given, tags: ["*"] } : given),
    }),
  },
  {
    fault: "invalidates username with user",
    check:
      "prefixes: a prefix concerns what lies below it at every depth, and nothing that only begins with the same letters",
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, tags: lettersOf(entry.tags) }, supersedes),
    }),
  },
  {
    fault: "serves what has expired",
    check: "expiry: it is a hit until its last millisecond, and then a miss",
    spoil: (storage) => ({
      write: (entry) => storage.write({ ...entry, expiresAt: Infinity, staleUntil: Infinity }),
    }),
  },
  {
    fault: "serves what has expired for one millisecond more",
    check: "expiry: it is a hit until its last millisecond, and then a miss",
    spoil: (storage) => ({
      write: (entry) =>
        storage.write({ ...entry, expiresAt: entry.expiresAt + 1, staleUntil: entry.staleUntil + 1 }),
    }),
  },
  {
    fault: "cannot keep anything longer than a timer can run",
    check: "expiry: more than 2^31 milliseconds are not too long, and forever is forever",
    spoil: timersOnly,
  },
  {
    fault: "cannot keep anything longer than a timer can run, and is tried by chance",
    check: "expiry: it does as a map with a clock does, whatever the ids, sizes and times",
    spoil: timersOnly,
  },
  {
    fault: "counts the time to live from when an entry is stored",
    check: "expiry: the times of an entry come back as the same numbers",
    spoil: (storage) => ({
      write: (entry) => storage.write({ ...entry, expiresAt: entry.expiresAt + 5, staleUntil: Infinity }),
    }),
  },
  {
    fault: "loses undefined",
    check: "value types: undefined is a value, not a miss",
    spoil: (storage) => missOn(storage, ({ payload }) => (payload as { value: unknown }).value === undefined),
  },
  {
    fault: "keeps what JSON keeps",
    check: "value types: a Date: comes back equal, every time",
    spoil: jsonOnly,
  },
  {
    fault: "keeps what JSON keeps, and is tried by chance",
    check: "value types: any structured data comes back equal",
    spoil: jsonOnly,
  },
  {
    fault: "reads everything into the same buffer",
    check:
      "read and write: many are answered in the order asked, also those that are missing or asked for twice",
    options: ofFleet,
    spoil: (storage) => {
      const buffer = new Uint8Array(1_000);
      return {
        readMany: async (ids) => {
          const readings = await storage.readMany(ids);
          return readings.map((reading) => {
            if (reading.state === "miss") return reading;
            const bytes = reading.entry.payload as Uint8Array;
            buffer.set(bytes);
            return { ...reading, entry: { ...reading.entry, payload: buffer.subarray(0, bytes.length) } };
          });
        },
      };
    },
  },
  {
    fault: "removes what is deleted, and lets its load store it again",
    check: "delete and clear: deleting takes one key away, for every caller, and keeps out its loads",
    spoil: (storage) => {
      const removed = new Set<string>();
      const good = missOn(storage, ({ tags }) => tags.some((tag) => removed.has(tag)));
      return {
        ...good,
        write: (entry, supersedes) => {
          for (const tag of entry.tags) removed.delete(tag);
          return storage.write(entry, supersedes);
        },
        invalidate: (given) => {
          if (!given.tags.every((tag) => tag.startsWith("="))) return storage.invalidate(given);
          for (const tag of given.tags) removed.add(tag);
          return storage.stamp();
        },
      };
    },
  },
  {
    fault: "counts what had expired among what was cleared",
    check: "delete and clear: clear does not count what could not be served any more",
    spoil: (storage) => ({
      clear: async (given) => {
        const before = await storage.usage();
        await storage.clear(given);
        return before.entries - (await storage.usage()).entries;
      },
    }),
  },
  {
    fault: "clears, and keeps the space",
    check: "delete and clear: clear gives the space back, and leaves the rest as it was",
    spoil: (storage) => ({
      clear: async (given) => {
        let count = 0;
        for await (const { tags } of storage.entries())
          if (tags.some((tag) => given.tags.includes(tag))) count++;
        await storage.invalidate(given);
        return count;
      },
    }),
  },
  {
    fault: "clears, and lets loads under way store what was cleared",
    check: fence("a clear of its prefix"),
    spoil: (storage) => {
      let cleared = 0;
      return {
        clear: (given) => {
          const count = storage.clear(given);
          cleared = stampOf(storage).position;
          return count;
        },
        write: (entry, supersedes) =>
          storage.write(
            entry.stamp.position < cleared
              ? { ...entry, stamp: { ...entry.stamp, position: cleared } }
              : entry,
            supersedes,
          ),
      };
    },
  },
  {
    fault: "does not look at what is unsettled",
    check: "unsettled tags: a settle time is not shortened by a later one",
    spoil: (storage) => ({ invalidate: (given) => storage.invalidate({ ...given, settle: 0 }) }),
  },
  {
    fault: "opens no operation",
    check:
      "unsettled tags: a pattern: an open operation keeps fills out until it is closed, and what is closed is invalidated again",
    spoil: (storage) => ({ invalidate: (given) => storage.invalidate(withoutMarks(given)) }),
  },
  {
    fault: "lets one operation close the mark of another",
    check: "unsettled tags: one operation's end does not end another's on the same tag",
    spoil: (storage) => ({
      invalidate: ({ open, close, ...given }) =>
        storage.invalidate({
          ...given,
          ...(open && { open: { ...open, operation: "one for all" } }),
          ...(close !== undefined && { close: "one for all" }),
        }),
    }),
  },
  {
    fault: "forgets an operation with its lease",
    check:
      "unsettled tags: a tag: an operation whose end is seen after its lease still invalidates what it was on",
    spoil: (storage) => ({
      invalidate: (given) =>
        storage.invalidate({
          ...withoutMarks(given),
          settle: given.open?.lease ?? given.settle ?? 0,
        }),
    }),
  },
  {
    fault: "lets an older fill take the place of a newer entry",
    check: "read and write: an entry of a later position stays, and the older fill counts as stored",
    spoil: (storage) => ({
      write: async (entry, supersedes) => {
        const verdict = await storage.write(entry, supersedes);
        return verdict.outcome === "stored"
          ? storage.write({ ...entry, stamp: stampOf(storage) }, supersedes)
          : verdict;
      },
    }),
  },
  {
    fault: "stores what is set, and supersedes nothing",
    check: "read and write: a value from outside supersedes what has the tag, and carries the new position",
    spoil: (storage) => ({ write: (entry) => storage.write(entry) }),
  },
  {
    fault: "answers many in an order of its own",
    check:
      "read and write: many are answered in the order asked, also those that are missing or asked for twice",
    spoil: (storage) => ({ readMany: (ids) => storage.readMany(ids.toSorted()) }),
  },
  {
    fault: "tells a fence the present position",
    check: "fences: a fence tells the latest invalidation that concerns the entry, and no other",
    spoil: (storage) => ({
      write: async (entry) => {
        const verdict = await storage.write(entry);
        return verdict.outcome === "fenced" ? { ...verdict, lastInvalidation: verdict.at.position } : verdict;
      },
    }),
  },
  {
    fault: "removes what is there when a fill is kept out",
    check: "fences: a fence changes nothing: what was there and is good stays",
    spoil: (storage) => ({
      write: async (entry) => {
        const verdict = await storage.write(entry);
        if (verdict.outcome === "fenced") await storage.clear({ tags: ["a"], patterns: [] });
        return verdict;
      },
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
    fault: "counts an entry otherwise than it was stored with",
    check: "entries: an entry counts what it was stored with, as it is read and as it is listed",
    spoil: (storage) => ({
      write: (entry, supersedes) => storage.write({ ...entry, size: entry.size + 1 }, supersedes),
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
    fault: "has each handle see its own invalidations only",
    check: "tags: what one invalidates is a miss for the other",
    options: { ...good, capabilities: { ...good.capabilities, reach: "machine" } },
    spoil: (storage) => ({ capabilities: { ...storage.capabilities, reach: "machine" } }),
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

function withoutMarks({ tags, patterns, everything = false, settle = 0 }: Invalidation): Invalidation {
  return { tags, patterns, everything, settle };
}

function timersOnly(storage: CacheStorage): Partial<CacheStorage> {
  return {
    write: (entry) => {
      const longest = entry.stamp.time + 2 ** 31 - 1;
      return storage.write({
        ...entry,
        expiresAt: Math.min(entry.expiresAt, longest),
        staleUntil: Math.min(entry.staleUntil, longest),
      });
    },
  };
}

function jsonOnly(storage: CacheStorage): Partial<CacheStorage> {
  return {
    write: (entry) => {
      const { value } = entry.payload as { value: unknown };
      const kept = value === undefined ? null : (JSON.parse(JSON.stringify(value, noBigInt)) as unknown);
      return storage.write({ ...entry, payload: { value: kept, plain: false } });
    },
  };
}

function noBigInt(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

function fence(way: string): string {
  return `fences: ${way} keeps out a load that began before, and lets in one that began after`;
}

function sameStoreEveryTime(): (context: ContractContext) => CacheStorage {
  let storage: CacheStorage | undefined;
  return (context) => (storage ??= openMemory(context));
}

/** Every text that a tag begins with: what takes prefixes for letters, not for segments. */
function lettersOf(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => Array.from(tag, (_, end) => tag.slice(0, end + 1)));
}

/** Reads as the storage does, but takes some entries for missing. */
function missOn(
  storage: CacheStorage,
  isMissing: (entry: CacheEntry) => boolean,
): Pick<CacheStorage, "read" | "readMany"> {
  const read: CacheStorage["read"] = async (id) => {
    const reading = await storage.read(id);
    return reading.state !== "miss" && isMissing(reading.entry) ? { state: "miss", at: reading.at } : reading;
  };
  return { read, readMany: async (ids) => Promise.all(ids.map(async (id) => read(id))) };
}
