import type { CacheStorage } from "@awsideman/cache-core";
import { missOn, ofFleet, stampOf, type Fault } from "./fault.ts";

/** What may be wrong with what is stored and read. */
export const entryFaults: readonly Fault[] = [
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
];

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
